"""From a customer in Telegram to the staff group in Telegram, beside a bare relay.

Sixteen customers write to a bot at once, each the next message when the last one is in the topic
of their conversation. Each comes as the webhook's call, is stored, claimed and sent, and what
became of the call is stored. The bare relay takes the same call, stores the body, sends its text
to the same group over a pooled connection, and only then answers. Telegram's limits are off, ours
and the model's alike; the model runs in the client's process, where it costs more than the bare
relay does. So that one is measured once more on a server that answers whatever it is sent. Each
database has a desk, a bot and a group of its own; all of them and the floors take turns.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bridge.sandbox.ledger import Payload
from bridge.sandbox.telegram import TelegramServer
from bridge.sandbox.telegram.world import Chat
from tests.bench import desks
from tests.bench.both import addresses, shipped, storage
from tests.bench.ingest import TURNS, Rate, Writers, floor, floor_server, mean_of, rate
from tests.bench.networks import AT_ONCE, TelegramCalls
from tests.bench.staff import TOKEN, staff_group
from tests.bench.wire import BadAnswerError, Wire
from tests.channels.rig import eventually
from tests.desk import RunningDesk

# Loaded by Python itself before the program: the limits are constants, which no YAML changes.
_UNLIMITED = """
from agent_console.telegram_forum import turns
from bridge.pace import Budget

turns.GROUP = turns.CHAT = turns.MESSAGES = turns.OTHERS = Budget(1_000_000, 1.0)
"""


@dataclass
class Telegram:
    """The bot that customers write to, the group, and who waits for a message to be in it."""

    server: TelegramServer
    customers: TelegramCalls
    group: Chat
    _awaited: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    _numbers: int = 0

    async def relay(self, wire: Wire, path: str, person: int) -> None:
        """Have one message told by the webhook; return when it is in the group."""
        self._numbers += 1
        body, headers = self.customers.call(person, self._numbers)
        mark = f"№{self._numbers}?"
        came = self._awaited[mark] = asyncio.get_running_loop().create_future()
        status, answer, _ = await wire.ask("POST", path, body, headers=dict(headers))
        if status != 200:
            raise BadAnswerError(f"{path}: {status} {answer[:300]!r}")
        await asyncio.wait_for(came, 30)

    def hear(self, payload: Payload) -> None:
        """Let those go on whose message was posted."""
        if payload.event == "sendMessage":
            text = str(payload.body["given"]["text"])
            for mark in [one for one in self._awaited if one in text]:
                self._awaited.pop(mark).set_result(None)


@dataclass(frozen=True, slots=True)
class Relayed:
    """What the program on each database came to, and the bare relay: to the model, to a server."""

    desks: Mapping[str, Rate]
    floor: Rate
    barest: Rate


async def beside_a_bare_one() -> Relayed:
    """Measure the program on both databases, the bare relay, and the same to a bare server."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(shipped())
        houses = [
            (kind, *await stack.enter_async_context(_house(address)))
            for kind, address in addresses(server, "relay").items()
        ]
        model, to = houses[0][1], await stack.enter_async_context(_bare_server())
        bare, barest = (
            stack.enter_context(floor_server("relay", url, TOKEN, str(model.group.id)))
            for url in (model.server.url, to)
        )
        return _mean(
            [
                Relayed(
                    {
                        kind: await _relayed(telegram, desk.url, "/hooks/telegram")
                        for kind, telegram, desk in houses
                    },
                    await _relayed(model, bare, "/hook"),
                    await floor(barest, AT_ONCE),
                )
                for _ in range(TURNS)
            ]
        )


def _mean(turns: Sequence[Relayed]) -> Relayed:
    return Relayed(
        {kind: mean_of([one.desks[kind] for one in turns]) for kind in turns[0].desks},
        mean_of([one.floor for one in turns]),
        mean_of([one.barest for one in turns]),
    )


@contextlib.asynccontextmanager
async def _house(address: str | None) -> AsyncIterator[tuple[Telegram, RunningDesk]]:
    """Run the program on a database, with a bot and a group that nobody else has."""
    async with _telegram() as telegram, _program(telegram, address) as desk:
        await eventually(telegram.customers.ready)
        yield telegram, desk


async def _relayed(telegram: Telegram, url: str, path: str) -> Rate:
    writers: Writers = []
    for person in range(AT_ONCE):
        writers.append(partial(telegram.relay, await Wire.open(url), path, person))
    # The first of each makes the topic and its card.
    await asyncio.gather(*(write() for write in writers))
    return await rate(writers)


@contextlib.asynccontextmanager
async def _bare_server() -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}')

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@contextlib.asynccontextmanager
async def _telegram() -> AsyncIterator[Telegram]:
    customers = TelegramCalls()
    async with customers.open() as server:
        telegram = Telegram(server, customers, staff_group(server))
        server.ledger.wire.listen(telegram.hear)
        yield telegram


@contextlib.asynccontextmanager
async def _program(telegram: Telegram, address: str | None) -> AsyncIterator[RunningDesk]:
    group = {
        "type": "telegram_forum",
        "token": "${STAFF_TOKEN}",
        "api_base": telegram.server.url,
        "groups": [telegram.group.id],
    }
    changes: dict[str, Any] = {
        "channels.telegram": telegram.customers.inbox(),
        "staff": {"group": group},
        **storage(address),
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sitecustomize.py").write_text(_UNLIMITED, encoding="utf-8")
        environ = {**telegram.customers.environ, "STAFF_TOKEN": TOKEN, "PYTHONPATH": folder}
        async with desks.running(Path(folder), changes, environ) as desk:
            yield desk
