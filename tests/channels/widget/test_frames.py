"""Frames that are none, floods of them, and readers too slow to take ours."""

import asyncio
import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.widget import live
from tests.channels.widget.desk import THREAD, Desk, Visitor
from tests.channels.widget.socket import ClosedByServerError


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


BAD_FRAMES = [
    "",
    "nonsense",
    "null",
    "[]",
    "5",
    '"ping"',
    "{}",
    '{"type":"unknown"}',
    '{"type":"ping","more":1}',
    '{"type":null}',
    '{"type":["ping"]}',
    '{"type":"ack","ids":[NaN]}',
    '{"type":"ack","ids":["1"]}',
    '{"type":"ack","ids":[1.5]}',
    '{"type":"ack","ids":[-1]}',
    '{"type":"ack","ids":[9007199254740992]}',
    '{"type":"ack","ids":' + json.dumps([1] * 201) + "}",
    '{"type":"ack","ids":{"$gt":0}}',
    '{"type":"read","thread":"x","message_id":1}',
    '{"type":"read","thread":["x"],"message_id":1}',
    '{"type":"typing","thread":null}',
    '{"type":"page","url":5,"title":"a"}',
    '{"type":"visible","visible":"yes"}',
    '{"type":"page","url":"\\ud800 alone","title":"a"}',
    '{"type":"page","url":"a\x00b"}',
    "[" * 30_000,
    '{"type":' * 5_000,
]


@pytest.mark.parametrize("raw", BAD_FRAMES, ids=lambda raw: raw[:40])
async def test_a_frame_that_is_none_closes_its_socket_and_no_other(
    desk: Desk, visitor: Visitor, raw: str
) -> None:
    other = await desk.visitor()
    async with other.live() as bystander, visitor.live() as socket:
        socket.send_text(raw)
        assert await socket.close_code() == 1008
        bystander.send({"type": "ping"})
        assert await bystander.receive() == {"type": "pong"}


async def test_a_binary_frame_closes_with_1003(visitor: Visitor) -> None:
    async with visitor.live() as socket:
        socket.send_bytes(b'{"type":"ping"}')
        assert await socket.close_code() == 1003
    async with visitor.socket() as socket:
        socket.send_bytes(b"\x00\xff")
        assert await socket.close_code() == 1003


async def test_a_frame_larger_than_64_kb_closes_with_1009(visitor: Visitor) -> None:
    def page(size: int) -> str:
        empty = json.dumps({"type": "page", "url": "", "title": ""})
        return json.dumps({"type": "page", "url": "a" * (size - len(empty)), "title": ""})

    async with visitor.live() as socket:
        socket.send_text(page(64 * 1024))
        socket.send({"type": "ping"})
        assert await socket.receive_type("pong")
        socket.send_text(page(64 * 1024 + 1))
        assert await socket.close_code() == 1009


async def test_a_flood_of_frames_is_ended(desk: Desk, visitor: Visitor) -> None:
    async with visitor.live() as socket:
        for _ in range(150):
            socket.send({"type": "ping"})
        assert await socket.close_code() == 1008


async def test_too_many_tabs_of_one_visitor_are_refused(visitor: Visitor) -> None:
    async def one() -> None:
        async with visitor.live(tab="t"):
            await asyncio.sleep(0.3)

    tabs = [asyncio.create_task(one()) for _ in range(20)]
    await asyncio.sleep(0.1)
    with pytest.raises(ClosedByServerError) as caught:
        await one()
    assert caught.value.code == 1013
    await asyncio.gather(*tabs)


_FRAME = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_NAMED = st.fixed_dictionaries(
    {"type": st.sampled_from(["hello", "ack", "read", "typing", "page", "visible", "ping"])},
    optional=dict.fromkeys(("ids", "thread", "message_id", "url", "title", "visible"), _FRAME),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.text(max_size=60) | _FRAME.map(json.dumps) | _NAMED.map(json.dumps))
async def test_whatever_the_frame_the_server_neither_fails_nor_forgets_the_others(
    raw: str,
) -> None:
    desk = Desk()
    desk.open()
    visitor = await desk.visitor()
    async with visitor.live() as socket:
        socket.send_text(raw)
        socket.send({"type": "ping"})
        with contextlib.suppress(ClosedByServerError):
            await socket.receive_type("pong")
    assert socket.closed is None or socket.closed.code == 1008
    async with visitor.live() as again:
        again.send({"type": "ping"})
        assert await again.receive_type("pong")


# --- slow and broken ---


async def test_a_reader_that_is_too_slow_is_closed_with_4408_and_misses_nothing(
    desk: Desk, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SLOW_AFTER", 0.3)
    async with visitor.live() as socket:
        socket.stall()
        for n in range(50):
            await desk.core.says(visitor.customer, THREAD, f"message {n}")
        await asyncio.wait_for(socket.closing.wait(), 30)
        socket.stall(stalled=False)
        assert await socket.close_code() == 4408
    async with visitor.live() as socket:
        frame = await socket.receive_type("changes")
    assert len(frame["messages"]) == 50


async def test_a_slow_reader_costs_no_memory_and_slows_nobody(desk: Desk, visitor: Visitor) -> None:
    other = await desk.visitor()
    await other.write("I am quick")
    await other.open_session(token=other.token)
    async with visitor.live() as slow, other.live() as quick:
        slow.stall()
        for n in range(30):
            await desk.core.says(visitor.customer, THREAD, f"for the slow {n}")
        said = await desk.core.says(other.customer, THREAD, "for the quick")
        frame = await quick.receive_type("changes")
        assert frame["messages"][0]["id"] == said.id
        # One frame on its way and nothing queued behind it.
        assert slow._from_app.qsize() == 0


async def test_a_socket_whose_core_fails_is_closed_and_nothing_of_it_logged(
    desk: Desk, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(*_: Any) -> None:
        raise RuntimeError("canary-text")

    async with visitor.live() as socket:
        monkeypatch.setattr(desk.context.customers, "message", fails)
        socket.send({"type": "ack", "ids": [1]})
        assert await socket.close_code() == 1011
    assert "RuntimeError" in caplog.text
    assert "canary-text" not in caplog.text


async def test_after_a_tab_is_closed_nothing_of_it_is_left_running(visitor: Visitor) -> None:
    before = asyncio.all_tasks()
    async with visitor.live(), visitor.live(tab="b"):
        assert len(asyncio.all_tasks()) > len(before)
    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() <= before
