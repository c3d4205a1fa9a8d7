"""All there is of a person, as they are given it."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from bridge.channel import MessageEdited, Sender, Visit
from bridge.media import MediaStore
from bridge.media.rows import attach
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import contacts, erasing, takeout
from tests.bridge.media.conftest import chunks
from tests.clock import ManualClock
from tests.databases import clock, database, store
from tests.routing.erased.planted import plant
from tests.routing.erased.test_erasing import House, house
from tests.routing.world import World

__all__ = ["clock", "database", "house", "store"]


async def packed(house: House, contact_id: int) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what the person is given, and the files beside it."""

    def collect(tx: Tx) -> takeout.Found:
        return takeout.collected(tx, erasing.person(tx, contact_id))

    out = io.BytesIO()
    assert takeout.pack(await house.world.store.read(collect), house.folder / "media", out) == []
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    told: dict[str, Any] = json.loads(files.pop("person.json"))
    return told, files


async def test_everything_that_was_planted_of_a_person_is_given_to_them(house: House) -> None:
    """But drafts, numbers of ours and what only our own machinery needs."""
    sha256 = await house.keeps(b"the file")
    connection = house.raw()
    ids: dict[str, Any] = {"inboxes": "pager", "agents": "anna", "external": "", "topics": None}
    connection.execute("INSERT INTO tags (id, label, color) VALUES ('vip', 'VIP', '#fff')")
    connection.execute("INSERT INTO statuses VALUES ('new', 'open', '\"New\"', '#fff', 0, NULL)")
    ids |= {"tags": "vip", "statuses": "new"}
    planted = plant(connection, ids, contents=sha256)
    connection.close()
    told, files = await packed(house, ids["contacts"])
    text = json.dumps(told)
    left_out = {where for where, word in planted.words.items() if word not in text}
    ours = (
        "album_items.", "surface_", "parked_events.", "quarantine.", "webhook_calls.", "receipts.",
        "deliveries.", "contact_joins.", "drafts.",
    )  # fmt: skip
    assert {where for where in left_out if not where.startswith(ours)} == {
        "attachments.fetch_ref",
        "attachments.fetch_key",
        "conversations.thread",
        "identities.unreachable_reason",
        "identities.photo_ref",
        "identities.photo_id",
        "messages.external_id",
        "messages.client_key",
        "notices.buttons",
        "tickets.reason",
    }
    assert list(files.values()) == [b"the file"]


async def test_a_conversation_is_told_as_it_went(house: House) -> None:
    world = house.world
    sender = Sender(external_id="olena", name="Олена 🌻", email="olena@example.com")
    answer = await world.comes(
        world.message("olena", "Добрй день", sender=sender, external_id="m1")
    )
    here = answer.conversation_id or 0
    edited = MessageEdited(sender=sender, external_id="m1", text="Добрий день", edited_at=1)
    await world.comes(edited)
    await world.takes("anna", here)
    media = MediaStore(world.store, house.folder / "media", clock=ManualClock(), secret=b"x" * 32)
    whose = {"name": "чек.txt", "owner": "agent:anna"}
    view = await media.receive(chunks("чек".encode()), **whose, limit=1000)
    reply_id = await world.replies("anna", here, "Ось чек")
    await world.store.write(attach, [view.id], ["agent:anna"], reply_id)
    await world.store.write(_visit, "olena")

    told, files = await packed(house, (await world.contact("olena")).id)

    assert told["names"] == ["Олена 🌻"]
    assert told["emails"] == ["olena@example.com"]
    [account] = told["accounts"]
    assert account["id"] == "olena"
    assert account["visit"]["facts"]["url"] == "https://shop.example/cart"
    [talk] = told["conversations"]
    [first, reply] = [one for one in talk["messages"] if one["kind"] != "activity"]
    assert first["text"] == "Добрий день"
    assert [was["text"] for was in first["earlier"]] == ["Добрй день"]
    assert first["edited_at"]
    assert (reply["text"], reply["by"], reply["kind"]) == ("Ось чек", "Anna", "outgoing")
    [file] = reply["files"]
    assert (file["name"], file["bytes"]) == ("чек.txt", len("чек".encode()))
    assert files[file["path"]].decode() == "чек"
    assert [part["state"] for part in reply["sent"]] == ["queued"]


def _visit(tx: Tx, external_id: str) -> None:
    identity = tx.the(p.FIND_IDENTITY, inbox_id="pager", external_id=external_id)
    contacts.record_visit(tx, identity, Visit(url="https://shop.example/cart", online=True))


async def test_a_file_that_is_lost_is_told_and_keeps_nobody_from_the_rest(
    house: House, tmp_path: Path
) -> None:
    found = takeout.Found((await _found(house.world)).takeout, {"files/x-file.txt": "ab" * 32})
    out = io.BytesIO()
    assert takeout.pack(found, tmp_path, out) == ["files/x-file.txt"]
    assert zipfile.ZipFile(out).namelist() == ["person.json"]


async def _found(world: World) -> takeout.Found:
    await world.begun("olena")
    number = (await world.contact("olena")).id
    return await world.store.read(lambda tx: takeout.collected(tx, erasing.person(tx, number)))
