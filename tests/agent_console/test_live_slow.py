"""A console that reads nothing, over real sockets: it costs nobody anything and loses nothing."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from agent_console.web.live import live
from agent_console.web.live import socket as consoles
from agent_console.web.live.ended import SIGNED_OUT, TOO_SLOW
from bridge.web import server, sockets
from tests.agent_console.office import ORIGIN, Agent, Office
from tests.databases import until
from tests.sloth import Sloth

# What the system takes off the program for one client, in bytes: soon full.
SYSTEM_HOLDS = 16 * 1024
LONG_WORD = "довго " * 600
AWAY = {"type": "presence", "agents": [{"id": "pavel", "online": False}]}


@dataclass(frozen=True, slots=True)
class House:
    """The office, served as the program is."""

    office: Office
    server: server.WebServer
    address: str

    @property
    def lines(self) -> list[sockets.SocketProtocol]:
        """Return the websockets that are open."""
        known = list(self.server.server_state.connections)
        return [one for one in known if isinstance(one, sockets.SocketProtocol)]

    async def slow(self, agent: Agent, after: str) -> Sloth:
        """Open a console that reads nothing."""
        cookies = "; ".join(f"{name}={value}" for name, value in agent.http.cookies.items())
        headers = {"Cookie": cookies, "Origin": ORIGIN}
        return await Sloth.follow(self.address, f"/api/live?after={after}", headers)

    async def told(self, many: int) -> list[int]:
        """Let a customer write at length, so often; return the messages' ids."""
        return [(await self.office.customer_writes(LONG_WORD))[1] for _ in range(many)]


@pytest.fixture
async def house(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """Serve the office with little patience; somebody has written before."""
    monkeypatch.setattr(consoles, "PATIENCE", 0.5)
    monkeypatch.setattr(consoles, "LAST_WORDS", 0.5)
    monkeypatch.setattr(live, "LOOK", 0.1)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SYSTEM_HOLDS)
    listener.bind(("127.0.0.1", 0))
    serving = server.WebServer(server.served(office.app, grace=1))
    task = asyncio.create_task(serving.serve(sockets=[listener]))
    await serving.answering.wait()
    await office.customer_writes()
    yield House(office, serving, f"127.0.0.1:{listener.getsockname()[1]}")
    serving.end()
    await task


async def test_a_console_that_reads_nothing_is_told_to_come_back_and_misses_nothing(
    house: House, pavel: Agent, anna: Agent
) -> None:
    begun = house.office.hub.cursor()
    with contextlib.closing(await house.slow(pavel, begun)) as slow:
        async with anna.live(house.address, after=begun) as quick:
            written = await house.told(100)
            while AWAY not in quick.frames:
                await quick.until("presence")
            await quick.send({"type": "ping"})
            assert await quick.until("pong")
        await slow.rest()

    assert slow.code == TOO_SLOW
    assert slow.messages == written[: len(slow.messages)]
    assert len(slow.messages) < len(written)
    with contextlib.closing(await house.slow(pavel, slow.cursor)) as again:
        await again.until(written[-1])
    assert slow.messages + again.messages == written


async def test_what_a_console_does_not_read_is_not_kept_for_it(
    house: House, pavel: Agent, anna: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consoles, "PATIENCE", 60.0)
    begun = house.office.hub.cursor()
    with contextlib.closing(await house.slow(pavel, begun)):
        [line] = house.lines
        async with anna.live(house.address, after=begun) as quick:
            written = await house.told(300)
            await quick.message(written[-1])
        # What asyncio lets lie, and the frame that went over it.
        kept = line.transport.get_write_buffer_size()
    assert 0 < kept < len(written) * len(LONG_WORD.encode()) / 10


async def test_a_console_that_reads_nothing_is_told_that_its_session_has_ended(
    house: House, pavel: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consoles, "PATIENCE", 60.0)
    with contextlib.closing(await house.slow(pavel, house.office.hub.cursor())) as slow:
        [line] = house.lines
        await house.told(100)
        await until(lambda: not line.writable.is_set())
        await pavel.ask("DELETE", "/api/session", expect=204)
        await until(lambda: line.close_sent)
        await slow.rest()

    assert slow.code == SIGNED_OUT


async def test_who_does_not_take_the_farewell_is_hung_up_on(
    house: House, pavel: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "FAREWELL", 0.5)
    monkeypatch.setattr(server, "LOOK", 1)
    with contextlib.closing(await house.slow(pavel, house.office.hub.cursor())):
        await house.told(100)
        await until(lambda: any(one.close_sent for one in house.lines))
        await until(lambda: not house.lines)
