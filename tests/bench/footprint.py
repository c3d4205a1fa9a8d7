"""Memory, idle and after many messages; time from nothing to the first message accepted."""

import asyncio
import time
from dataclasses import dataclass
from statistics import median

from tests.bench.figures import pss
from tests.bench.ingest import floor_server, poster
from tests.bench.people import AgentAtConsole, Visitor
from tests.bench.wire import Wire
from tests.desk import RunningDesk

MESSAGES = 10_000
STARTS = 5


@dataclass(frozen=True, slots=True)
class Memory:
    """Proportional set size in MiB."""

    idle: float
    after: float


async def memory(desk: RunningDesk) -> Memory:
    """Measure with a widget and a console connected, before and after 10,000 messages."""
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
    return Memory(idle, after)


async def _drain(socket: object) -> None:
    async for _ in socket:  # type: ignore[attr-defined]
        pass


async def _write(visitor: Visitor, count: int) -> None:
    for _ in range(count):
        await visitor.write()


async def cold_start(desk: RunningDesk) -> float:
    """Return the median of seconds from starting the process to a message stored."""
    times = []
    for _ in range(STARTS):
        desk.stop()
        begun = time.perf_counter()
        await asyncio.to_thread(desk.start)
        visitor = await Visitor.arrive(desk.url)
        await visitor.write()
        times.append(time.perf_counter() - begun)
    return median(times)


async def bare_start() -> float:
    """Return the same of the floor: what the machine takes for any Python web server."""
    times = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        with floor_server() as url:
            await poster(await Wire.open(url))()
            times.append(time.perf_counter() - begun)
    return median(times)
