"""Memory, idle and after many messages; time from nothing to the first message stored.

The memory of each database's desk is measured while it runs alone: two of them share pages, of
which each would count a half. Then both are started in turns on what they have by then, and the
bare webhook of the floor with them; the time is the median. What a server takes beside the
program, its shared buffers included, is told by itself.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median

import psutil

from tests.bench import desks
from tests.bench.both import addresses, shipped, storage
from tests.bench.figures import pss
from tests.bench.ingest import floor_server, poster
from tests.bench.people import AgentAtConsole, Visitor
from tests.bench.wire import Wire
from tests.desk import RunningDesk

MESSAGES = 10_000
STARTS = 5


@dataclass(frozen=True, slots=True)
class Footprint:
    """Proportional set size in MiB, and the time of a start in s."""

    idle: float
    after: float
    start: float


@dataclass(frozen=True, slots=True)
class Compared:
    """What each database's desk takes, and what is none of the program's."""

    desks: Mapping[str, Footprint]
    server: float
    bare_start: float


async def beside_sqlite() -> Compared:
    """Measure on both databases."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(shipped())
        running, memory, afterwards = {}, {}, 0.0
        for kind, address in addresses(server, "footprint").items():
            running[kind] = await stack.enter_async_context(desks.desk(storage(address)))
            memory[kind] = await _memory(running[kind])
            # The last of them is the one that the server was asked by.
            afterwards = _of_all(server.pid)
            await asyncio.to_thread(running[kind].stop)
        starts, bare = await _starts(running)
        return Compared(
            {kind: Footprint(*memory[kind], starts[kind]) for kind in running}, afterwards, bare
        )


async def _memory(desk: RunningDesk) -> tuple[float, float]:
    """Measure with a widget and a console connected, before and after the messages."""
    agent = await AgentAtConsole.sign_in(desk.url, desk.links["anna"])
    socket = await agent.follow()
    draining = asyncio.create_task(_drain(socket))
    visitors = [await Visitor.arrive(desk.url) for _ in range(20)]
    await asyncio.sleep(2)
    idle = pss(desk.pid)
    await asyncio.gather(*(_write(one, MESSAGES // len(visitors)) for one in visitors))
    await asyncio.sleep(2)
    after = pss(desk.pid)
    draining.cancel()
    await socket.close()
    return idle, after


def _of_all(pid: int) -> float:
    first = psutil.Process(pid)
    return sum(pss(one.pid) for one in (first, *first.children(recursive=True)))


async def _drain(socket: object) -> None:
    async for _ in socket:  # type: ignore[attr-defined]
        pass


async def _write(visitor: Visitor, count: int) -> None:
    for _ in range(count):
        await visitor.write()


async def _starts(resting: Mapping[str, RunningDesk]) -> tuple[Mapping[str, float], float]:
    """Return the medians of seconds of each desk that rests, and of the floor."""
    took: dict[str, list[float]] = {kind: [] for kind in resting}
    bare = []
    for _ in range(STARTS):
        for kind, desk in resting.items():
            took[kind].append(await _cold_start(desk))
        bare.append(await _bare_start())
    return {kind: median(times) for kind, times in took.items()}, median(bare)


async def _cold_start(desk: RunningDesk) -> float:
    """Return the seconds from starting the process to a message stored; it ends again."""
    begun = time.perf_counter()
    await asyncio.to_thread(desk.start)
    visitor = await Visitor.arrive(desk.url)
    await visitor.write()
    took = time.perf_counter() - begun
    await asyncio.to_thread(desk.stop)
    return took


async def _bare_start() -> float:
    """Return the same of the floor: what the machine takes for any Python web server."""
    begun = time.perf_counter()
    with floor_server() as url:
        await poster(await Wire.open(url))()
        return time.perf_counter() - begun
