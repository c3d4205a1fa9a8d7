"""The websocket: greeted by a token, told what changes, heard when it confirms."""

import asyncio
from typing import Any

import pytest
from litestar.exceptions import WebSocketDisconnect

from bridge.channel import (
    ContactTyping,
    ContactUpdated,
    ConversationRead,
    DeliveryReport,
)
from bridge.web import Buckets
from channels.widget import live, presence
from channels.widget.live import GONE, ClosedError, SocketLine
from channels.widget.protocol import Pong
from tests.channels.rig import eventually
from tests.channels.widget.desk import HOME, THREAD, Desk, Visitor
from tests.channels.widget.socket import RefusedHandshakeError
from tests.clock import ManualClock

OTHER_THREAD = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open()
    return desk


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    visitor = await desk.visitor()
    await visitor.write("Hello")
    await visitor.open_session(token=visitor.token)
    return visitor


def reports(desk: Desk) -> list[DeliveryReport]:
    """Return what was reported as delivered or read."""
    return [one for one in desk.core.events if isinstance(one, DeliveryReport)]


def reads(desk: Desk) -> list[ConversationRead]:
    """Return what was read."""
    return [one for one in desk.core.events if isinstance(one, ConversationRead)]


# --- the handshake ---


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", "http://127.0.0.1:8081"])
async def test_another_origin_is_refused_before_it_is_accepted(
    visitor: Visitor, origin: str
) -> None:
    with pytest.raises(RefusedHandshakeError):
        async with visitor.socket(origin=origin):
            pass


async def test_even_a_site_that_may_show_the_widget_has_no_socket_of_its_own() -> None:
    desk = Desk(origins=["https://shop.example.com"])
    desk.open()
    visitor = await desk.visitor()
    with pytest.raises(RefusedHandshakeError):
        async with visitor.socket(origin="https://shop.example.com"):
            pass


async def test_our_own_page_is_welcomed_with_the_time(desk: Desk, visitor: Visitor) -> None:
    async with visitor.socket(origin=HOME) as socket:
        first = {"token": visitor.token, "cursor": visitor.cursor, "tab": "t", "visible": True}
        socket.send({"type": "hello"} | first)
        welcome = await socket.receive()
    assert welcome == {
        "type": "hello",
        "cursor": visitor.cursor,
        "server_time": desk.clock.now(),
    }


async def test_a_bad_token_closes_with_4401(visitor: Visitor) -> None:
    for token in ("", "nonsense", visitor.token[:-3] + "AAA"):
        async with visitor.socket() as socket:
            hello = {"type": "hello", "token": token, "cursor": "fake-0", "tab": "t"}
            socket.send(hello | {"visible": True})
            assert await socket.close_code() == 4401


async def test_whoever_says_nothing_is_let_go(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HELLO_WITHIN", 0.05)
    async with visitor.socket() as socket:
        assert await socket.close_code() == 1008


async def test_hello_comes_first_and_once(visitor: Visitor) -> None:
    async with visitor.socket() as socket:
        socket.send({"type": "ping"})
        assert await socket.close_code() == 1008
    async with visitor.live() as socket:
        hello = {"token": visitor.token, "cursor": "fake-0", "tab": "t", "visible": True}
        socket.send({"type": "hello"} | hello)
        assert await socket.close_code() == 1008


async def test_one_tab_too_many_is_to_come_again_and_may_once_another_has_gone(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "MOST_SOCKETS", 1)
    hello = {"token": visitor.token, "cursor": visitor.cursor, "tab": "t", "visible": True}
    async with visitor.live(), visitor.socket() as socket:
        socket.send({"type": "hello"} | hello)
        assert await socket.close_code() == 1013
    async with visitor.live() as socket:
        socket.send({"type": "ping"})
        assert await socket.receive() == {"type": "pong"}


# --- what the visitor is told ---


async def test_an_agents_message_comes_at_once(desk: Desk, visitor: Visitor) -> None:
    async with visitor.live() as socket:
        said = await desk.core.says(visitor.customer, THREAD, "Добрий день 🫠")
        frame = await socket.receive_type("changes")
    assert frame["cursor"] == "fake-2"
    assert frame["messages"] == [
        {
            "id": said.id,
            "thread": THREAD,
            "from": "agent",
            "author": {"name": "Анна"},
            "text": "Добрий день 🫠",
            "attachments": [],
            "at": desk.clock.now(),
        }
    ]
    (thread,) = frame["threads"]
    assert (thread["thread"], thread["unread"], thread["last_from"]) == (THREAD, 1, "agent")


async def test_what_came_while_away_is_there_on_coming_back(desk: Desk, visitor: Visitor) -> None:
    async with visitor.live() as socket:
        await desk.core.says(visitor.customer, THREAD, "one")
        visitor.cursor = (await socket.receive_type("changes"))["cursor"]
    await desk.core.says(visitor.customer, THREAD, "two")
    await desk.core.says(visitor.customer, THREAD, "three")
    async with visitor.live() as socket:
        frame = await socket.receive_type("changes")
    assert [one["text"] for one in frame["messages"]] == ["two", "three"]


async def test_every_tab_is_told(desk: Desk, visitor: Visitor) -> None:
    async with visitor.live(tab="a") as first, visitor.live(tab="b") as second:
        await desk.core.says(visitor.customer, THREAD, "hello both")
        for socket in (first, second):
            frame = await socket.receive_type("changes")
            assert frame["messages"][0]["text"] == "hello both"


async def test_nobody_is_told_of_somebody_elses_messages(desk: Desk, visitor: Visitor) -> None:
    other = await desk.visitor()
    await other.write("I am another")
    async with visitor.live() as socket:
        await desk.core.says(other.customer, THREAD, "a secret of others")
        assert await socket.silent()


async def test_a_cursor_of_another_age_is_told_to_load_afresh(visitor: Visitor) -> None:
    for cursor in ("other-5", "nonsense", "fake-", "fake--1"):
        async with visitor.live(cursor=cursor) as socket:
            assert await socket.receive() == {"type": "reset"}
            assert await socket.close_code() == 1012


async def test_typing_of_an_agent_is_shown(desk: Desk, visitor: Visitor) -> None:
    async with visitor.live() as socket:
        await desk.core.types(visitor.customer, THREAD, "Анна")
        frame = await socket.receive_type("typing")
        assert frame == {"type": "typing", "thread": THREAD, "name": "Анна"}


async def test_a_ping_is_answered(visitor: Visitor) -> None:
    async with visitor.live() as socket:
        socket.send({"type": "ping"})
        assert await socket.receive() == {"type": "pong"}


async def test_a_visitor_who_never_wrote_is_told_of_the_first_answer(desk: Desk) -> None:
    visitor = await desk.visitor()
    async with visitor.live() as socket:
        await visitor.write("my first words")
        frame = await socket.receive_type("changes")
    assert frame["messages"][0]["text"] == "my first words"


# --- what the visitor confirms ---


async def test_s47_an_acknowledged_message_is_reported_delivered(
    desk: Desk, visitor: Visitor
) -> None:
    async with visitor.live() as socket:
        said = await desk.core.says(visitor.customer, THREAD, "hello")
        await socket.receive_type("changes")
        socket.send({"type": "ack", "ids": [said.id]})
        await eventually(lambda: reports(desk))
    (report,) = reports(desk)
    assert (report.recipient, report.state) == (visitor.customer, "delivered")
    assert list(report.external_ids) == [str(said.id)]


async def test_s48_a_read_message_is_reported_read(desk: Desk, visitor: Visitor) -> None:
    async with visitor.live() as socket:
        said = await desk.core.says(visitor.customer, THREAD, "hello")
        socket.send({"type": "read", "thread": THREAD, "message_id": said.id})
        await eventually(lambda: reports(desk))
    (read,) = reads(desk)
    assert (read.thread, read.message_id) == (THREAD, said.id)
    assert reports(desk)[0].state == "read"


async def test_reading_is_told_over_http_too(desk: Desk, visitor: Visitor) -> None:
    said = await desk.core.says(visitor.customer, THREAD, "hello")
    answered = await visitor.post(f"threads/{THREAD}/read", {"message_id": said.id})
    assert answered.status_code == 204
    assert reads(desk)[0].message_id == said.id


async def test_nobody_confirms_somebody_elses_messages_nor_their_own(
    desk: Desk, visitor: Visitor
) -> None:
    other = await desk.visitor()
    await other.write("I am another")
    secret = await desk.core.says(other.customer, THREAD, "for another")
    own = 1
    async with visitor.live() as socket:
        socket.send({"type": "ack", "ids": [secret.id, own, 999_999]})
        socket.send({"type": "read", "thread": THREAD, "message_id": secret.id})
        socket.send({"type": "read", "thread": OTHER_THREAD, "message_id": own})
        socket.send({"type": "ping"})
        await socket.receive_type("pong")
    assert reports(desk) == []
    assert reads(desk) == []


async def test_reading_up_to_ones_own_message_is_no_report_of_delivery(
    desk: Desk, visitor: Visitor
) -> None:
    async with visitor.live() as socket:
        socket.send({"type": "read", "thread": THREAD, "message_id": 1})
        await eventually(lambda: reads(desk))
    assert reports(desk) == []


async def test_a_confirmation_waits_while_nothing_can_be_stored(
    desk: Desk, visitor: Visitor
) -> None:
    running = asyncio.create_task(desk.channel.run(desk.core))
    async with visitor.live() as socket:
        said = await desk.core.says(visitor.customer, THREAD, "hello")
        desk.core.down = True
        socket.send({"type": "ack", "ids": [said.id]})
        socket.send({"type": "ping"})
        await socket.receive_type("pong")
        assert reports(desk) == []
        desk.core.down = False
        await eventually(lambda: reports(desk))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert list(reports(desk)[0].external_ids) == [str(said.id)]


async def test_typing_of_the_visitor_is_passed_on_but_not_with_every_key(
    desk: Desk, visitor: Visitor
) -> None:
    def typed() -> int:
        return len(desk.core.of_type(ContactTyping))

    async with visitor.live() as socket:
        for _ in range(5):
            socket.send({"type": "typing", "thread": THREAD})
        await eventually(typed)
        socket.send({"type": "ping"})
        await socket.receive_type("pong")
        assert typed() == 1
        desk.clock.tick(2.5)
        socket.send({"type": "typing", "thread": THREAD})
        await eventually(lambda: typed() == 2)


async def test_typing_while_nothing_can_be_stored_closes_nothing(
    desk: Desk, visitor: Visitor
) -> None:
    async with visitor.live() as socket:
        desk.core.down = True
        socket.send({"type": "typing", "thread": THREAD})
        socket.send({"type": "ping"})
        assert await socket.receive_type("pong")


async def test_what_the_site_sets_comes_with_the_hello(desk: Desk, visitor: Visitor) -> None:
    visit = {"tab": "tab-1", "attributes": {"plan": "gold"}}
    async with visitor.live(visit=visit):
        await eventually(lambda: desk.core.of_type(ContactUpdated))
    assert desk.core.people[visitor.customer].attributes == {"plan": "gold"}


class Gone:
    """A socket whose browser has closed it a moment ago."""

    def __init__(self, says: Exception) -> None:
        self.says = says

    async def send_data(self, _data: str) -> None:
        """Say so."""
        raise self.says


@pytest.mark.parametrize("says", [OSError(), WebSocketDisconnect(detail="gone")])
async def test_a_browser_that_goes_while_it_is_told_something_is_no_fault(says: Exception) -> None:
    socket: Any = Gone(says)
    with pytest.raises(ClosedError) as end:
        await SocketLine(socket, Buckets(ManualClock(), per_minute=1)).send(Pong())
    assert end.value.code == GONE
