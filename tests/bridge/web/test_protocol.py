"""What a stranger's connection may cost: nobody is waited for forever, and no head is endless."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from bridge.web import protocol, server
from bridge.web.protocol import LONGEST_HEAD
from bridge.web.server import Doors, WebServer, served
from tests.channels.rig import eventually

# Of the test's own, in seconds: ten times shorter, and more, than what it waits for.
PATIENCE = 0.4
LONG = 10.0
HEAD = b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: %d\r\n\r\n"


@dataclass
class House:
    """A server, and what its application was asked for."""

    port: int
    sizes: list[int] = field(default_factory=list)
    ended: int = 0
    pause: float = 0.0
    answer: bytes = b"all of it"
    opened: list[asyncio.StreamWriter] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Read the body, and answer."""
        await asyncio.sleep(self.pause)
        size, more = 0, True
        while more:
            frame = await receive()
            if frame["type"] == "http.disconnect":
                return
            size, more = size + len(frame["body"]), frame.get("more_body", False)
        self.sizes.append(size)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": self.answer, "more_body": True})
        # It waits here until what is there already is taken, or its client is given up.
        await send({"type": "http.response.body", "body": b""})
        self.ended += 1

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1024)
        self.opened.append(writer)
        return reader, writer

    async def leave(self) -> None:
        """Close what is open."""
        for one in self.opened:
            one.transport.abort()
            with contextlib.suppress(ConnectionError):
                await one.wait_closed()


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(protocol, "PATIENCE", PATIENCE)
    monkeypatch.setattr(protocol, "UNTAKEN", PATIENCE)
    monkeypatch.setattr(server, "LOOK", 1)
    listening = socket.create_server(("127.0.0.1", 0))
    house = House(listening.getsockname()[1])
    one = WebServer(served(cast("Doors", house), grace=1))
    serving = asyncio.create_task(one.serve(sockets=[listening]))
    await one.answering.wait()
    yield house
    await house.leave()
    one.end()
    await serving


async def closed(reader: asyncio.StreamReader) -> bytes:
    """Return what still came before the connection was closed."""
    came = b""
    async with asyncio.timeout(LONG):
        with contextlib.suppress(ConnectionError):
            while more := await reader.read(1024):
                came += more
    return came


async def dripped(writer: asyncio.StreamWriter, piece: bytes, every: float) -> None:
    """Send the piece again and again until nobody takes it."""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(LONG):
            while not writer.is_closing():
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(every)


async def taken_of_an_endless_line(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> int:
    """Send more and more of a line until the connection is closed; return how many bytes went."""
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 100 * LONGEST_HEAD:
            writer.write(b"y" * 4096)
            await writer.drain()
            sent += 4096
    await closed(reader)
    return sent


async def answered(house: House, body: bytes = b"") -> bytes:
    """Send a request at once, and return the answer's first bytes."""
    reader, writer = await house.open()
    writer.write(HEAD % len(body) + body)
    async with asyncio.timeout(LONG):
        return await reader.read(1024)


async def test_who_says_nothing_is_not_waited_for(house: House) -> None:
    reader, _ = await house.open()
    assert await closed(reader) == b""


@pytest.mark.parametrize("begin", [b"GET / HT", b"GET / HTTP/1.1\r\nhost: h", HEAD % 100_000])
async def test_a_request_that_comes_by_drops_is_given_up_and_others_are_answered(
    house: House, begin: bytes
) -> None:
    reader, writer = await house.open()
    writer.write(begin)
    dripping = asyncio.create_task(dripped(writer, b"x", 0.05))
    assert b"200" in await answered(house)
    assert b"200" not in await closed(reader)
    await dripping
    assert house.sizes == [0]


async def test_empty_lines_after_an_answer_hold_no_connection(house: House) -> None:
    reader, writer = await house.open()
    house.answer = b""
    writer.write(b"HEAD / HTTP/1.1\r\nhost: h\r\n\r\n")
    await eventually(lambda: house.sizes)
    dripping = asyncio.create_task(dripped(writer, b"\r\n", 0.05))
    await closed(reader)
    await dripping


async def test_a_slow_client_is_waited_for_as_long_as_it_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "SLOWEST", 100)
    reader, writer = await house.open()
    writer.write(HEAD % 1000)
    for _ in range(10):
        writer.write(b"x" * 100)
        await asyncio.sleep(PATIENCE / 4)
    async with asyncio.timeout(LONG):
        assert b"200" in await reader.read(1024)
    assert house.sizes == [1000]


async def test_a_client_is_not_blamed_for_what_is_not_read(house: House) -> None:
    house.pause = PATIENCE * 4
    assert b"200" in await answered(house, b"x" * 1_000_000)
    assert house.sizes == [1_000_000]


async def test_a_head_that_does_not_end_is_not_kept(house: House) -> None:
    reader, writer = await house.open()
    writer.write(b"GET / HTTP/1.1\r\nhost: h\r\nx: ")
    assert await taken_of_an_endless_line(reader, writer) < 100 * LONGEST_HEAD
    assert house.sizes == []


async def test_lines_behind_the_body_are_nobodys(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    complete = protocol.Protocol.on_message_complete

    def noted(self: protocol.Protocol) -> None:
        kept.append(len(self.headers))
        complete(self)

    monkeypatch.setattr(protocol.Protocol, "on_message_complete", noted)
    reader, writer = await house.open()
    writer.write(b"POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n")
    writer.write(b"3\r\nabc\r\n0\r\n" + b"x: y\r\n" * 5000 + b"\r\n")
    async with asyncio.timeout(LONG):
        assert b"200" in await reader.read(1024)
    assert (house.sizes, kept) == ([3], [2])


async def test_a_line_behind_the_body_that_does_not_end_is_not_kept(house: House) -> None:
    reader, writer = await house.open()
    writer.write(b"POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: ")
    assert await taken_of_an_endless_line(reader, writer) < 100 * LONGEST_HEAD


async def test_an_answer_that_is_not_taken_is_given_up(house: House) -> None:
    house.answer = b"z" * 50_000_000
    _, writer = await house.open()
    writer.write(HEAD % 0)
    await eventually(lambda: house.sizes)
    assert house.ended == 0
    await eventually(lambda: house.ended)


async def test_an_answer_that_is_taken_slowly_comes_whole(house: House) -> None:
    house.answer = b"z" * 12_000_000
    reader, writer = await house.open()
    writer.write(HEAD % 0)
    came = 0
    async with asyncio.timeout(3 * LONG):
        while came < 12_000_000:
            came += len(await reader.read(1_000_000))
            await asyncio.sleep(0.001)
    assert came >= 12_000_000
