"""Purged conversations: nothing of them is left, and nothing brings them back."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from bridge.channel import InboundMessage, MessageEdited, Sender
from bridge.models import (
    ALBUM_ITEM,
    AUTOMATION_RUN,
    FLOOD,
    HAND_OVER,
    MENTION,
    NOTICE,
    RATING,
    START_TOKEN,
    TICKET,
    WEBHOOK_CALL,
    metadata,
)
from bridge.search import Filters, brought_up_to_date, search
from bridge.store import deliveries as d
from bridge.store.sight import Sight
from bridge.store.statement import Statement, adding, nothing
from bridge.store.transactions import Tx
from routing import purging
from routing.purging import Purger
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.agent_console.test_trash import timers_of
from tests.bridge.media.conftest import picture
from tests.databases import by_hand

DAY = 24 * 3600
CUSTOMER = Sender(external_id="visitor-one-000001")


def _purger(office: Office, kept_for: int | None = None) -> Purger:
    return Purger(office.store, office.media, kept_for=kept_for)


async def _purge(office: Office, agent: Agent, conversation: int) -> None:
    await agent.post(f"/api/conversations/{conversation}/delete", expect=204)
    await agent.post(f"/api/conversations/{conversation}/purge", expect=204)
    await _purger(office).tidy()


def _let_files_age(office: Office) -> None:
    """Have an hour pass, for files too: the disk knows nothing of the test's clock."""
    for path in _files(office):
        os.utime(path, times=(office.clock.now() / 1000, office.clock.now() / 1000))
    office.clock.tick(3600)


def _files(office: Office) -> list[Path]:
    return [path for path in office.settings.storage.media.dir.rglob("*") if path.is_file()]


def _belonging() -> Iterator[tuple[Table, str]]:
    """Yield each table whose rows go with a conversation or a message, and by which column."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name in ("conversations", "messages", "deliveries"):
                yield table, key.parent.name


def _rows(tx: Tx) -> dict[str, int]:
    return {
        f"{table.name}.{column}": by_hand(
            tx,
            f"SELECT count({column}) FROM {table.name}",  # noqa: S608  # Names of our own tables.
        ).fetchone()[0]
        for table, column in _belonging()
    }


def _add(tx: Tx, table: Table, **row: object) -> None:
    tx.run(Statement(nothing, adding(table, *row)), **row)


def _what_only_networks_bring(tx: Tx, conversation: int, message: int) -> None:
    _add(tx, NOTICE, message_id=message, occasion="rating", conversation_id=conversation, at=tx.now)
    times = dict.fromkeys(("created_at", "changed_at", "ended_at"), tx.now)
    rated = {"score": 1, "scale": 5} | times
    _add(tx, RATING, conversation_id=conversation, **rated)
    link = {"token_hash": "x", "inbox_id": "site", "expires_at": tx.now}
    _add(tx, START_TOKEN, conversation_id=conversation, **link)
    item = {"external_id": "m77", "album": "a", "text": "подпись", "format": "plain"}
    _add(tx, ALBUM_ITEM, inbox_id="site", message_id=message, **item)
    run = {"automation_id": "remind", "since": tx.now}
    _add(tx, AUTOMATION_RUN, conversation_id=conversation, **run)
    held = dict.fromkeys(("began_at", "ends_at", "told_at"), tx.now)
    _add(tx, FLOOD, why="sender", held=1, message_id=message, conversation_id=conversation, **held)
    _add(tx, HAND_OVER, conversation_id=conversation, agent_id="ivan", at=tx.now)
    _add(tx, MENTION, message_id=message, agent_id="ivan")
    task = {"agent_id": "pavel", "target": "crm", "title": "тайна", "state": "sent"}
    ids = {"conversation_id": conversation, "message_id": message}
    _add(tx, TICKET, created_at=tx.now, **ids, **task)
    times = dict.fromkeys(("due_at", "created_at", "changed_at", "expires_at"), tx.now)
    call = {"webhook_id": "crm", "public_id": "x", "event": "x", "body": "тайна", "state": "sent"}
    _add(tx, WEBHOOK_CALL, conversation_id=conversation, **call, **times)
    (sent,) = tx.all(d.DELIVERIES_OF, message_id=message)
    tx.run(d.ADD_RECEIPT, inbox_id="site", external_id="r1", delivery_id=sent.id)
    tx.run(d.SET_STATE, of=sent.id, expected="queued", state="sent", reason=None, detail=None, at=1)


async def _full(office: Office, anna: Agent, pavel: Agent) -> int:
    """Fill every table that has anything to do with a conversation."""
    conversation, first = await office.customer_writes("секретный договор")
    edited = MessageEdited(
        sender=CUSTOMER, external_id="m1", text="тайный договор", edited_at=office.clock.now()
    )
    await office.sink("site").accept([edited])
    await pavel.act("take", conversation)
    upload = await pavel.ask(
        "POST", "/api/uploads", files={"file": ("a.png", picture())}, expect=201
    )
    files = [upload.json()["id"]]
    answer = await pavel.says(conversation, "ответ", reply_to=first, attachments=files)
    await pavel.says(conversation, "заметка", kind="note")
    await pavel.post(f"/api/conversations/{conversation}/topics", {"topic": "orders"})
    await pavel.ask(
        "PUT",
        f"/api/conversations/{conversation}/drafts/reply",
        {"text": "черновик", "revision": 0},
        expect=200,
    )
    await pavel.post(f"/api/conversations/{conversation}/read", {"message_id": first}, expect=204)
    await anna.act("join", conversation)
    message = answer["message"]["id"]
    await office.store.write(_what_only_networks_bring, conversation, message)
    block = {"scope": "identity", "until": None, "reason": "грубит"}
    await anna.post(f"/api/conversations/{conversation}/block", block)
    await anna.post(f"/api/conversations/{conversation}/delete", expect=204)
    return conversation


async def test_r64_purging_leaves_nothing_behind(office: Office, anna: Agent, pavel: Agent) -> None:
    conversation = await _full(office, anna, pavel)
    await brought_up_to_date(office.store)
    before = await office.store.read(_rows)
    assert [name for name, count in before.items() if not count] == []
    assert _files(office)

    _let_files_age(office)
    await anna.post(f"/api/conversations/{conversation}/purge", expect=204)
    await _purger(office).tidy()

    left = {name: count for name, count in (await office.store.read(_rows)).items() if count}
    assert left == {}
    for table in ("conversations", "messages", "deliveries"):
        assert await office.store.read(_count, table) == 0
    assert await office.store.read(timers_of, conversation) == 0
    for word in ("секретный", "тайный", "ответ", "заметка"):
        assert await office.store.read(_indexed, word) == 0
    assert _files(office) == []
    assert (await anna.refused("GET", f"/api/conversations/{conversation}"))[0] == 404


def _count(tx: Tx, table: str) -> int:
    found = by_hand(tx, f"SELECT count(*) FROM {table}")  # noqa: S608  # Ours.
    count: int = found.fetchone()[0]
    return count


def _indexed(tx: Tx, word: str) -> int:
    in_a_file = isinstance(tx._connection, sqlite3.Connection)
    asked = "message_fts MATCH ?" if in_a_file else "words @@ CAST(? AS tsquery)"
    found = by_hand(tx, f"SELECT count(*) FROM message_fts WHERE {asked}", (word,))  # noqa: S608
    count: int = found.fetchone()[0]
    return count


async def test_whoever_is_blocked_stays_so(office: Office, anna: Agent, pavel: Agent) -> None:
    conversation = await _full(office, anna, pavel)
    await anna.post(f"/api/conversations/{conversation}/purge", expect=204)
    await _purger(office).tidy()

    again = InboundMessage(sender=CUSTOMER, external_id="m9", sent_at=1, thread="t", text="ещё")
    (answer,) = await office.sink("site").accept([again])

    assert (answer.outcome, answer.reason) == ("refused", "blocked")
    assert await office.store.read(_count, "blocks") == 1


async def test_a_file_that_another_message_has_stays(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    two = [(await office.customer_writes(customer=f"customer-{one:06}"))[0] for one in range(2)]
    for conversation in two:
        upload = await pavel.ask(
            "POST", "/api/uploads", files={"file": ("a.txt", b"the same")}, expect=201
        )
        await pavel.says(conversation, "файл", attachments=[upload.json()["id"]])
    _let_files_age(office)

    await _purge(office, anna, two[0])
    assert len(_files(office)) == 1
    await _purge(office, anna, two[1])
    assert _files(office) == []


async def test_what_a_network_hands_over_again_does_not_come_back(
    office: Office, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes("раз")
    await _purge(office, anna, conversation)
    again = InboundMessage(
        sender=CUSTOMER, external_id="m1", sent_at=office.clock.now(), thread="t", text="раз"
    )

    (answer,) = await office.sink("site").accept([again])
    fresh, _ = await office.customer_writes("два")
    (once_more,) = await office.sink("site").accept([again])

    assert [answer.outcome, once_more.outcome] == ["duplicate", "duplicate"]
    assert [answer.reason, once_more.reason] == ["purged", "purged"]
    assert await anna.listed("new") == [fresh]
    assert len([one for one in await anna.thread(fresh) if one["kind"] == "incoming"]) == 1


async def test_what_comes_again_before_the_last_of_it_has_gone_is_as_good_as_gone(
    office: Office, anna: Agent
) -> None:
    conversation, message = await office.customer_writes("раз")
    again = InboundMessage(sender=CUSTOMER, external_id="m1", sent_at=1, thread="t", text="раз")
    (known,) = await office.sink("site").accept([again])
    assert (known.outcome, known.reason, known.message_id) == ("duplicate", None, message)

    await anna.post(f"/api/conversations/{conversation}/delete", expect=204)
    await anna.post(f"/api/conversations/{conversation}/purge", expect=204)

    (answer,) = await office.sink("site").accept([again])
    assert (answer.outcome, answer.reason, answer.message_id) == ("duplicate", "purged", None)


async def test_an_answer_that_quotes_it_goes_on_without_the_quote(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    gone, quoted = await office.customer_writes("раз")
    await anna.post(f"/api/conversations/{gone}/delete", expect=204)
    fresh, message = await office.customer_writes("два")
    await office.store.write(
        lambda tx: by_hand(
            tx, "UPDATE messages SET reply_to_id = ? WHERE id = ?", (quoted, message)
        )
    )
    await anna.post(f"/api/conversations/{gone}/purge", expect=204)
    await _purger(office).tidy()

    cards = {one["id"]: one for one in await pavel.thread(fresh)}
    assert "reply_to" not in cards[message]


async def test_a_conversation_goes_in_pieces_and_never_again_under_its_number(
    office: Office, anna: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "MESSAGES_AT_ONCE", 2)
    conversation, _ = await office.customer_writes("0")
    for number in range(5):
        await office.customer_writes(str(number))
    await anna.post(f"/api/conversations/{conversation}/delete", expect=204)
    await anna.post(f"/api/conversations/{conversation}/purge", expect=204)

    before = await office.store.read(_count, "messages")
    await office.store.write(purging.purge_some)
    assert await office.store.read(_count, "messages") == before - 2
    assert await anna.listed("deleted") == []

    await _purger(office).tidy()
    fresh, _ = await office.customer_writes("new")
    assert fresh > conversation


async def test_what_is_on_the_wire_is_waited_for(office: Office, anna: Agent, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    message = (await pavel.says(conversation, "ответ"))["message"]["id"]
    await office.delivered(message, "sending")
    await _purge(office, anna, conversation)
    assert await office.store.read(_count, "conversations") == 1

    await office.delivered(message, "sent")
    await _purger(office).tidy()
    assert await office.store.read(_count, "conversations") == 0


async def test_what_was_deleted_long_ago_is_purged_of_itself(office: Office, anna: Agent) -> None:
    old, _ = await office.customer_writes(customer="customer-000001")
    await anna.post(f"/api/conversations/{old}/delete", expect=204)
    office.clock.tick(20 * DAY)
    anna = await office.sign_in("anna")
    young, _ = await office.customer_writes(customer="customer-000002")
    await anna.post(f"/api/conversations/{young}/delete", expect=204)
    office.clock.tick(10 * DAY)
    anna = await office.sign_in("anna")

    await _purger(office, kept_for=None).tidy()
    assert set(await anna.listed("deleted")) == {old, young}
    await _purger(office, kept_for=30 * DAY * 1000).tidy()
    assert await anna.listed("deleted") == [young]


async def test_r64_deleting_for_ever_is_a_right_of_its_own(an_office: OpenOffice) -> None:
    may: dict[str, Any] = {"permissions.agent.delete_conversation": True}
    async with an_office(may) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        await pavel.post(f"/api/conversations/{conversation}/delete", expect=204)
        answer = await pavel.refused("POST", f"/api/conversations/{conversation}/purge", {})
        assert answer[0] == 403
    async with an_office(may | {"permissions.agent.purge_conversation": True}) as office:
        pavel = await office.sign_in("pavel")
        await pavel.post(f"/api/conversations/{conversation}/purge", expect=204)


async def test_an_open_console_is_told_that_it_is_gone(office: Office, anna: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await anna.post(f"/api/conversations/{conversation}/delete", expect=204)
    async with (
        office.listening() as address,
        anna.live(address, after=office.hub.cursor()) as view,
    ):
        await anna.post(f"/api/conversations/{conversation}/purge", expect=204)
        assert (await view.until("changes"))["gone"] == [conversation]


async def test_an_index_that_had_not_come_to_it_yet_passes_it_by(
    office: Office, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes("редкое слово")
    await _purge(office, anna, conversation)
    await brought_up_to_date(office.store)

    found = await office.store.read(
        lambda tx: search(tx, "редкое", filters=Filters(), sight=Sight(agent="anna"), limit=5)
    )
    assert found == []
