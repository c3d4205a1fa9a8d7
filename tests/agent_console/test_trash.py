"""Deleted conversations: who may, what leaves with them, and what comes back."""

import pytest

from bridge.channel import MessageEdited, Sender
from bridge.store import deliveries as d
from bridge.store.transactions import Tx
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.databases import by_hand

MAY_DELETE = {"permissions.agent.delete_conversation": True}


def timers_of(tx: Tx, conversation: int) -> int:
    """Return how many timers a conversation has."""
    rows = by_hand(
        tx, "SELECT count(*) FROM timers WHERE subject = ?", (f"conversation:{conversation}",)
    )
    count: int = rows.fetchone()[0]
    return count


async def _delete(agent: Agent, conversation: int) -> None:
    await agent.post(f"/api/conversations/{conversation}/delete", expect=204)


async def _restore(agent: Agent, conversation: int) -> None:
    await agent.act("restore", conversation)


async def test_s26_an_agent_may_not_delete_unless_it_is_granted(
    office: Office, pavel: Agent, vera: Agent
) -> None:
    conversation, _ = await office.customer_writes()

    assert "delete" not in (await pavel.row(conversation))["can"]
    for agent in (pavel, vera):
        answer = await agent.refused("POST", f"/api/conversations/{conversation}/delete", {})
        assert answer[0] == 403
    assert await pavel.listed("new") == [conversation]


async def test_s26_an_agent_may_delete_where_it_is_granted(an_office: OpenOffice) -> None:
    async with an_office(MAY_DELETE) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()

        assert "delete" in (await pavel.row(conversation))["can"]
        await _delete(pavel, conversation)

        assert await pavel.listed("deleted") == [conversation]
        assert (await pavel.row(conversation))["can"] == ["restore"]


async def test_an_agent_deletes_nothing_that_a_colleague_is_answering(
    an_office: OpenOffice,
) -> None:
    async with an_office(MAY_DELETE) as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        conversation, _ = await office.customer_writes()
        await ivan.act("take", conversation)

        status, error = await pavel.refused("POST", f"/api/conversations/{conversation}/delete", {})

        assert (status, error["code"]) == (409, "taken")


async def test_r63_a_deleted_conversation_is_in_no_other_list(office: Office, anna: Agent) -> None:
    conversation, _ = await office.customer_writes("неотложный заказ")
    contact = (await anna.row(conversation))["conversation"]["contact"]["id"]
    await _delete(anna, conversation)

    for folder in ("new", "mine", "all", "closed"):
        assert await anna.listed(folder, status="any") == []
    assert (await anna.get("/api/search", q="неотложный"))["hits"] == []
    assert (await anna.get(f"/api/contacts/{contact}/conversations"))["rows"] == []
    assert (await anna.get(f"/api/contacts/{contact}/history"))["messages"] == []
    counters = await anna.get("/api/folders")
    assert counters["new"] == counters["all"] == {"unread": 0, "total": 0}
    assert counters["deleted"]["total"] == 1


async def test_r09_the_folder_is_there_only_with_the_right(
    office: Office, anna: Agent, pavel: Agent, vera: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await _delete(anna, conversation)

    assert await anna.listed("deleted") == [conversation]
    for agent in (pavel, vera):
        assert (await agent.refused("GET", "/api/conversations?folder=deleted"))[0] == 403
        assert (await agent.refused("GET", "/api/selection?folder=deleted"))[0] == 403
        assert "deleted" not in await agent.get("/api/folders")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/messages", None),
        ("GET", "/notes", None),
        ("GET", "/attachments?kind=file", None),
        ("GET", "/drafts", None),
        ("PUT", "/drafts/note", {"text": "x", "revision": 0}),
        ("POST", "/read", {"message_id": 1}),
        ("POST", "/restore", {}),
        ("POST", "/purge", {}),
        ("POST", "/reopen", {}),
    ],
)
async def test_r09_without_the_right_there_is_no_such_conversation(
    office: Office, anna: Agent, pavel: Agent, method: str, path: str, body: object
) -> None:
    conversation, _ = await office.customer_writes()
    await _delete(anna, conversation)

    answer = await pavel.refused(method, f"/api/conversations/{conversation}{path}", body)

    assert answer[0] == 404


async def test_r63_it_goes_from_open_consoles_at_once(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    async with (
        office.listening() as address,
        pavel.live(address, after=office.hub.cursor()) as his,
        anna.live(address, after=office.hub.cursor()) as hers,
    ):
        await _delete(anna, conversation)

        frame = await his.until("changes")
        assert (frame["gone"], frame["rows"], frame["messages"]) == ([conversation], [], [])
        (row,) = (await hers.until("changes"))["rows"]
        assert (row["conversation"]["state"], row["can"]) == ("deleted", ["purge", "restore"])


async def test_a_deleted_conversation_is_nobodys_and_waits_for_nobody(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    assert await office.store.read(timers_of, conversation)
    await _delete(anna, conversation)

    row = (await anna.row(conversation))["conversation"]
    assert (row["assignee"], row["waiting_since"]) == (None, None)
    assert await office.store.read(timers_of, conversation) == 0


async def test_what_waits_to_go_out_is_called_off_and_says_so(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    sent = (await pavel.says(conversation, "раз"))["message"]["id"]
    waiting = (await pavel.says(conversation, "два"))["message"]["id"]
    await office.delivered(sent, "sent")

    unsent = await anna.post("/api/bulk/unsent", {"ids": [conversation]})
    await _delete(anna, conversation)

    assert unsent == {"messages": 1}
    marks = {one["id"]: one.get("mark") for one in await anna.thread(conversation)}
    assert marks[sent]["state"] == "sent"
    assert (marks[waiting]["state"], marks[waiting]["reason"]) == ("failed", "deleted")
    assert await office.store.read(_queued, waiting) == ["failed"]


def _queued(tx: Tx, message: int) -> list[str]:
    return [one.state for one in tx.all(d.DELIVERIES_OF, message_id=message)]


async def test_r64_restored_it_is_what_it_was_and_waits_anew(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    opened, _ = await office.customer_writes()
    closed, _ = await office.customer_writes(customer="another-customer-01")
    await pavel.act("close", closed)
    for one in (opened, closed):
        await _delete(anna, one)
    office.clock.tick(3600)
    for one in (opened, closed):
        await _restore(anna, one)

    assert await pavel.listed("new") == [opened]
    assert await pavel.listed("closed") == [closed]
    waits = (await pavel.row(opened))["conversation"]["waiting_since"]
    assert waits == office.clock.now()
    verbs = [one["activity"]["verb"] for one in await pavel.thread(opened) if "activity" in one]
    assert verbs[-2:] == ["deleted", "restored"]


async def test_what_the_customer_writes_then_begins_another_conversation(
    office: Office, anna: Agent
) -> None:
    deleted, _ = await office.customer_writes("раз")
    await _delete(anna, deleted)
    fresh, message = await office.customer_writes("два")

    assert fresh != deleted
    assert await anna.listed("new") == [fresh]
    assert [one["id"] for one in await anna.thread(fresh) if one["kind"] == "incoming"] == [message]


async def test_restored_beside_a_newer_one_it_comes_back_closed(
    office: Office, anna: Agent
) -> None:
    deleted, _ = await office.customer_writes("раз")
    await _delete(anna, deleted)
    fresh, _ = await office.customer_writes("два")
    await _restore(anna, deleted)

    assert await anna.listed("new") == [fresh]
    assert await anna.listed("closed") == [deleted]


async def test_what_the_customer_changes_in_it_is_kept(office: Office, anna: Agent) -> None:
    conversation, message = await office.customer_writes("раз")
    await _delete(anna, conversation)
    edited = MessageEdited(
        sender=Sender(external_id="visitor-one-000001"),
        external_id="m1",
        text="два",
        edited_at=office.clock.now(),
    )
    await office.sink("site").accept([edited])

    (text,) = [one["text"] for one in await anna.thread(conversation) if one["id"] == message]
    assert text == "два"


async def test_deleted_twice_it_was_deleted_once(office: Office, anna: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await _delete(anna, conversation)

    status, error = await anna.refused("POST", f"/api/conversations/{conversation}/delete", {})

    assert (status, error["code"]) == (409, "state")
