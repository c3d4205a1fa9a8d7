"""The same on a PostgreSQL beside it, in turns with SQLite: how many are stored durably a second.

The server runs on the same two cores with its own defaults, but for `shared_buffers`, which it
would otherwise fit to the oldest of machines; it is reached by a socket, and syncs each commit.
"""

from contextlib import AsyncExitStack

from tests import postgres
from tests.bench import desks
from tests.bench.ingest import AT_ONCE, Rate, mean_of, ours

# What a server is that nobody has spared anything; tests spare themselves the syncs.
AS_SHIPPED = {
    "fsync": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "256MB",
    "wal_level": "replica",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "5min",
}


# Many short turns: at one at once both wait for the disk, whose speed changes by the second.
TURNS = 10
SECONDS = 2.0


async def beside_sqlite() -> list[tuple[Rate, Rate]]:
    """Measure so many at once on both databases, in turns; SQLite first."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(postgres.running(**AS_SHIPPED))
        server.execute("CREATE DATABASE bench")
        named = {"storage.database": server.url("bench")}
        file = await stack.enter_async_context(desks.desk())
        table = await stack.enter_async_context(desks.desk(named))
        return [await _in_turns(file.url, table.url, at_once) for at_once in AT_ONCE]


async def _in_turns(file: str, table: str, at_once: int) -> tuple[Rate, Rate]:
    turns = [
        (await ours(file, at_once, SECONDS), await ours(table, at_once, SECONDS))
        for _ in range(TURNS)
    ]
    mine, theirs = zip(*turns, strict=True)
    return mean_of(mine), mean_of(theirs)
