"""From a visitor's Enter to the agent's screen: through the API, the disk and the websocket."""

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection

from tests.bench.figures import percentile
from tests.bench.people import AgentAtConsole, Visitor

AT_ONCE = (1, 16, 64)
SECONDS = 10


@dataclass(frozen=True, slots=True)
class Delay:
    """Times in ms from before the request is sent until the console has the message."""

    at_once: int
    messages: int
    missed: int
    p50: float
    p99: float


async def visitor_to_console(
    urls: Sequence[str], link: str, many: Sequence[int] = AT_ONCE
) -> list[Delay]:
    """Measure with so many visitors, each writing once a second, and one console open.

    The console is at the first address; visitors are spread over all.
    """
    agent = await AgentAtConsole.sign_in(urls[0], link)
    socket = await agent.follow()
    seen: dict[str, float] = {}
    watching = asyncio.create_task(_watch(socket, seen))
    try:
        return [await _measure(urls, seen, at_once) for at_once in many]
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        await socket.close()


async def _watch(socket: ClientConnection, seen: dict[str, float]) -> None:
    async for raw in socket:
        now = time.perf_counter()
        frame = json.loads(raw)
        if frame["type"] == "changes":
            seen |= {message["text"]: now for message in frame["messages"]}


async def _measure(urls: Sequence[str], seen: dict[str, float], at_once: int) -> Delay:
    visitors = [await Visitor.arrive(urls[number % len(urls)]) for number in range(at_once)]
    for visitor in visitors:
        await visitor.write()
    sent: dict[str, float] = {}

    async def write_once_a_second(number: int, visitor: Visitor) -> None:
        # Spread over the second, as people are.
        await asyncio.sleep(number / at_once)
        for turn in range(SECONDS):
            text = f"{at_once} people, visitor {number}, message {turn}: де замовлення?"
            sent[text] = time.perf_counter()
            await visitor.write(text)
            await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - sent[text])))

    await asyncio.gather(*(write_once_a_second(n, one) for n, one in enumerate(visitors)))
    await asyncio.sleep(0.5)
    delays = [(seen[text] - begun) * 1000 for text, begun in sent.items() if text in seen]
    missed = len(sent) - len(delays)
    return Delay(at_once, len(sent), missed, percentile(delays, 50), percentile(delays, 99))
