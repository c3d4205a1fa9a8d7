"""The same on a PostgreSQL beside it, in turns with SQLite: how many are stored durably a second.

The server runs on the same two cores with its own defaults, but for `shared_buffers`, which it
would otherwise fit to the oldest of machines; it is reached by a socket, and syncs each commit.
"""

from tests.bench.both import both_desks
from tests.bench.ingest import AT_ONCE, Rate, mean_of, ours

# Many short turns: at one at once both wait for the disk, whose speed changes by the second.
TURNS = 10
SECONDS = 2.0


async def beside_sqlite() -> list[tuple[Rate, Rate]]:
    """Measure so many at once on both databases, in turns; SQLite first."""
    async with both_desks() as running:
        file, table = running.values()
        return [await _in_turns(file.url, table.url, at_once) for at_once in AT_ONCE]


async def _in_turns(file: str, table: str, at_once: int) -> tuple[Rate, Rate]:
    turns = [
        (await ours(file, at_once, SECONDS), await ours(table, at_once, SECONDS))
        for _ in range(TURNS)
    ]
    mine, theirs = zip(*turns, strict=True)
    return mean_of(mine), mean_of(theirs)
