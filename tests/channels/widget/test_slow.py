"""A visitor's tab that reads nothing, over a real socket."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from bridge.web.server import WebServer, served
from channels.widget import live
from tests.channels.widget.desk import BROWSER, HOME, KEY, THREAD, Desk, Visitor
from tests.sloth import Sloth

# What the system takes off the program for one client, in bytes: soon full.
SYSTEM_HOLDS = 16 * 1024
LONG_WORD = "довго " * 300


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    desk.open()
    return desk


@pytest.fixture
async def address(desk: Desk) -> AsyncIterator[str]:
    """Serve the desk as the program is served; return its `host:port`."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SYSTEM_HOLDS)
    listener.bind(("127.0.0.1", 0))
    server = WebServer(served(desk.app, grace=1))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await server.answering.wait()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    server.end()
    await serving


async def _slow(visitor: Visitor, address: str, cursor: str) -> Sloth:
    headers = {"Origin": HOME, "User-Agent": BROWSER}
    slow = await Sloth.follow(address, f"/widget/{KEY}/live", headers)
    hello = {"token": visitor.token, "cursor": cursor, "tab": "tab-1", "visible": True}
    await slow.tell({"type": "hello", **hello})
    return slow


async def test_a_tab_that_reads_nothing_is_told_to_come_back_and_misses_nothing(
    desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SLOW_AFTER", 0.5)
    visitor = await desk.visitor()
    await visitor.write("Hello")
    await visitor.open_session(token=visitor.token)
    with contextlib.closing(await _slow(visitor, address, visitor.cursor)) as slow:
        said = []
        for _ in range(200):
            said.append((await desk.core.says(visitor.customer, THREAD, LONG_WORD)).id)
            # Each in a frame of its own.
            await asyncio.sleep(0.002)
        # Twice as long: it is not to read what would let the rest go on.
        await asyncio.sleep(2 * live.SLOW_AFTER)
        await slow.rest()

    assert slow.code == live.TOO_SLOW
    assert slow.messages == said[: len(slow.messages)]
    assert len(slow.messages) < len(said)
    with contextlib.closing(await _slow(visitor, address, slow.cursor)) as again:
        await again.until(said[-1])
    assert slow.messages + again.messages == said
