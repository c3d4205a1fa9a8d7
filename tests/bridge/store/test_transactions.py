"""The promise under all others: what was answered is synced, what was not answered is not there."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from sqlalchemy import func, select

from bridge.channel import StorageUnavailableError
from bridge.db import Place
from bridge.models import META
from bridge.store import log
from bridge.store.statement import Statement, adding, value
from bridge.store.transactions import LARGEST_GROUP, READERS, News, Store, Tx
from tests.clock import ManualClock
from tests.databases import by_hand, opened, watching

COUNT = Statement(value, select(func.count()).select_from(META))


def put(tx: Tx, key: str, wake: str | None = None) -> str:
    tx.run(log.PUT_META, key=key, value=f"{key} ✉️ письмо")
    if wake:
        tx.wake(wake)
    return key


def get(tx: Tx, key: str) -> str | None:
    return tx.one(log.GET_META, key=key)


def count(tx: Tx) -> int:
    found: int = tx.the(COUNT)
    return found


def there(outside: Any) -> int:
    found: int = outside.execute("SELECT count(*) FROM meta").fetchone()[0]
    return found


class Gate:
    """Holds the writer inside a transaction, so that jobs pile up behind it."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.leave = threading.Event()

    def hold(self, _tx: Tx) -> None:
        self.entered.set()
        assert self.leave.wait(10)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave.set()


async def held(store: Store, gate: Gate) -> asyncio.Task[None]:
    task = asyncio.create_task(store.write(gate.hold))
    assert await asyncio.to_thread(gate.entered.wait, 10)
    return task


async def queued(store: Store, *jobs: Callable[[Tx], object]) -> list[asyncio.Task[object]]:
    tasks = [asyncio.create_task(store.write(job)) for job in jobs]
    await asyncio.sleep(0)
    return tasks


async def together(store: Store, *jobs: Callable[[Tx], object]) -> list[object]:
    """Run jobs in one group; return their results and failures."""
    async with Gate() as gate:
        first = await held(store, gate)
        tasks = await queued(store, *jobs)
    await first
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_each_caller_of_a_shared_commit_gets_its_own_answer(store: Store) -> None:
    answers = await together(store, *(lambda tx, n=n: put(tx, f"key {n}") for n in range(20)))
    assert answers == [f"key {n}" for n in range(20)]
    assert await store.read(count) == 20


async def test_what_waits_goes_into_one_commit(store: Store, database: Place) -> None:
    seen: list[int] = []

    def looking(tx: Tx, key: str) -> None:
        put(tx, key)
        seen.append(there(outside))

    with watching(database) as outside:
        await together(store, *(lambda tx, n=n: looking(tx, f"{n}") for n in range(10)))
        # Nobody outside sees any of the ten before all of them are committed.
        assert seen == [0] * 10
        assert there(outside) == 10


async def test_a_commit_takes_no_more_than_its_share_of_what_waits(
    store: Store, database: Place
) -> None:
    seen: list[int] = []

    def looking(tx: Tx, key: str) -> None:
        put(tx, key)
        seen.append(there(outside))

    jobs = (lambda tx, n=n: looking(tx, f"{n}") for n in range(LARGEST_GROUP + 5))
    with watching(database) as outside:
        await together(store, *jobs)
    assert seen == [0] * LARGEST_GROUP + [LARGEST_GROUP] * 5


async def test_a_job_that_fails_fails_alone_and_nothing_of_it_is_kept(store: Store) -> None:
    def fails(tx: Tx) -> None:
        put(tx, "torn")
        raise LookupError("no such thing")

    good, bad, also_good = await together(
        store, lambda tx: put(tx, "a"), fails, lambda tx: put(tx, "b")
    )
    assert (good, also_good) == ("a", "b")
    assert isinstance(bad, LookupError)
    assert str(bad) == "no such thing"
    assert await store.read(get, "torn") is None
    assert await store.read(count) == 2


async def test_a_job_that_breaks_a_constraint_fails_alone_too(store: Store) -> None:
    broken = Statement(value, adding(META, "key"))
    good, bad = await together(
        store, lambda tx: put(tx, "a"), lambda tx: tx.run(broken, key="no value")
    )
    assert good == "a"
    assert isinstance(bad, (sqlite3.IntegrityError, psycopg.IntegrityError))


class OutOfTheOrdinaryError(BaseException):
    """What `except Exception` does not catch."""


async def test_many_rows_are_written_in_their_order_and_what_no_column_takes_is_replaced(
    store: Store,
) -> None:
    rows = [{"key": "один", "value": said} for said in ("first", "then", "the last\0 one")]

    def write(tx: Tx) -> None:
        tx.run_each(log.PUT_META, rows)
        tx.run_each(log.PUT_META, [])

    await store.write(write)
    said = await store.read(get, "один")
    # SQLite keeps what PostgreSQL has no place for.
    assert said in {"the last\0 one", "the last\ufffd one"}


async def test_whatever_a_job_raises_the_writer_lives_on(store: Store) -> None:
    def leaves(_tx: Tx) -> None:
        raise OutOfTheOrdinaryError

    with pytest.raises(OutOfTheOrdinaryError):
        await store.write(leaves)
    assert await store.write(put, "after") == "after"


async def test_a_job_sees_what_its_neighbours_in_the_commit_did_before_it(store: Store) -> None:
    _, seen = await together(store, lambda tx: put(tx, "a"), lambda tx: get(tx, "a"))
    assert seen == "a ✉️ письмо"


async def test_an_attempt_that_fails_leaves_the_rest_of_its_transaction(store: Store) -> None:
    def work(tx: Tx) -> None:
        put(tx, "before")
        with tx.attempt():
            put(tx, "after")
        with contextlib.suppress(LookupError), tx.attempt():
            put(tx, "inside")
            raise LookupError

    await store.write(work)
    found = [await store.read(get, key) is not None for key in ("before", "inside", "after")]
    assert found == [True, False, True]


async def test_wakes_come_after_the_commit_and_only_from_what_was_kept(
    database: Place, clock: ManualClock
) -> None:
    woken: list[tuple[set[str], int]] = []

    def on_commit(news: News) -> None:
        woken.append((news.topics, there(outside)))

    def fails(tx: Tx) -> None:
        put(tx, "torn", wake="never")
        raise LookupError

    with watching(database) as outside:
        async with opened(database, clock=clock, on_commit=on_commit) as store:
            await together(
                store,
                lambda tx: put(tx, "a", wake="first"),
                fails,
                lambda tx: put(tx, "b", wake="second"),
            )
            await asyncio.sleep(0)
    assert woken == [({"first", "second"}, 2)]


async def test_a_transaction_that_wakes_nobody_is_not_announced(
    database: Place, clock: ManualClock
) -> None:
    told: list[News] = []
    async with opened(database, clock=clock, on_commit=told.append) as store:
        await store.write(put, "a")
        await asyncio.sleep(0)
    assert told == []


async def test_on_a_full_disk_nobody_in_the_group_is_answered_well_and_nothing_is_stored(
    sqlite_store: Store,
) -> None:
    store = sqlite_store
    await store.write(put, "before")
    pages = by_hand(store, "PRAGMA page_count").fetchone()[0]
    by_hand(store, f"PRAGMA max_page_count={pages}")

    def grows(tx: Tx) -> None:
        for n in range(2000):
            put(tx, f"{n} {'x' * 200}")

    def refuses(tx: Tx) -> None:
        raise LookupError("decided on what is undone now")

    answers = await together(store, lambda tx: put(tx, "small"), refuses, grows)
    assert [type(one) for one in answers] == [StorageUnavailableError] * 3
    assert await store.read(count) == 1
    # The disk is freed again, and the same work goes through.
    by_hand(store, "PRAGMA max_page_count=1000000")
    assert await store.write(put, "small") == "small"


async def test_a_locked_database_is_unavailable_not_broken(
    sqlite_store: Store, sqlite_database: Path
) -> None:
    store = sqlite_store
    by_hand(store, "PRAGMA busy_timeout=50")
    other = sqlite3.connect(sqlite_database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageUnavailableError):
        await store.write(put, "a")
    # Readers go on meanwhile.
    assert await store.read(count) == 0
    other.execute("ROLLBACK")
    other.close()
    assert await store.write(put, "a") == "a"


async def test_closing_finishes_what_waits(database: Place, clock: ManualClock) -> None:
    store = Store(database, clock=clock)
    async with Gate() as gate:
        first = await held(store, gate)
        tasks = await queued(store, *(lambda tx, n=n: put(tx, f"{n}") for n in range(150)))
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0)
    await closing
    await first
    assert [task.result() for task in tasks] == [f"{n}" for n in range(150)]
    async with opened(database, clock=clock) as again:
        assert await again.read(count) == 150


async def test_a_closed_store_says_so(database: Place, clock: ManualClock) -> None:
    store = Store(database, clock=clock)
    await store.close()
    await store.close()
    with pytest.raises(StorageUnavailableError):
        await store.write(put, "late")
    with pytest.raises(StorageUnavailableError):
        await store.read(count)


async def test_a_caller_that_goes_away_tears_no_transaction(store: Store) -> None:
    async with Gate() as gate:
        first = await held(store, gate)
        leaving, staying = await queued(store, lambda tx: put(tx, "a"), lambda tx: put(tx, "b"))
        leaving.cancel()
        await asyncio.sleep(0)
        assert leaving.cancelled()
    await first
    assert await staying == "b"
    # It was handed over, so it is done, whole, as if its caller had waited.
    assert await store.read(get, "a") is not None


async def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(store: Store) -> None:
    looked, written = threading.Event(), threading.Event()

    def looks_twice(tx: Tx) -> tuple[int, int]:
        before = count(tx)
        looked.set()
        assert written.wait(10)
        return before, count(tx)

    reading = asyncio.create_task(store.read(looks_twice))
    assert await asyncio.to_thread(looked.wait, 10)
    await store.write(put, "a")
    written.set()
    assert await reading == (0, 0)
    assert await store.read(count) == 1


async def test_a_reader_cannot_write(store: Store) -> None:
    refused = (sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction)
    with pytest.raises(refused, match=r"read-?only"):
        await store.read(put, "a")
    assert await store.read(count) == 0


async def test_a_reader_that_fails_leaves_its_connection_usable(store: Store) -> None:
    def fails(tx: Tx) -> None:
        count(tx)
        raise LookupError

    for _ in range(READERS * 2):
        with pytest.raises(LookupError):
            await store.read(fails)
    await store.write(put, "a")
    assert await asyncio.gather(*(store.read(count) for _ in range(READERS * 2))) == [1] * 6


async def test_all_of_a_transaction_happens_at_one_time(store: Store, clock: ManualClock) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        before = tx.now
        clock.tick(5)
        return before, tx.now

    before, after = await store.write(work)
    assert before == after
    assert await store.read(lambda tx: tx.now) == before + 5000


async def test_a_commit_has_reached_the_disk_when_it_is_answered(sqlite_store: Store) -> None:
    pragmas = ("journal_mode", "synchronous", "foreign_keys")
    found = [by_hand(sqlite_store, f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    assert found == ["wal", 2, 1]  # 2 is FULL: the log is synced before COMMIT returns.
