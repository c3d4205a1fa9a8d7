"""A person who was erased is in no file any more, and no network brings them back."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from bridge import search
from bridge.backup import copied, copies_beside, keep_copy
from bridge.channel import MessageEdited, Sender
from bridge.db import Place
from bridge.media import MediaStore
from bridge.models import metadata
from bridge.models.erased import ERASED_ACCOUNT
from bridge.store import processes, quarantine
from bridge.store.erasing import QUARANTINED
from bridge.store.statement import Statement, nothing
from bridge.store.transactions import Tx
from routing import erased
from routing.eraser import Eraser
from routing.erasing import Told
from routing.refusal import RefusedError
from tests import postgres
from tests.bridge.media.conftest import chunks
from tests.clock import ManualClock
from tests.databases import ByHand, clock, database
from tests.routing.erased.planted import ELSEWHERE, OURS, Planted, personal, plant
from tests.routing.world import World, living

__all__ = ["clock", "database"]

FORGET_ALL = Statement(nothing, delete(ERASED_ACCOUNT))
_VOCABULARY = "CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, message_fts, row)"
_VOCABULARY_THERE = "SELECT word FROM ts_stat('SELECT words FROM message_fts')"


@dataclass
class House:
    """A world with files, in a folder of its own."""

    world: World
    folder: Path
    media: MediaStore
    eraser: Eraser

    @property
    def database(self) -> Path:
        """Return the file of it, or the name beside which a server's are kept."""
        return self.folder / "desk.db"

    @property
    def place(self) -> Place:
        return self.world.store.place

    def found(self, planted: Planted) -> dict[str, list[str]]:
        """Return what stands in a file of the house, or of the server's for this database.

        The server's log of what is to be written is not asked: it is written over by and by.
        """
        if isinstance(self.place, Path):
            return planted.found(self.folder)
        return planted.found(self.folder, postgres.folder_of(self.place))

    async def erases(self, contact_id: int) -> Told:
        """Erase a person, to the last byte."""
        told = await self.eraser.erase(contact_id, by=None)
        assert await self.eraser.finish() == 0
        return told

    async def keeps(self, content: bytes) -> str:
        """Keep a file nobody has a row for yet; return its hash."""
        return (await self.media.keep(chunks(content), limit=1 << 30)).sha256

    def raw(self) -> ByHand:
        """Return a connection that leaves what it deletes where it lay."""
        return ByHand(self.place)


@pytest.fixture
async def house(database: Place, tmp_path: Path, clock: ManualClock) -> AsyncIterator[House]:
    folder = tmp_path / "house"
    folder.mkdir()
    if isinstance(database, Path):
        database = database.rename(folder / "desk.db")
    async with living(database, clock) as world:
        media = MediaStore(world.store, folder / "media", clock=clock, secret=b"x" * 32)
        eraser = Eraser(
            world.store,
            database=folder / "desk.db",
            media=folder / "media",
            listed=folder / "desk.erased",
        )
        yield House(world, folder, media, eraser)


async def _planted(house: House) -> tuple[Planted, dict[str, Any]]:
    """Have a person with something in every table, some of it changed since."""
    word = Planted().word("content")
    sha256 = await house.keeps(f"a file with {word} in it".encode())
    preview = house.folder / "media" / "previews" / f"{sha256}.webp"
    preview.write_bytes(f"drawn {word}".encode())
    connection = house.raw()
    ids: dict[str, Any] = {"inboxes": "pager", "agents": "anna", "external": ""}
    for table, row in (("tags", "'vip', 'VIP', '#ff0000'"), ("topics", "'orders', 'Orders'")):
        columns = "id, label, color" if table == "tags" else "id, label"
        connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({row})")  # noqa: S608
        ids[table] = row.split("'")[1]
    ids["topics"] = None
    connection.execute("INSERT INTO statuses VALUES ('new', 'open', '\"New\"', '#fff', 0, NULL)")
    planted = plant(connection, ids, contents=sha256)
    planted.words["file"] = word
    before = planted.word("messages.text before it was edited")
    connection.execute("UPDATE messages SET text = ?", (before + " " + "x" * 200,))
    connection.execute("UPDATE messages SET text = ?", (planted.words["messages.text"],))
    connection.close()
    while await house.world.store.write(search.catch_up):
        pass
    words = [planted.words[f"contacts.{name}"] for name in ("name", "email", "phone")]
    await house.world.store.write(search.index_contact, ids["contacts"], words)
    return planted, ids


def test_what_is_not_planted_is_there_and_no_more_than_that() -> None:
    """A new table or column is planted as it comes, unless it is left out by its name."""
    tables = {table.name for table in metadata.sorted_tables}
    assert set(ELSEWHERE) <= tables
    assert set(OURS) <= tables
    assert {table.name for table, _ in personal()} == tables - set(ELSEWHERE)
    for name, ours in OURS.items():
        assert ours <= set(metadata.tables[name].columns.keys())


async def test_what_was_planted_in_every_column_is_in_no_file_after_the_erasure(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    planted, ids = await _planted(house)
    before = house.found(planted)
    assert set(planted.words) - set(before) == set(), "not found even before"

    await house.erases(ids["contacts"])

    (house.folder / "log.txt").write_text(caplog.text, encoding="utf-8")
    assert house.found(planted) == {}


async def test_no_word_of_theirs_stands_in_the_index(house: House) -> None:
    planted, ids = await _planted(house)
    text = planted.words["messages.text"]

    def words() -> set[str]:
        connection = house.raw()
        try:
            if not isinstance(house.place, Path):
                return {row[0] for row in connection.execute(_VOCABULARY_THERE)}
            connection.execute(_VOCABULARY)
            return {row[0] for row in connection.execute("SELECT term FROM temp.v")}
        finally:
            connection.close()

    assert text in words()
    await house.erases(ids["contacts"])
    assert text not in words()


async def test_nothing_of_anybody_else_goes(house: House) -> None:
    other = await house.world.begun("pavlo", text="мій договір")
    sha256 = await house.keeps(b"the same file")
    view = await house.media.receive(
        chunks(b"the same file"), name="a.txt", owner="visitor:pager/pavlo", limit=1 << 20
    )
    _, ids = await _planted(house)
    connection = house.raw()
    connection.execute("UPDATE attachments SET sha256 = ? WHERE public_id != ?", (sha256, view.id))
    connection.close()
    before = await house.world.texts(other)

    await house.erases(ids["contacts"])

    assert await house.world.texts(other) == before
    assert (await house.world.contact("pavlo")).id != ids["contacts"]
    file = await house.media.find(view.id)
    assert file is not None
    assert house.media.path(file).read_bytes() == b"the same file"


async def test_what_a_network_brings_again_is_known_and_not_taken_in(house: House) -> None:
    world = house.world
    said = world.message("olena", text="мій секретний договір", external_id="m1")
    answer = await world.comes(said)
    assert answer.outcome == "stored"
    olena = await world.contact("olena")

    await house.erases(olena.id)

    for _ in range(2):
        again = await world.comes(said)
        assert (again.outcome, again.reason) == ("duplicate", "purged")
        edit = MessageEdited(
            sender=Sender(external_id="olena"), external_id="m1", text="договір", edited_at=1
        )
        assert (await world.comes(edit)).outcome == "duplicate"
    assert await world.identity("olena") is None
    assert await world.count("messages") == await world.count("parked_events") == 0
    content = b"".join(p.read_bytes() for p in house.folder.rglob("*") if p.is_file())
    assert "договір".encode() not in content


@pytest.mark.parametrize("inbox", ["pager", "team_tg"], ids=["of an inbox", "of a surface"])
async def test_what_was_set_aside_of_them_is_not_set_aside_again(house: House, inbox: str) -> None:
    world = house.world
    await world.says(
        "olena", "Добрий день", sender=Sender(external_id="olena", name="Олена Шевчук")
    )
    olena = await world.contact("olena")
    theirs = '{"from": "Олена Шевчук", "text": "мій секретний договір"}'.encode()
    others = b'{"from": "Taras", "text": "hello"}'
    for raw in (theirs, others):
        await world.store.write(quarantine.put, inbox, raw, "not understood")

    await house.erases(olena.id)
    for raw in (theirs, others):
        await world.store.write(quarantine.put, inbox, raw, "not understood")

    kept = await world.store.read(lambda tx: [one.raw for one in tx.all(QUARANTINED)])
    assert kept == [others]
    again = erased.read(house.folder / "desk.erased")
    await world.store.write(lambda tx: tx.run(FORGET_ALL))
    await house.eraser.erase_again(again)
    await world.store.write(quarantine.put, inbox, theirs, "not understood")
    kept = await world.store.read(lambda tx: [one.raw for one in tx.all(QUARANTINED)])
    assert kept == [others], "nor after a restore"


async def test_what_comes_again_while_its_customer_is_being_erased_is_said_to_be_gone(
    house: House,
) -> None:
    world = house.world
    said = world.message("olena", external_id="m1")
    await world.comes(said)
    known = await world.comes(said)
    assert (known.outcome, known.reason, known.message_id is None) == ("duplicate", None, False)

    await house.eraser.erase((await world.contact("olena")).id, by=None)

    assert await world.count("messages") > 0
    again = await world.comes(said)
    assert (again.outcome, again.reason, again.message_id) == ("duplicate", "purged", None)


async def test_who_was_erased_writes_anew_as_somebody_new_and_the_old_stays_away(
    house: House,
) -> None:
    world = house.world
    old = world.message("olena", text="старе", external_id="m1")
    await world.comes(old)
    was = await world.contact("olena")
    await house.erases(was.id)

    anew = await world.says("olena", "знову я", external_id="m2")

    assert anew.outcome == "stored"
    assert (await world.comes(old)).outcome == "duplicate"
    assert anew.conversation_id is not None
    assert await world.texts(anew.conversation_id) == ["знову я"]
    assert (await world.contact("olena")).id != was.id


async def test_people_that_were_joined_go_together(house: House) -> None:
    world = house.world
    for customer in ("olena", "olenka"):
        await world.begun(customer)
    one, other = await world.contact("olena"), await world.contact("olenka")
    await world.store.write(_join, one.id, other.id)

    await house.erases(other.id)

    assert await world.count("contacts") == await world.count("identities") == 0
    assert await world.count("conversations") == 0


def _join(tx: Tx, one: int, other: int) -> None:
    from bridge.store import people as p  # noqa: PLC0415
    from routing import joining  # noqa: PLC0415

    by = {"by": "anna"}
    joining.join(tx, tx.the(p.CONTACT_BY_ID, id=one), tx.the(p.CONTACT_BY_ID, id=other), **by)


async def test_a_name_that_another_persons_thread_mentions_goes_too(house: House) -> None:
    world = house.world
    here = await world.begun("pavlo")
    await world.comes(
        world.message("olena", sender=Sender(external_id="olena", name="Олена Незнайко"))
    )
    one, other = await world.contact("pavlo"), await world.contact("olena")
    await world.store.write(_join, one.id, other.id)
    from bridge.store import joins as j  # noqa: PLC0415
    from routing import joining  # noqa: PLC0415

    def part(tx: Tx) -> None:
        joining.undo(tx, tx.all(j.JOINS_OF, contact_id=one.id)[0], by="anna")

    await world.store.write(part)
    assert "Незнайко" in str(await world.activities(here))

    await house.erases((await world.contact("olena")).id)

    assert "Незнайко" not in str(await world.activities(here))
    assert {"people_joined", "people_parted"} <= set(await world.verbs(here))


async def test_an_erasure_that_was_cut_off_is_finished_by_whoever_comes_next(
    house: House,
) -> None:
    await house.world.begun("olena", text="таємниця")
    await house.eraser.erase((await house.world.contact("olena")).id, by=None)
    # Nobody sees them from the first moment on.
    assert await house.world.identity("olena") is None
    assert await house.world.count("messages") > 0

    again = Eraser(
        house.world.store,
        database=house.database,
        media=house.folder / "media",
        listed=house.folder / "desk.erased",
    )
    assert await again.finish() == 0
    assert await house.world.count("messages") == 0
    assert await house.world.count("contacts") == 0


async def test_what_is_on_the_wire_has_its_end_first(house: House) -> None:
    world = house.world
    here = await world.begun("olena")
    await world.takes("anna", here)
    message = await world.replies("anna", here, "a secret answer")
    connection = house.raw()
    connection.execute("UPDATE deliveries SET state = 'sending' WHERE message_id = ?", (message,))
    await house.eraser.erase((await world.contact("olena")).id, by=None)
    assert await house.eraser.finish() == 1
    assert await world.count("contacts") == 1

    connection.execute("UPDATE deliveries SET state = 'sent' WHERE message_id = ?", (message,))
    connection.close()
    assert await house.eraser.finish() == 0
    assert await world.count("contacts") == await world.count("deliveries") == 0


async def test_the_copies_that_were_kept_before_a_migration_go_too(house: House) -> None:
    await house.world.begun("olena")
    keep_copy(house.database, 3)
    killed = house.database.parent / ".backup-killed"
    killed.mkdir()
    copied(house.database, killed / "database.sqlite")
    await house.erases((await house.world.contact("olena")).id)
    assert copies_beside(house.database) == []
    assert not killed.exists()


async def test_at_which_process_they_were_is_forgotten_and_of_others_is_not(house: House) -> None:
    world = house.world

    def is_at(tx: Tx, who: str) -> None:
        tx.run(processes.BE_PRESENT, place="pager", who=who, process=7, left_at=None)

    for one in ("olena", "petro"):
        await world.begun(one)
        await world.store.write(is_at, one)
    await house.erases((await world.contact("olena")).id)
    assert await world.store.read(lambda tx: tx.all(processes.PRESENT_AT, place="pager")) == [
        "petro"
    ]


async def test_nobody_is_erased_who_is_not_there(house: House) -> None:
    with pytest.raises(RefusedError, match="not_found"):
        await house.eraser.erase(404, by=None)


async def test_the_list_outside_names_nobody(house: House) -> None:
    await house.world.comes(house.world.message("olena@example.com", external_id="m1"))
    await house.erases((await house.world.contact("olena@example.com")).id)
    listed = house.folder / "desk.erased"
    assert b"olena" not in listed.read_bytes()
    lines = erased.read(listed)
    assert len(lines) == 2
    with listed.open("ab") as file:
        file.write(b'{"type": "account", "inb')
    assert erased.read(listed) == lines
