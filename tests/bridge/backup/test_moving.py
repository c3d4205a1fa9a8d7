"""What is carried from one database into another is all there is, and is found there."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bridge import db, search
from bridge.channel import Sender
from bridge.clock import Clock
from bridge.db import Place, Server
from bridge.models import metadata
from bridge.store import log
from bridge.store.transactions import Tx
from tests import postgres
from tests.bridge.backup.full import contents
from tests.bridge.backup.movers import (
    ALL,
    BOTH,
    Desk,
    bare,
    desk,
    lent,
    outward,
    settled,
    url,
)
from tests.clock import ManualClock
from tests.databases import by_hand, clock, fresh_database, opened, watching
from tests.routing.world import living
from tests.sights import WHOLE

__all__ = ["bare", "clock", "desk", "lent", "outward"]


def test_every_table_has_rows_in_these_tests_and_none_is_left_out(desk: Desk) -> None:
    """A table that is new is filled as it comes, and carried over, or this fails."""
    found = contents(desk.source)
    assert set(found) == set(metadata.tables)
    assert {name for name, rows in found.items() if not rows} == set()


@pytest.mark.parametrize("desk", ALL, indirect=True)
def test_every_row_of_every_table_is_there_afterwards_and_nothing_else(desk: Desk) -> None:
    before = contents(desk.source)
    done = desk.moves()
    assert done.exit_code == 0, done.output
    after = contents(desk.target)
    assert set(after) == set(before)
    for name, rows in settled(before).items():
        assert settled(after)[name] == rows, name
    number = sum(map(len, before.values()))
    assert f"{number:,} rows of {len(before)} tables" in done.output
    assert "they are the same" in done.output
    assert "audit trail is whole: 3 acts" in done.output


def test_the_old_database_is_left_as_it_was(desk: Desk) -> None:
    before = contents(desk.source)
    assert desk.moves().exit_code == 0
    assert contents(desk.source) == before


def test_the_new_tables_are_made_as_a_migration_makes_them(outward: Desk) -> None:
    assert isinstance(outward.target, Server)
    assert outward.moves().exit_code == 0
    other = postgres.lent()
    try:
        assert _made(outward.target) == _made(other)
    finally:
        postgres.given_back(other)
    assert db.standing(outward.target) == "current"


def _made(server: Server) -> list[Any]:
    with watching(server) as outside:
        keys = "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated"
        indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes"
        return sorted(
            outside.execute(
                f"{keys} FROM pg_constraint WHERE contype IN ('f','p','u','c')"
            ).fetchall()
        ) + sorted(outside.execute(f"{indexes} WHERE schemaname = 'public'").fetchall())


def test_no_number_is_given_twice_not_even_of_rows_that_are_gone(desk: Desk) -> None:
    given = asyncio.run(_events(desk.source, 3))
    with watching(desk.source) as outside:
        outside.execute(f"DELETE FROM events WHERE id >= {given[1]}")  # noqa: S608  # A number.
    assert desk.moves().exit_code == 0
    assert asyncio.run(_events(desk.target, 1)) == [given[2] + 1]
    lasts, found = last_numbers(desk.target), contents(desk.target)
    assert len(lasts) >= 7
    for name, last in lasts.items():
        columns = sorted(metadata.tables[name].columns.keys())
        numbers = [row[columns.index("id")] for row in found[name]]
        assert last >= max(numbers), name


async def _events(place: Place, number: int) -> list[int]:
    async with opened(place, clock=Clock()) as store:
        return [await store.write(lambda tx: log.append(tx, "counted")) for _ in range(number)]


def last_numbers(place: Place) -> dict[str, int]:
    """Return the last number that each table has given, where it remembers."""
    with watching(place) as outside:
        if isinstance(place, Path):
            return dict(outside.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
        asked = (
            "SELECT replace(sequencename, '_id_seq', ''), coalesce(last_value, 0) FROM pg_sequences"
        )
        return dict(outside.execute(asked).fetchall())


@pytest.mark.parametrize("kinds", BOTH)
async def test_what_was_found_by_its_words_is_found_and_what_was_not_is_not(
    tmp_path: Path, bare: Server, lent: Server, clock: ManualClock, kinds: str
) -> None:
    outward = kinds == "file to server"
    source: Place = fresh_database(tmp_path, "desk.db") if outward else lent
    async with living(source, clock) as world:
        for number in range(4):
            sender = Sender(external_id=f"c{number}", name=f"Їжак Петрович {number}")
            await world.begun(f"c{number}", text=f"Добрий день, ёлка {number}", sender=sender)
        gone = await world.begun("c9", text="Добрий вечір")
        await world.store.write(_take_back, gone)
    before = [await found_in(source, clock, words) for words in WORDS]
    desk = Desk(tmp_path, source, bare if outward else tmp_path / "new.db")
    done = await asyncio.to_thread(desk.moves)
    assert done.exit_code == 0, done.output
    assert ": 4 messages, 4 people." in done.output
    assert [await found_in(desk.target, clock, words) for words in WORDS] == before
    assert [len(messages) for messages, _ in before] == [4, 4, 0, 0, 1]
    assert [len(people) for _, people in before] == [0, 0, 4, 0, 0]


WORDS = ("добр", "елка", "петров", "нічого", "ёлка 2")


def _take_back(tx: Tx, message_id: int) -> None:
    by_hand(tx, "UPDATE messages SET deleted_at = 1 WHERE conversation_id = ?", [message_id])


async def found_in(
    place: Place, clock: ManualClock, words: str
) -> tuple[list[int | None], list[int]]:
    async with opened(place, clock=clock) as store:
        await search.brought_up_to_date(store)
        hits = await store.read(
            search.search, words, filters=search.Filters(), sight=WHOLE, limit=50
        )
        people = await store.read(search.people, words, sight=WHOLE, limit=50)
    return [hit.message_id for hit in hits if hit.message_id], sorted(people)


def test_a_target_that_is_not_empty_is_refused_and_left_as_it_is(desk: Desk) -> None:
    if isinstance(desk.target, Path):
        desk.target.parent.mkdir(exist_ok=True)
    db.migrate(desk.target)
    with watching(desk.target) as outside:
        outside.execute("INSERT INTO meta (key, value) VALUES ('mine', 'x')")
    done = desk.moves()
    assert done.exit_code == 1
    assert ("is not empty: there are rows in meta" in done.output) or (
        "there is a file already" in done.output
    )
    assert contents(desk.target)["meta"] == [("mine", "x")]
    assert contents(desk.target)["messages"] == []


def test_tables_that_are_empty_are_filled(outward: Desk) -> None:
    db.migrate(outward.target)
    assert outward.moves().exit_code == 0


def test_what_postgresql_keeps_in_no_text_is_replaced_and_counted(outward: Desk) -> None:
    with watching(outward.source) as outside:
        outside.execute("UPDATE messages SET text = 'a' || char(0) || 'b' || char(0)")
    done = outward.moves()
    assert done.exit_code == 0, done.output
    assert "In 3 texts there is U+FFFD" in done.output
    with watching(outward.target) as outside:
        found = outside.execute("SELECT DISTINCT text FROM messages").fetchall()
    assert found == [("a\ufffdb\ufffd",)]


def test_a_password_on_the_command_line_is_refused_and_not_repeated(outward: Desk) -> None:
    done = outward.moves("postgresql://desk:s3cret-hunter@db.internal/desk")
    assert done.exit_code == 1
    assert "s3cret-hunter" not in done.output
    assert "${" in done.output


def test_what_is_wrong_with_the_server_is_said_in_a_line(tmp_path: Path) -> None:
    here = fresh_database(tmp_path, "desk.db")
    nowhere = Server("postgresql://desk:s3cret-hunter@/desk?host=/tmp/nowhere")
    done = Desk(tmp_path, here, nowhere).moves()
    assert done.exit_code == 1
    assert "does not answer: start the server" in done.output
    assert "s3cret-hunter" not in done.output
    assert "Traceback" not in done.output


def test_there_is_nothing_to_move_where_there_is_no_database(tmp_path: Path, bare: Server) -> None:
    done = Desk(tmp_path, tmp_path / "nothing.db", bare).moves()
    assert done.exit_code == 1
    assert "there is no database" in done.output
    assert not (tmp_path / "nothing.db").exists()


def test_the_secret_and_the_list_of_who_was_erased_go_along(tmp_path: Path, bare: Server) -> None:
    """They lie beside a file; of a server they are looked for beside the folder of files."""
    (tmp_path / "data").mkdir()
    here = fresh_database(tmp_path / "data", "shop.db")
    for end in ("secret", "erased"):
        (tmp_path / "data" / f"shop.{end}").write_text(f"the {end}", encoding="utf-8")
    desk = Desk(tmp_path, here, bare)
    assert desk.moves().exit_code == 0
    for end in ("secret", "erased"):
        there = tmp_path / f"deskbridge.{end}"
        assert there.read_text(encoding="utf-8") == f"the {end}"
        assert there.stat().st_mode & 0o077 == 0


def test_what_is_to_be_written_in_the_yaml_is_said_as_it_was_given(outward: Desk) -> None:
    done = outward.moves()
    assert "  storage:\n    database: ${TO}\n" in done.output
    assert url(outward.target) not in done.output


async def test_the_new_one_is_another_life_of_it(outward: Desk) -> None:
    async def epoch(place: Place) -> str | None:
        async with opened(place, clock=Clock()) as store:
            return await store.read(_epoch)

    assert outward.moves().exit_code == 0
    assert await epoch(outward.target) not in (None, await epoch(outward.source))


def _epoch(tx: Tx) -> str | None:
    return tx.one(log.GET_META, key="epoch")
