"""A migrated database for each test, made once and copied."""

import asyncio
import atexit
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from bridge import db
from bridge.clock import Clock
from bridge.store.news import News
from bridge.store.transactions import Store
from tests.clock import ManualClock


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
    path: Path, *, clock: Clock, on_commit: Callable[[News], None] | None = None
) -> AsyncIterator[Store]:
    """Open the database for as long as the context lasts."""
    store = Store(path, clock=clock, on_commit=on_commit)
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


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a migrated database of this test's own."""
    return fresh_database(tmp_path)


@pytest.fixture
async def store(database: Path, clock: ManualClock) -> AsyncIterator[Store]:
    """Return an open store on it."""
    async with opened(database, clock=clock) as opened_store:
        yield opened_store
