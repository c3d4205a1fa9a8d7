"""From a visitor's Enter to the agent's screen: through the API, the disk and the websocket.

Visitors write a message a second each, spread over the second, and one console is open. Each
number of visitors has two turns on each database, one after the other, while the other one's desk
waits; the times are of all messages of both turns.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from websockets.asyncio.client import ClientConnection

from tests.bench.figures import percentile
from tests.bench.people import AgentAtConsole, Visitor
from tests.desk import RunningDesk

AT_ONCE = (1, 16, 64)
SECONDS = 10
TURNS = 2
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Delay:
    """Times in ms from before the request is sent until the console has the message."""

    at_once: int
    messages: int
    missed: int
    p50: float
    p99: float

    @classmethod
    def of(cls, at_once: int, messages: int, delays: Sequence[float]) -> Self:
        """Return what so many messages came to, of which the console had these."""
        missed = messages - len(delays)
        return cls(at_once, messages, missed, percentile(delays, 50), percentile(delays, 99))


@dataclass(slots=True)
class _Seen:
    """A console, with the moment at which it had each text, and how one comes to its desk."""

    urls: Sequence[str]
    at: dict[str, float] = field(default_factory=dict)

    async def watch(self, socket: ClientConnection) -> None:
        """Note what comes, until cancelled."""
        async for raw in socket:
            now = time.perf_counter()
            frame = json.loads(raw)
            if frame["type"] == "changes":
                self.at |= {message["text"]: now for message in frame["messages"]}


async def visitor_to_console(
    urls: Sequence[str], link: str, many: Sequence[int] = AT_ONCE
) -> list[Delay]:
    """Measure with so many visitors, each writing once a second, and one console open.

    The console is at the first address; visitors are spread over all.
    """
    async with _console(urls, link) as seen:
        return [Delay.of(at_once, *await _turn(seen, at_once)) for at_once in many]


async def in_turns(
    desks: Mapping[str, RunningDesk], many: Sequence[int] = AT_ONCE
) -> list[Mapping[str, Delay]]:
    """Measure the same on several desks in turns, one console open at each."""
    async with AsyncExitStack() as stack:
        consoles = {
            name: await stack.enter_async_context(_console([one.url], one.links["anna"]))
            for name, one in desks.items()
        }
        return [await _of_each(consoles, at_once) for at_once in many]


async def _of_each(consoles: Mapping[str, _Seen], at_once: int) -> Mapping[str, Delay]:
    written = dict.fromkeys(consoles, 0)
    delays: dict[str, list[float]] = {name: [] for name in consoles}
    for _ in range(TURNS):
        for name, seen in consoles.items():
            messages, shown = await _turn(seen, at_once)
            written[name] += messages
            delays[name] += shown
    return {name: Delay.of(at_once, written[name], delays[name]) for name in consoles}


@asynccontextmanager
async def _console(urls: Sequence[str], link: str) -> AsyncIterator[_Seen]:
    """Have a console open at the first address for as long as the context lasts."""
    agent = await AgentAtConsole.sign_in(urls[0], link)
    socket, seen = await agent.follow(), _Seen(urls)
    watching = asyncio.create_task(seen.watch(socket))
    try:
        yield seen
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        await socket.close()


async def _turn(seen: _Seen, at_once: int) -> tuple[int, list[float]]:
    """Have so many write for a while; return how many they wrote, and the delays of those shown."""
    urls = itertools.islice(itertools.cycle(seen.urls), at_once)
    visitors = [await Visitor.arrive(url) for url in urls]
    for visitor in visitors:
        await visitor.write()
    sent: dict[str, float] = {}

    async def write_once_a_second(number: int, visitor: Visitor) -> None:
        # Spread over the second, as people are.
        await asyncio.sleep(number / at_once)
        for _ in range(SECONDS):
            text = f"{at_once} people, message {next(_numbers)}: де замовлення?"
            sent[text] = time.perf_counter()
            await visitor.write(text)
            await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - sent[text])))

    await asyncio.gather(*(write_once_a_second(n, one) for n, one in enumerate(visitors)))
    await asyncio.sleep(0.5)
    return len(sent), [
        (seen.at[one] - begun) * 1000 for one, begun in sent.items() if one in seen.at
    ]
