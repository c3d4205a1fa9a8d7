"""Agents change what they wrote and take it back, where the YAML and the network allow it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import pytest

from bridge.channel import Capabilities
from bridge.store import deliveries as d
from bridge.store.transactions import Tx
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import CAPABILITIES, Agent, Office


@pytest.fixture
async def office(an_office: OpenOffice) -> AsyncIterator[Office]:
    """Return an office where messages may be taken back."""
    async with an_office({"conversation.allow_delete": True}) as opened:
        yield opened


async def said(office: Office, agent: Agent, text: str = "помилка", **more: Any) -> int:
    """Return the id of a message that has reached a customer who had written."""
    conversation, _ = await office.customer_writes(**more)
    message: int = (await agent.says(conversation, text))["message"]["id"]
    await office.delivered(message, "delivered")
    return message


async def noted(agent: Agent, conversation: int, text: str = "заметка") -> int:
    """Return the id of a note."""
    message: int = (await agent.says(conversation, text, kind="note"))["message"]["id"]
    return message


async def edit(agent: Agent, message: int, text: str = "виправлено") -> Any:
    """Change a text; return the message."""
    answer = await agent.ask("PATCH", f"/api/messages/{message}", {"text": text}, expect=200)
    return answer.json()["message"]


async def delete(agent: Agent, message: int) -> Any:
    """Take a message back; return it."""
    answer = await agent.ask("DELETE", f"/api/messages/{message}", expect=200)
    return answer.json()["message"]


async def no_edit(agent: Agent, message: int, text: str = "інше") -> tuple[int, str]:
    """Return the status and the code of an edit that is refused."""
    status, error = await agent.refused("PATCH", f"/api/messages/{message}", {"text": text})
    return status, error["code"]


async def no_delete(agent: Agent, message: int) -> tuple[int, str]:
    """Return the status and the code of a deletion that is refused."""
    status, error = await agent.refused("DELETE", f"/api/messages/{message}")
    return status, error["code"]


async def sent_out(office: Office, message: int) -> list[tuple[str, str]]:
    """Return what goes to the network for a message: each action and its state."""

    def read(tx: Tx) -> list[tuple[str, str]]:
        return [(one.action, one.state) for one in tx.all(d.DELIVERIES_OF, message_id=message)]

    return await office.store.read(read)


def without(office: Office, **lacks: Any) -> None:
    """Let the network of every inbox lack something."""
    poor = dict.fromkeys(office.settings.channels, replace(CAPABILITIES, **lacks))
    cast("dict[str, Capabilities]", office.desk.capabilities).update(poor)


# --- what happens ---------------------------------------------------------------------------


async def test_j34_an_edit_is_shown_at_once_and_goes_to_the_network(
    office: Office, pavel: Agent
) -> None:
    message = await said(office, pavel)
    office.clock.tick(60)

    changed = await edit(pavel, message, "виправлено 🦊")

    assert changed["text"] == "виправлено 🦊"
    assert changed["edited_at"] == office.clock.now()
    assert changed["revision"] == 2
    assert (changed["mark"]["state"], changed["mark"]["of"]) == ("queued", "edit")
    assert await sent_out(office, message) == [("send", "delivered"), ("edit", "queued")]


async def test_j34_a_message_taken_back_loses_its_text_and_is_taken_from_the_network(
    office: Office, pavel: Agent
) -> None:
    message = await said(office, pavel)

    gone = await delete(pavel, message)

    assert (gone["deleted"], gone["text"]) == (True, "")
    assert (gone["mark"]["state"], gone["mark"]["of"]) == ("queued", "delete")
    assert await sent_out(office, message) == [("send", "delivered"), ("delete", "queued")]
    row = await pavel.row(gone["conversation_id"])
    assert row["conversation"]["last"]["text"] == ""


async def test_j34_colleagues_see_the_change_at_once(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    message = await said(office, pavel)
    async with office.listening() as address, ivan.live(address) as view:
        assert (await view.message(message))["text"] == "помилка"
        await edit(pavel, message, "друге")
        assert (await view.message(message))["text"] == "друге"
        await delete(pavel, message)
        assert (await view.message(message))["deleted"] is True


async def test_j34_the_same_again_changes_nothing_and_is_no_error(
    office: Office, pavel: Agent
) -> None:
    message = await said(office, pavel, "як є")

    assert (await edit(pavel, message, "як є"))["revision"] == 1
    assert (await delete(pavel, message))["deleted"] is True
    assert (await delete(pavel, message))["revision"] == 2
    assert await sent_out(office, message) == [("send", "delivered"), ("delete", "queued")]


async def test_j34_notes_are_changed_and_taken_back_and_never_go_out(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    note = await noted(pavel, conversation)

    assert (await edit(pavel, note, "заметка 2"))["text"] == "заметка 2"
    gone = await delete(pavel, note)

    assert gone["deleted"] is True
    assert "mark" not in gone
    assert await sent_out(office, note) == []
    detail = await pavel.get(f"/api/conversations/{conversation}")
    assert detail["notes_count"] == 0
    assert (await pavel.get(f"/api/conversations/{conversation}/notes"))["messages"] == []


async def test_a_failed_edit_is_told_and_goes_again_by_retry(office: Office, pavel: Agent) -> None:
    message = await said(office, pavel)
    await edit(pavel, message)
    await office.delivered(message, "failed", "unavailable", action="edit")
    shown = (await pavel.thread(1))[-1]["mark"]
    assert (shown["state"], shown["of"], shown["reason"]) == ("failed", "edit", "unavailable")

    answer = await pavel.post(f"/api/messages/{message}/retry")

    assert answer["message"]["mark"]["state"] == "queued"
    assert await sent_out(office, message) == [("send", "delivered"), ("edit", "queued")]


# --- the switches of the YAML ---------------------------------------------------------------


async def test_j28_editing_that_is_forbidden_is_refused_and_offered_to_nobody(
    an_office: OpenOffice,
) -> None:
    changes = {"conversation.allow_edit": False, "conversation.allow_delete": True}
    async with an_office(changes) as office:
        for name in ("pavel", "anna", "olga"):
            agent = await office.sign_in(name)
            message = await said(office, agent, customer=f"customer-of-{name}", thread=name)
            row = await agent.row((await delete(agent, message))["conversation_id"])
            assert "edit_message" not in row["can"]
            assert await no_edit(agent, message) == (403, "forbidden")
            note = await noted(agent, row["conversation"]["id"])
            assert await no_edit(agent, note) == (403, "forbidden")


async def test_j29_deleting_is_forbidden_unless_it_is_allowed(an_office: OpenOffice) -> None:
    async with an_office() as office:
        for name in ("pavel", "anna", "olga"):
            agent = await office.sign_in(name)
            message = await said(office, agent, customer=f"customer-of-{name}", thread=name)
            row = await agent.row((await edit(agent, message))["conversation_id"])
            assert not {"delete_message", "delete_any_message"} & set(row["can"])
            assert await no_delete(agent, message) == (403, "forbidden")
            note = await noted(agent, row["conversation"]["id"])
            assert await no_delete(agent, note) == (403, "forbidden")
            assert [m["text"] for m in await agent.thread(row["conversation"]["id"])][-2:] == [
                "виправлено",
                "заметка",
            ]


# --- rights ---------------------------------------------------------------------------------


async def test_j34_nobody_edits_what_a_colleague_wrote(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent
) -> None:
    message = await said(office, pavel)
    conversation = (await pavel.thread(1))[-1]["conversation_id"]
    await pavel.act("participants", conversation, {"agents": ["ivan"]})
    note = await noted(pavel, conversation)

    for agent in (ivan, anna):
        assert await no_edit(agent, message) == (403, "forbidden")
        assert await no_edit(agent, note) == (403, "forbidden")
    assert await no_delete(ivan, message) == (403, "forbidden")
    assert await no_delete(ivan, note) == (403, "forbidden")


async def test_j34_supervisors_and_owners_take_back_anybodys_without_joining(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    olga = await office.sign_in("olga")
    for senior in (anna, olga):
        message = await said(office, pavel, thread=senior.session["agent"]["id"])
        row = await senior.row((await senior.thread(1))[0]["conversation_id"])
        assert "delete_any_message" in row["can"]
        assert (await delete(senior, message))["deleted"] is True
    note = await noted(pavel, 1)
    assert (await delete(anna, note))["deleted"] is True


async def test_j34_what_a_colleague_has_taken_over_is_changed_by_its_writer_no_more(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    message = await said(office, pavel)
    note = await noted(pavel, 1)
    await anna.act("assign", 1, {"agent": "anna"})

    assert await no_edit(pavel, message) == (409, "taken")
    assert await no_delete(pavel, message) == (409, "taken")
    # A note may be left in anybody's conversation, and so may one's own be changed.
    assert (await edit(pavel, note))["text"] == "виправлено"
    assert (await delete(pavel, note))["deleted"] is True


async def test_j34_participants_and_writers_in_a_closed_conversation_change_their_own(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    await said(office, pavel)
    await pavel.act("participants", 1, {"agents": ["ivan"]})
    message = (await ivan.says(1, "Иван тоже"))["message"]["id"]
    await office.delivered(message, "read")

    assert (await edit(ivan, message, "Иван здесь"))["text"] == "Иван здесь"
    await pavel.act("close", 1)
    assert (await edit(ivan, message, "Иван был здесь"))["text"] == "Иван был здесь"
    assert (await ivan.row(1))["conversation"]["state"] == "closed"
    assert (await delete(ivan, message))["deleted"] is True


async def test_what_a_customer_wrote_is_nobodys_to_change(office: Office, anna: Agent) -> None:
    conversation, theirs = await office.customer_writes()
    happened = (await anna.act("take", conversation)) and (await anna.thread(conversation))[-1]
    assert happened["kind"] == "activity"

    for message in (theirs, happened["id"]):
        assert await no_edit(anna, message) == (404, "not_found")
        assert await no_delete(anna, message) == (404, "not_found")


# --- what the network and the state allow ---------------------------------------------------


async def test_s19_what_the_network_cannot_do_is_refused_and_said_with_the_inbox(
    office: Office,
) -> None:
    without(office, edits=False, deletes=False)
    pavel = await office.sign_in("pavel")
    message = await said(office, pavel)
    note = await noted(pavel, 1)

    for inbox in pavel.session["inboxes"]:
        assert inbox["capabilities"]["edits"] is False
        assert inbox["capabilities"]["deletes"] is False
    assert await no_edit(pavel, message) == (409, "unsupported")
    assert await no_delete(pavel, message) == (409, "unsupported")
    assert await sent_out(office, message) == [("send", "delivered")]
    # No network has to do with a note.
    assert (await edit(pavel, note))["text"] == "виправлено"


async def test_what_has_not_gone_out_is_taken_back_but_not_edited(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    message = (await pavel.says(conversation, "ещё здесь"))["message"]["id"]

    assert await no_edit(pavel, message) == (409, "state")
    gone = await delete(pavel, message)

    assert "mark" not in gone
    assert await sent_out(office, message) == [("send", "failed")]
    assert await no_edit(pavel, message) == (409, "state")


async def test_an_edit_into_several_messages_is_refused(office: Office, pavel: Agent) -> None:
    without(office, max_text=100)
    message = await said(office, pavel, "коротко")

    assert await no_edit(pavel, message, "слово " * 40) == (409, "edit_splits")
    assert (await pavel.thread(1))[-1]["text"] == "коротко"


@pytest.mark.parametrize(("text", "code"), [(" \n", "empty"), ("ж" * 2001, "too_long")])
async def test_an_edit_keeps_to_the_limits_of_a_message(
    office: Office, pavel: Agent, text: str, code: str
) -> None:
    message = await said(office, pavel)

    assert await no_edit(pavel, message, text) == (422, code)
