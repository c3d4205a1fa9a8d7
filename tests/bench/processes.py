"""What one to four processes on one PostgreSQL and one Redis come to, beside one process.

Each is `--role all`, the last line two webs and two workers. Visitors are spread over all that
answer. Stored a second: 64 visitors, each of whom waits for the answer. The delay: 16 visitors
with a message a second each, until it is at a console that is open at the first process; so
most have to go through the database to another process. The processor's time is that of all
processes of the program, and beside it that of the server. From one to four and back to one, the
mean of both ways; processes that wait take nothing from the others.

On two cores, which the client and the server need as well, this tells what more processes cost, not
how far they carry: one keeps a core busy, the rest has the other, and each more takes from both.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from tests.bench import desks, latency
from tests.bench.both import shipped
from tests.bench.figures import processor
from tests.bench.ingest import Rate, mean_of, rate
from tests.bench.latency import Delay
from tests.bench.people import Visitor
from tests.desk import RunningDesk
from tests.fleet import Fleet
from tests.postgres import Cluster
from tests.redis_server import RedisServer, redis_server

LAYOUTS = (("all",), ("all",) * 2, ("all",) * 3, ("all",) * 4, ("web", "web", "worker", "worker"))
AT_ONCE = 64
WRITING = 16


@dataclass(frozen=True, slots=True)
class Measured:
    """What so many processes came to; times in ms, of the processor for one message."""

    layout: tuple[str, ...]
    stored: Rate
    delay: Delay
    program: float
    server: float

    @property
    def name(self) -> str:
        """Return what is running."""
        roles = dict.fromkeys(self.layout)
        return ", ".join(f"{self.layout.count(role)} {role}" for role in roles)


async def compared(layouts: Sequence[tuple[str, ...]] = LAYOUTS) -> list[Measured]:
    """Measure each on the way up and on the way down; return the means."""
    there_and_back = [*layouts, *layouts[::-1]]
    with ExitStack() as stack:
        server = stack.enter_context(shipped())
        redis = stack.enter_context(redis_server())
        found = [
            await _measure(server, redis, number, layout)
            for number, layout in enumerate(there_and_back)
        ]
    return [_mean(up, down) for up, down in zip(found, found[::-1], strict=True)][: len(layouts)]


async def _measure(
    server: Cluster, redis: RedisServer, number: int, layout: tuple[str, ...]
) -> Measured:
    """Run as many processes on a database of their own."""
    name = f"processes_{number}"
    server.execute(f"CREATE DATABASE {name}")
    changes = {**desks.UNLIMITED, "redis": redis.url}
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), server.url(name), changes)
        try:
            # The first makes the tables.
            await asyncio.to_thread(fleet.start, layout[0])
            if layout[1:]:
                await asyncio.to_thread(fleet.start, *layout[1:])
            return await _of(server, fleet, layout)
        finally:
            await asyncio.to_thread(fleet.close)


async def _of(server: Cluster, fleet: Fleet, layout: tuple[str, ...]) -> Measured:
    answering = [one for one in fleet.desks if one.url]
    visitors = await _arrived(answering, AT_ONCE)
    pids = [one.pid for one in fleet.desks]
    begun, ours, theirs = time.monotonic(), processor(*pids), processor(server.pid)
    stored = await rate([one.write for one in visitors])
    messages = stored.per_second * (time.monotonic() - begun)
    program = (processor(*pids) - ours) / messages * 1000
    database = (processor(server.pid) - theirs) / messages * 1000
    [delay] = await latency.visitor_to_console(
        [one.url for one in answering], answering[0].links["anna"], (WRITING,)
    )
    return Measured(layout, stored, delay, program, database)


async def _arrived(answering: Sequence[RunningDesk], many: int) -> list[Visitor]:
    visitors = [
        await Visitor.arrive(answering[number % len(answering)].url) for number in range(many)
    ]
    for one in visitors:
        await one.write()
    return visitors


def _mean(up: Measured, down: Measured) -> Measured:
    near, far = up.delay, down.delay
    delay = Delay(
        near.at_once,
        near.messages + far.messages,
        near.missed + far.missed,
        mean((near.p50, far.p50)),
        mean((near.p99, far.p99)),
    )
    return Measured(
        up.layout,
        mean_of((up.stored, down.stored)),
        delay,
        mean((up.program, down.program)),
        mean((up.server, down.server)),
    )
