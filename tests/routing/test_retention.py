"""Closed conversations go when their time is over, and nothing open ever does."""

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.db import Place
from bridge.media import MediaStore
from bridge.store import chain
from bridge.store.transactions import Tx
from routing import retention
from routing.purging import Purger
from routing.retention import Retained
from tests.bridge.backup.conftest import Installation
from tests.databases import by_hand, watching
from tests.routing.world import World

DAY = 24 * 3600
DAY_MS = DAY * 1000


async def closed(world: World, customer: str, **more: Any) -> int:
    here = await world.begun(customer, **more)
    await world.takes("anna", here)
    await world.closes("anna", here)
    return here


async def passes(world: World, folder: Path, retained: Retained) -> None:
    """Have the program look once."""
    media = MediaStore(world.store, folder / "media", clock=world.clock, secret=b"x" * 32)

    def let_go(tx: Tx) -> bool:
        return retention.let_go(tx, retained)

    await Purger(world.store, media, kept_for=None, let_go=let_go).tidy()


async def ids(world: World) -> list[int]:
    def read(tx: Tx) -> list[int]:
        rows = by_hand(tx, "SELECT id FROM conversations ORDER BY id").fetchall()
        return [row[0] for row in rows]

    return await world.store.read(read)


async def test_a_closed_conversation_goes_when_its_time_is_over(
    world: World, tmp_path: Path
) -> None:
    old = await closed(world, "olena", text="старе")
    world.clock.tick(20 * DAY)
    new = await closed(world, "pavlo")
    world.clock.tick(10 * DAY + 1)
    await passes(world, tmp_path, Retained(30 * DAY_MS))
    assert await ids(world) == [new]
    assert old != new
    world.clock.tick(20 * DAY)
    await passes(world, tmp_path, Retained(30 * DAY_MS))
    assert await ids(world) == []
    assert await world.count("messages") == 0


async def test_what_is_open_is_never_taken_however_old(world: World, tmp_path: Path) -> None:
    here = await world.begun("olena")
    taken = await world.begun("pavlo")
    await world.takes("anna", taken)
    world.clock.tick(4000 * DAY)
    await passes(world, tmp_path, Retained(DAY_MS))
    assert await ids(world) == [here, taken]


async def test_one_that_was_closed_long_after_its_last_word_has_its_time_from_then(
    world: World, tmp_path: Path
) -> None:
    here = await world.begun("olena")
    await world.takes("anna", here)
    world.clock.tick(100 * DAY)
    await world.closes("anna", here)
    world.clock.tick(20 * DAY)
    await passes(world, tmp_path, Retained(30 * DAY_MS))
    assert await ids(world) == [here]


async def test_an_inbox_has_a_time_of_its_own(world: World, tmp_path: Path) -> None:
    paged = await closed(world, "olena")
    posted = await closed(world, "olena", inbox="post")
    sited = await closed(world, "olena", inbox="site")
    world.clock.tick(50 * DAY)
    await passes(world, tmp_path, Retained(30 * DAY_MS, {"post": 100 * DAY_MS, "site": None}))
    assert await ids(world) == [posted, sited]
    assert paged not in await ids(world)
    await passes(world, tmp_path, Retained(None, {"post": 40 * DAY_MS}))
    assert await ids(world) == [sited]


async def test_more_than_one_piece_goes_and_each_is_written_down(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routing.purging._PACE", 0)
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number in range(5):
        await closed(world, f"customer-{number}")
    world.clock.tick(2 * DAY)
    await passes(world, tmp_path, Retained(DAY_MS))
    assert await ids(world) == []

    def written(tx: Tx) -> list[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = by_hand(
            tx, "SELECT action, subject, detail FROM audit"
        ).fetchall()
        return found

    found = await world.store.read(written)
    assert {row[:2] for row in found} == {("retention", "inbox:pager")}
    assert [json.loads(row[2])["conversations"] for row in found] == [2, 2, 1]
    assert (await world.store.read(chain.check)).faults == ()


async def test_one_that_is_opened_again_in_the_last_moment_stays(world: World) -> None:
    here = await closed(world, "olena")
    before = await world.conversation(here)

    def opens(tx: Tx) -> None:
        by_hand(tx, "UPDATE conversations SET state = 'open' WHERE id = ?", (here,))

    await world.store.write(opens)
    assert await world.store.write(retention._purge, before) == 0
    assert (await world.conversation(here)).state == "open"


def test_it_is_explained_before_it_is_done(database: Place, tmp_path: Path) -> None:
    one = Installation(tmp_path / "here", None if isinstance(database, Path) else database)
    one.configure(", retention: {messages: 2y, inboxes: {site: {messages: 90d}}}")
    one.runs("migrate")
    with watching(one.place) as connection:
        _one_is_due(connection)
    done = one.runs("explain", "retention")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[1].split() == ["site", "90", "days", "1", "1"]
    assert len(one.rows("conversations")) == 1


def _one_is_due(connection: Any) -> None:
    connection.execute("INSERT INTO inboxes (id, kind, name) VALUES ('site', 'widget', 'Site')")
    connection.execute("INSERT INTO contacts (id, created_at) VALUES (1, 1)")
    connection.execute(
        "INSERT INTO identities (id, inbox_id, external_id, contact_id, created_at) "
        "VALUES (1, 'site', 'x', 1, 1)"
    )
    connection.execute(
        "INSERT INTO conversations (inbox_id, identity_id, contact_id, thread, state, created_at, "
        "last_at) VALUES ('site', 1, 1, '', 'closed', 1, 1)"
    )


def test_an_inbox_that_is_not_there_is_refused(tmp_path: Path) -> None:
    one = Installation(tmp_path / "here")
    one.configure(", retention: {inboxes: {sit: {messages: 90d}}}")
    done = one.runs("check")
    assert done.exit_code == 1
    assert "sit" in done.output
