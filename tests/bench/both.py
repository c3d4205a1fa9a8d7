"""Both databases side by side: a file of the desk's own, and a server as it is shipped."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

from tests import postgres
from tests.bench import desks
from tests.desk import RunningDesk
from tests.postgres import Cluster

SQLITE, POSTGRESQL = KINDS = ("SQLite", "PostgreSQL")

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


@contextmanager
def shipped() -> Iterator[Cluster]:
    """Run a server that syncs each commit, for as long as the context lasts."""
    with postgres.running(**AS_SHIPPED) as server:
        yield server


def addresses(server: Cluster, name: str) -> Mapping[str, str | None]:
    """Return where a new database of each kind is; a file has no address of its own."""
    server.execute(f"CREATE DATABASE {name}")
    return {SQLITE: None, POSTGRESQL: server.url(name)}


def storage(address: str | None) -> Mapping[str, Any]:
    """Return what a desk's configuration says of such an address."""
    return {"storage.database": address} if address else {}


@asynccontextmanager
async def both_desks() -> AsyncIterator[Mapping[str, RunningDesk]]:
    """Run the program on both databases at once, each on its own port."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(shipped())
        yield {
            kind: await stack.enter_async_context(desks.desk(storage(address)))
            for kind, address in addresses(server, "bench").items()
        }
