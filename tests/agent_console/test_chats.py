"""What colleagues say to each other, beside the conversations with customers."""

from typing import Any
from uuid import uuid4

import pytest

from bridge.models import DELIVERY, EVENT, MESSAGE
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx
from tests.agent_console.bearers import with_token
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office


async def begin(agent: Agent, *others: str, topic: str = "", expect: int = 201) -> Any:
    """Begin a chat, and return it."""
    body = {"members": [*others], "topic": topic}
    return await agent.post("/api/chats", body, expect=expect)


async def say(agent: Agent, chat: int, text: str, client_id: str | None = None) -> Any:
    """Say something in a chat."""
    body = {"client_id": client_id or str(uuid4()), "text": text}
    return await agent.post(f"/api/chats/{chat}/messages", body, expect=201)


async def chats(agent: Agent) -> list[Any]:
    """Return the chats that an agent has."""
    found: list[Any] = (await agent.get("/api/chats"))["chats"]
    return found


async def texts(agent: Agent, chat: int, **where: Any) -> list[str]:
    """Return what was said in a chat."""
    page = await agent.get(f"/api/chats/{chat}/messages", **where)
    return [one["text"] for one in page["messages"]]


async def test_r26_r27_two_colleagues_talk(office: Office, pavel: Agent, ivan: Agent) -> None:
    chat = await begin(pavel, "ivan")
    said = await say(pavel, chat["id"], "Хто **на складі**? 📦")

    (seen,) = await chats(ivan)

    assert (chat["topic"], chat["members"]) == (None, ["ivan", "pavel"])
    assert (seen["id"], seen["unread"]) == (chat["id"], 1)
    assert seen["last"] == {"id": said["id"], "agent": "pavel", "text": "Хто **на складі**? 📦"}
    assert await texts(ivan, chat["id"]) == ["Хто **на складі**? 📦"]


async def test_r30_two_colleagues_have_one_chat(office: Office, pavel: Agent, ivan: Agent) -> None:
    first = await begin(pavel, "ivan")

    again = await begin(ivan, "pavel", expect=200)

    assert again["id"] == first["id"]
    assert len(await chats(pavel)) == 1


async def test_r29_a_group_has_a_topic_and_two_others(office: Office, pavel: Agent) -> None:
    wrong = [
        ({"members": ["ivan", "vera"]}, "topic"),
        ({"members": ["ivan", "vera"], "topic": "  \t"}, "topic"),
        ({"members": ["ivan"], "topic": "Склад"}, "members"),
        ({"members": ["ivan", "pavel", "ivan"], "topic": "Склад"}, "members"),
        ({"members": []}, "members"),
        ({"members": ["pavel"]}, "members"),
    ]
    for body, field in wrong:
        answer = await pavel.ask("POST", "/api/chats", body, expect=422)
        assert [*answer.json()["error"]["fields"]] == [field], body

    group = await begin(pavel, "ivan", "vera", topic="  Склад  і доставка ")

    assert (group["topic"], group["members"]) == ("Склад і доставка", ["ivan", "pavel", "vera"])
    assert [one["id"] for one in await chats(pavel)] == [group["id"]]


async def test_r30_chats_with_exactly_these_are_found(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    two = await begin(pavel, "ivan")
    group = await begin(pavel, "ivan", "anna", topic="Склад")
    other = await begin(ivan, "anna", "pavel", topic="Ціни")
    office.clock.tick(1)
    await say(pavel, group["id"], "тут")
    await begin(ivan, "anna")

    async def found(*others: str) -> list[int]:
        query = "&".join(f"with={one}" for one in others)
        answer = await pavel.ask("GET", f"/api/chats/among?{query}", expect=200)
        return [one["id"] for one in answer.json()["chats"]]

    assert await found("ivan") == [two["id"]]
    assert await found("anna", "ivan", "pavel") == [group["id"], other["id"]]
    assert await found("anna") == []
    assert await found("anna", "vera") == []


@pytest.mark.parametrize("who", ["olga", "anna", "vera"])
async def test_r66_nobody_but_its_members_sees_a_chat(
    office: Office, pavel: Agent, who: str
) -> None:
    chat = (await begin(pavel, "ivan"))["id"]
    said = await say(pavel, chat, "між нами")
    stranger = await office.sign_in(who)
    cursor = office.hub.cursor()
    await say(pavel, chat, "ще")

    assert await chats(stranger) == []
    path = f"/api/chats/{chat}"
    for method, of, body in [
        ("GET", f"{path}/messages", None),
        ("POST", f"{path}/messages", {"client_id": str(uuid4()), "text": "x"}),
        ("POST", f"{path}/read", {"message_id": said["id"]}),
    ]:
        assert (await stranger.refused(method, of, body))[0] == 404
    async with office.listening() as address, stranger.live(address, after=cursor) as view:
        assert [one for one in await view.quiet() if one["type"] == "chats"] == []


async def test_a_chat_is_no_conversation_and_nothing_of_it_is_for_a_customer(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    before = await office.store.read(_rows)
    chat = (await begin(pavel, "ivan"))["id"]

    await say(pavel, chat, "не для клієнта")
    await say(ivan, chat, "ні")

    assert await office.store.read(_rows) == before
    assert await pavel.listed("all") == [conversation]
    assert (await pavel.get("/api/search", q="клієнта"))["hits"] == []


def _rows(tx: Tx) -> list[int]:
    """Count what goes to customers, and what tells of their conversations."""
    of_customers = "conversation_id IS NOT NULL OR identity_id IS NOT NULL"
    return [
        tx.the(Statement(value, f"SELECT count(*) FROM {table}"))  # noqa: S608
        for table in (MESSAGE.name, DELIVERY.name, f"{EVENT.name} WHERE {of_customers}")
    ]


async def test_what_is_said_twice_under_one_id_is_said_once(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    chat = (await begin(pavel, "ivan"))["id"]
    key = str(uuid4())

    first = await say(pavel, chat, "раз", key)
    again = await say(pavel, chat, "раз", key)
    # A colleague's own id of theirs is another one.
    await say(ivan, chat, "два", key)

    assert again == first
    assert await texts(ivan, chat) == ["раз", "два"]


async def test_nothing_is_not_said_and_too_much_neither(office: Office, pavel: Agent) -> None:
    chat = (await begin(pavel, "ivan"))["id"]
    path = f"/api/chats/{chat}/messages"

    empty = {"client_id": str(uuid4()), "text": " \n "}
    status, error = await pavel.refused("POST", path, empty)
    assert (status, error["code"]) == (422, "empty")
    long = {"client_id": str(uuid4()), "text": "я" * 8001}
    assert (await pavel.refused("POST", path, long))[0] in (400, 422)
    assert await texts(pavel, chat) == []


async def test_a_chat_is_read_as_far_as_it_was_on_the_screen(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    chat = (await begin(pavel, "ivan"))["id"]
    first, second = await say(pavel, chat, "раз"), await say(pavel, chat, "два")
    path = f"/api/chats/{chat}/read"

    async def unread() -> int:
        return int((await chats(ivan))[0]["unread"])

    assert await unread() == 2
    await ivan.post(path, {"message_id": first["id"]}, expect=204)
    assert await unread() == 1
    # No further than there is anything, and never back.
    await ivan.post(path, {"message_id": 2**40}, expect=204)
    await ivan.post(path, {"message_id": first["id"]}, expect=204)
    assert ((await chats(ivan))[0]["read_up_to"], await unread()) == (second["id"], 0)
    await say(pavel, chat, "три")
    assert await unread() == 1
    # Whoever answers has read what was there.
    await say(ivan, chat, "чотири")
    assert (await unread(), (await chats(pavel))[0]["unread"]) == (0, 1)


async def test_a_chat_is_read_page_by_page(office: Office, pavel: Agent) -> None:
    chat = (await begin(pavel, "ivan"))["id"]
    said = [await say(pavel, chat, str(n)) for n in range(5)]
    path = f"/api/chats/{chat}/messages"

    last = await pavel.get(path, limit=2)
    middle = await pavel.get(path, limit=2, before=last["messages"][0]["id"])
    new = await pavel.get(path, limit=2, after=said[3]["id"])

    assert [one["text"] for one in last["messages"]] == ["3", "4"]
    assert [one["text"] for one in middle["messages"]] == ["1", "2"]
    assert [one["text"] for one in new["messages"]] == ["4"]
    assert (last["more"], middle["more"], new["more"]) == (True, True, False)


async def test_every_open_console_of_a_member_is_told_and_then_as_fresh(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    cursor = office.hub.cursor()
    chat = (await begin(pavel, "ivan"))["id"]
    async with (
        office.listening() as address,
        # Neither what was before the line is there, nor what is said on it, is missed.
        ivan.live(address, after=cursor) as his,
        pavel.live(address, after=cursor) as hers,
    ):
        await his.until("chats")
        await hers.until("chats")
        said = await say(pavel, chat, "чуєш?")
        await his.until("chats")
        assert (await chats(ivan))[0]["last"]["id"] == said["id"]
        await his.quiet()
        await ivan.post(f"/api/chats/{chat}/read", {"message_id": said["id"]}, expect=204)
        # Their other tabs count anew, and nobody else is told what they have read.
        await his.until("chats")
        assert "chats" in {one["type"] for one in await hers.quiet()}
        await ivan.post(f"/api/chats/{chat}/read", {"message_id": said["id"]}, expect=204)
        assert "chats" not in {one["type"] for one in await his.quiet()}


async def test_a_bot_is_nobody_to_chat_with(an_office: OpenOffice) -> None:
    async with an_office({"agents.helper": {"name": "Helper", "role": "bot"}}) as office:
        pavel = await office.sign_in("pavel")
        bot = await with_token(office, "helper")

        answer = await pavel.ask("POST", "/api/chats", {"members": ["helper"]}, expect=422)
        assert answer.json()["error"]["code"] == "agent_unknown"
        assert (await bot.refused("GET", "/api/chats"))[0] == 403
        assert (await bot.refused("POST", "/api/chats", {"members": ["pavel"]}))[0] == 403


async def test_what_is_no_text_to_every_database_is_nobody_to_chat_with(pavel: Agent) -> None:
    for name in ("\x00", "an\x00na", "\ufffd"):
        status, error = await pavel.refused("POST", "/api/chats", {"members": [name]})
        assert (status, error["code"]) == (422, "agent_unknown")
        assert await pavel.get("/api/chats/among", **{"with": name}) == {"chats": []}


async def test_whoever_is_there_no_longer_stays_in_what_was_said(
    an_office: OpenOffice,
) -> None:
    async with an_office() as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        chat = (await begin(pavel, "ivan"))["id"]
        await say(ivan, chat, "бувай")
    changed = {"agents": {"pavel": {"name": "Павел", "role": "agent"}}}
    async with an_office(changed) as office:
        pavel = await office.sign_in("pavel")
        (left,) = await chats(pavel)

        assert (left["members"], left["last"]["text"]) == (["ivan", "pavel"], "бувай")
        answer = await pavel.ask("POST", "/api/chats", {"members": ["ivan"]}, expect=422)
        assert answer.json()["error"]["code"] == "agent_unknown"


async def test_a_reading_token_says_nothing(office: Office, pavel: Agent) -> None:
    chat = (await begin(pavel, "ivan"))["id"]
    reads = await with_token(office, "pavel", scope="read")

    body = {"client_id": str(uuid4()), "text": "x"}

    assert [one["id"] for one in await chats(reads)] == [chat]
    assert (await reads.refused("POST", f"/api/chats/{chat}/messages", body))[0] == 403
