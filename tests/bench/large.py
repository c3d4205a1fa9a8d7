"""`python -m tests.bench.large [messages]`: growth from 10,000 to ten million messages.

What takes minutes to fill is kept in /var/tmp/deskbridge-bench for the next run, some ten
gigabytes on both databases; whoever does not want it any more removes the folder.
"""

import asyncio
import shutil
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from bridge.migrations import HEAD
from tests.bench import charts, desks, growth, page
from tests.bench.both import AS_SHIPPED, KINDS, POSTGRESQL, storage
from tests.bench.growth import Eyes, Look
from tests.desk import RunningDesk
from tests.postgres import Cluster

KEPT = Path("/var/tmp/deskbridge-bench")  # Its tables hold nobody's words.
FEW, MANY = 10_000, 10_000_000
PART = "large"


async def grown(messages: int) -> list[Look]:
    """Measure with few messages and with as many, kept from the last time if they are there."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(_server())
        eyes = []
        for size in (FEW, messages):
            for kind in KINDS:
                desk = await stack.enter_async_context(_kept(server, kind, size))
                eyes.append(await Eyes.opened(kind, size, desk))
        return await growth.in_turns(eyes)


@contextmanager
def _server() -> Iterator[Cluster]:
    """Run the server on what it has kept."""
    folder = KEPT / "postgresql"
    folder.mkdir(parents=True, exist_ok=True)
    # One of another version could not read it.
    server = Cluster(folder, **AS_SHIPPED)
    server.start()
    try:
        yield server
    finally:
        server.rest()


@asynccontextmanager
async def _kept(server: Cluster, kind: str, messages: int) -> AsyncIterator[RunningDesk]:
    """Run on a database with as many messages; fill it where it is new, or of other tables."""
    name = f"{kind.lower()}_{messages}_{HEAD}"
    folder, url = KEPT / name, server.url(name) if kind == POSTGRESQL else None
    whole = folder / "whole"
    if not whole.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if url:
            server.execute(f"DROP DATABASE IF EXISTS {name}")
            server.execute(f"CREATE DATABASE {name}")
    async with desks.running(folder, storage(url)) as desk:
        if not whole.exists():
            begun = time.monotonic()
            await asyncio.to_thread(growth.fill, desk, url, messages)
            print(f"{kind}: {messages:,} in {time.monotonic() - begun:.0f} s", flush=True)
            whole.touch()
        yield desk


def main(messages: int) -> None:
    """Measure; print it, and put what was measured of ten million into the page."""
    section = charts.of_growth(asyncio.run(grown(messages)), "growth-large")
    print(section.text)
    if messages == MANY and page.has_place_for(PART):
        page.put(PART, section)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else MANY)
