"""A migrated database for each test, of either kind, made once and copied.

DATABASES=sqlite in the environment leaves PostgreSQL out where tests are run by hand.
"""

import asyncio
import atexit
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
import pytest

from bridge import db
from bridge.clock import Clock
from bridge.db import Place
from bridge.db.postgresql import WRITING
from bridge.store.postgresql import PostgresTx
from bridge.store.transactions import News, Store, Tx
from tests import postgres
from tests.clock import ManualClock

DATABASES = os.environ.get("DATABASES", "sqlite postgresql").split()


@cache
def _template() -> Path:
    folder = Path(mkdtemp(prefix="deskbridge-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "template.db"
    db.migrate(path)
    # All of it in the one file, so that a copy of that file is a copy of the database.
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def fresh_database(folder: Path, name: str = "test.db") -> Path:
    """Return a new database with all tables and no rows."""
    path = folder / name
    shutil.copyfile(_template(), path)
    return path


@asynccontextmanager
async def opened(
    place: Place, *, clock: Clock, on_commit: Callable[[News], None] | None = None
) -> AsyncIterator[Store]:
    """Open the database for as long as the context lasts."""
    store = Store(place, clock=clock, on_commit=on_commit)
    try:
        yield store
    finally:
        await store.close()


async def until(holds: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait until a condition holds; fails when it does not in time."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  # What is waited for is not ours to announce.
            await asyncio.sleep(0.002)


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands still."""
    return ManualClock()


def by_hand(where: Store | Tx, statement: str, given: Sequence[Any] = ()) -> Any:
    """Run a statement beside the program; return the cursor. Its parameters are written `?`."""
    if isinstance(where, PostgresTx):
        where.send_due()
    holds: Any = where._writing if isinstance(where, Store) else where
    connection = holds._connection
    if isinstance(connection, sqlite3.Connection):
        return connection.execute(statement, given)
    return connection.execute(statement.replace("%", "%%").replace("?", "%s"), given)


@contextmanager
def watching(place: Place) -> Iterator[Any]:
    """Open a connection of somebody else's, which sees what is committed."""
    connection: Any = (
        sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        if isinstance(place, Path)
        else psycopg.connect(place.url, autocommit=True)
    )
    with closing(connection):
        yield connection


def asked(place: Place, sql: str) -> list[Any]:
    """Return what stands in a database, read past the program."""
    with watching(place) as outside:
        found: list[Any] = outside.execute(sql).fetchall()
        return found


class ByHand:
    """A connection of somebody else's to either database, whose parameters are written `?`."""

    def __init__(self, place: Place) -> None:
        """Open it; a file leaves what is deleted where it lay."""
        self._watching = watching(place)
        self._connection = self._watching.__enter__()
        if isinstance(place, Path):
            self._connection.execute("PRAGMA secure_delete=OFF")
            self._connection.execute("PRAGMA foreign_keys=ON")
        self._mark = "?" if isinstance(place, Path) else "%s"

    def execute(self, statement: str, given: Sequence[Any] = ()) -> Any:
        """Run a statement; return the cursor."""
        return self._connection.execute(statement.replace("?", self._mark), given)

    def close(self) -> None:
        """Close it."""
        self._watching.__exit__(None, None, None)


def everything_in(tx: Tx) -> str:
    """Return every text of every table."""
    connection: Any = tx._connection
    if isinstance(connection, sqlite3.Connection):
        return "\n".join(connection.iterdump())
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = (connection.execute(f"TABLE {name}").fetchall() for (name,) in names.fetchall())
    return "\n".join(map(repr, rows))


def hold(outside: Any) -> None:
    """Keep everybody else from writing, until this one's ROLLBACK."""
    if isinstance(outside, sqlite3.Connection):
        outside.execute("BEGIN EXCLUSIVE")
    else:
        outside.execute("BEGIN")
        outside.execute(f"SELECT pg_advisory_xact_lock({WRITING})")


def impatient(store: Store) -> None:
    """Have the store wait for nobody else's transaction."""
    in_a_file = isinstance(store._writing._connection, sqlite3.Connection)  # type: ignore[attr-defined]
    by_hand(store, "PRAGMA busy_timeout=10" if in_a_file else "SET lock_timeout = '10ms'")


@contextmanager
def lent(backend: str, folder: Path, name: str = "test.db") -> Iterator[Place]:
    """Have a migrated database of either kind for as long as the context lasts.

    A file is in the folder, and stays there.
    """
    if backend == "sqlite":
        yield fresh_database(folder, name)
        return
    server = postgres.lent()
    try:
        yield server
    finally:
        postgres.given_back(server)


def url_of(place: Place) -> str:
    """Return what the YAML calls it by."""
    return f"sqlite:///{place}" if isinstance(place, Path) else place.url


def stored_at(place: Place) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the change of a configuration and the variable by which a desk keeps all there."""
    return {"storage.database": "${DATABASE_URL}"}, {"DATABASE_URL": url_of(place)}


def backend_of(place: Place) -> str:
    """Return which kind it is."""
    return "sqlite" if isinstance(place, Path) else "postgresql"


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Return a migrated database of this test's own; the test runs once on each kind."""
    with lent(request.param, tmp_path) as place:
        yield place


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Path:
    """Return one that is a file, for what only a file can tell."""
    return fresh_database(tmp_path)


@pytest.fixture
async def sqlite_store(sqlite_database: Path, clock: ManualClock) -> AsyncIterator[Store]:
    """Return an open store on a file."""
    async with opened(sqlite_database, clock=clock) as opened_store:
        yield opened_store


@pytest.fixture
async def store(database: Place, clock: ManualClock) -> AsyncIterator[Store]:
    """Return an open store on it."""
    async with opened(database, clock=clock) as opened_store:
        yield opened_store
