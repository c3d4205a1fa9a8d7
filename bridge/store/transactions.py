"""Running transactions: plain functions over a `Tx`, all writes through one thread.

A transaction is a synchronous function whose first argument is a `Tx`. On SQLite one
thread runs all that write, and puts what waits into one commit; one that fails does so
alone, and each caller is answered after the sync. STACK.md has the
figures: a shared commit is worth ten single ones.
"""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from bridge.channel import StorageUnavailableError
from bridge.clock import Clock
from bridge.db import connect
from bridge.store.news import News
from bridge.store.statement import Statement

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

_log = logging.getLogger(__name__)

# More in one commit would make the first caller wait for the last one's work.
LARGEST_GROUP = 64
READERS = 3
# The two clocks drift apart by less between two commits, in ms: more, and one was set.
SLEW = 1_000

# What SQLite says when trying again later may help, as against a mistake of ours.
_PASSING = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
    "SQLITE_PROTOCOL",
)


class Tx:
    """One transaction: the connection, the time it all happens at, and what to tell of it."""

    __slots__ = ("_connection", "news", "now")

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        """`now` is the same for everything in the transaction, in ms."""
        self._connection = connection
        self.now = now
        self.news = News()

    def run(self, statement: Statement[Any], **parameters: Any) -> int:
        """Run a statement for its effect; return how many rows it touched."""
        return self._connection.execute(statement.sql, parameters).rowcount

    def one(self, statement: Statement[R], **parameters: Any) -> R | None:
        """Return the first row, or `None`; of an `insertion`, the new row's id, if it made one."""
        cursor = self._connection.execute(statement.sql, parameters)
        if cursor.description is None:
            return statement.row(cursor.lastrowid) if cursor.rowcount else None
        rows = cursor.fetchall()
        return statement.row(*rows[0]) if rows else None

    def the(self, statement: Statement[R], **parameters: Any) -> R:
        """Return the only row there must be; raises `LookupError` if there is none."""
        row = self.one(statement, **parameters)
        if row is None:
            raise LookupError(statement.sql)
        return row

    def all(self, statement: Statement[R], **parameters: Any) -> list[R]:
        """Return every row."""
        cursor = self._connection.execute(statement.sql, parameters)
        row = statement.row
        return [row(*columns) for columns in cursor.fetchall()]

    def each(self, statement: Statement[R], **parameters: Any) -> Iterator[R]:
        """Yield every row as it is read, where there are too many to have at once."""
        row = statement.row
        for columns in self._connection.execute(statement.sql, parameters):
            yield row(*columns)

    def wake(self, topic: str) -> None:
        """Tell those who wait for `topic` once this transaction is committed."""
        self.news.topics.add(topic)

    def then(self, go_on: Callable[[], None]) -> None:
        """Have `go_on` called in the event loop once this transaction is committed, if it is.

        It comes before anybody is told of the events.
        """
        self.news.then.append(go_on)

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Keep all of what is done inside or, when it raises, nothing; the rest goes on.

        Whoever catches what comes out must let `is_passing` errors through: after those
        the whole transaction is gone.
        """
        self._connection.execute("SAVEPOINT attempt")
        known, agreed = len(self.news.events), len(self.news.then)
        try:
            yield
        except BaseException as error:
            del self.news.events[known:]
            del self.news.then[agreed:]
            if not is_passing(error):
                self._connection.execute("ROLLBACK TO attempt")
                self._connection.execute("RELEASE attempt")
            raise
        self._connection.execute("RELEASE attempt")


@dataclass(slots=True)
class _Job:
    work: Callable[[Tx], Any]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]
    result: Any = None
    failure: BaseException | None = None


class _WorkFailedError(Exception):
    """One of several jobs raised; which one, a second run with savepoints tells."""


class Store:
    """The database as the rest of the program uses it.

    `on_commit` is called in the event loop with what a commit has to tell, in the order of
    the commits.
    """

    def __init__(
        self, path: Path, *, clock: Clock, on_commit: Callable[[News], None] | None = None
    ) -> None:
        """Open the connections and start the writer."""
        self.clock = clock
        self.on_commit = on_commit
        self.on_jump: Callable[[Tx, int], None] | None = None
        """Called first of all in the commit after the wall clock was set, with by how much, in
        ms: before anything is written at a time by the new clock."""
        self.at_end: Callable[[Tx], None] | None = None
        """Called at the end of every transaction that writes, inside of it: what follows from
        what it has done is done with it, or not at all."""
        self.on_batch: Callable[[int], None] = lambda _: None
        """Called in the writer's thread with how many transactions one commit held."""
        self._apart = self._clocks_apart()
        self._gathered: list[_Job] = []
        self._jobs: queue.SimpleQueue[list[_Job] | None] = queue.SimpleQueue()
        # Known to the writer's thread alone.
        self._waiting: deque[_Job] = deque()
        self._writing = connect(path)
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        for _ in range(READERS):
            self._idle.put(connect(path, read_only=True))
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._writer = threading.Thread(target=self._write_all, name="writer", daemon=True)
        self._writer.start()
        self._closed = False

    @property
    def writes(self) -> bool:
        """Say whether the writer is there, or has been ended in good order."""
        return self._closed or self._writer.is_alive()

    async def write(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in a transaction; return its result once it is synced to disk.

        What `work` raises comes back to the caller, and nothing of it is kept. It may be
        run twice, when a neighbour in the same commit fails: it acts on `tx` alone. Raises
        `StorageUnavailableError` when the database could not take it.
        """
        if self._closed:
            raise StorageUnavailableError("the database is closed")
        loop = asyncio.get_running_loop()
        job = _Job(lambda tx: work(tx, *args, **kwargs), loop, loop.create_future())
        # What is asked for in one turn of the loop goes to the writer together: woken for
        # each, it would commit the first alone and fight the loop for the interpreter.
        if not self._gathered or self._gathered[-1].loop is not loop:
            loop.call_soon(self._hand_over)
        self._gathered.append(job)
        result: T = await job.answer
        return result

    def _hand_over(self) -> None:
        gathered, self._gathered = self._gathered, []
        if gathered:
            self._jobs.put(gathered)

    async def read(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` over one unchanging view of the database; it cannot write.

        Raises `StorageUnavailableError` when the database cannot be read just now.
        """
        if self._closed:
            raise StorageUnavailableError("the database is closed")

        def in_thread() -> T:
            connection = self._idle.get()
            try:
                return _look(
                    connection, lambda: work(Tx(connection, self.clock.now()), *args, **kwargs)
                )
            finally:
                self._idle.put(connection)

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, in_thread)

    async def close(self) -> None:
        """Finish what waits, then close; later calls raise `StorageUnavailableError`."""
        if self._closed:
            return
        self._closed = True
        self._hand_over()
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        self._writing.close()
        for _ in range(READERS):
            self._idle.get_nowait().close()

    # --- the writer thread ---

    def _write_all(self) -> None:
        while group := self._next_group():
            self._answer(group, self._commit(group))
            self.on_batch(len(group))

    def _next_group(self) -> list[_Job]:
        """Wait for a job and take what else waits; an empty list ends the thread."""
        waiting = self._waiting
        if not waiting:
            waiting.extend(self._jobs.get() or ())
        while 0 < len(waiting) < LARGEST_GROUP:
            try:
                more = self._jobs.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._jobs.put(None)
                break
            waiting.extend(more)
        return [waiting.popleft() for _ in range(min(LARGEST_GROUP, len(waiting)))]

    def _commit(self, group: list[_Job]) -> News:
        """Run the jobs and commit them together; return what to tell of it."""
        try:
            try:
                return self._together(group, self._run_bare)
            except _WorkFailedError:
                # A savepoint each tells the one that failed from its neighbours. It costs a
                # flush of the search index, so it is taken only when there is need.
                return self._together(group, self._run_one)
        except BaseException as error:  # noqa: BLE001  # The writer must live, and all be answered.
            _log.error("a commit failed: %s", error)
            for job in group:
                # Even a refusal may rest on what a neighbour did, which is undone now.
                job.failure = StorageUnavailableError(str(error))
            return News()

    def _together(self, group: list[_Job], run: Callable[[sqlite3.Connection, _Job], News]) -> News:
        connection, news = self._writing, News()
        apart = self._clocks_apart()
        try:
            connection.execute("BEGIN IMMEDIATE")
            if self._is_set(apart):
                news.add(self._follow(connection, apart - self._apart))
            for job in group:
                news.add(run(connection, job))
            connection.execute("COMMIT")
        finally:
            _roll_back(connection)
        self._apart = apart
        return news

    def clock_was_set(self) -> bool:
        """Say whether the wall clock was set since the last commit, so that one is due."""
        return self._is_set(self._clocks_apart())

    def _is_set(self, apart: int) -> bool:
        return abs(apart - self._apart) > SLEW

    def _clocks_apart(self) -> int:
        """Return by how much the wall clock is ahead of the one that never jumps, in ms."""
        return self.clock.now() - round(self.clock.monotonic() * 1000)

    def _follow(self, connection: sqlite3.Connection, by: int) -> News:
        """Have what counts time run on as if the wall clock had not been set."""
        _log.warning("the clock was set by %+.1f s", by / 1000)
        tx = Tx(connection, self.clock.now())
        if self.on_jump is not None:
            self.on_jump(tx, by)
        return tx.news

    def _run_bare(self, connection: sqlite3.Connection, job: _Job) -> News:
        """Run one job; raise `_WorkFailedError` when it, not the database, fails."""
        tx = Tx(connection, self.clock.now())
        try:
            self._work(tx, job)
        except BaseException as error:
            if is_passing(error):
                raise
            raise _WorkFailedError from error
        return tx.news

    def _work(self, tx: Tx, job: _Job) -> None:
        job.result = job.work(tx)
        if self.at_end is not None and tx.news.events:
            self.at_end(tx)

    def _run_one(self, connection: sqlite3.Connection, job: _Job) -> News:
        """Run one job inside a savepoint; raise only what dooms the whole commit."""
        tx = Tx(connection, self.clock.now())
        try:
            with tx.attempt():
                self._work(tx, job)
        except BaseException as error:  # It is handed to the caller.
            if is_passing(error) or not connection.in_transaction:
                raise
            job.failure = error
            return News()
        return tx.news

    def _answer(self, group: Iterable[_Job], news: News) -> None:
        for loop in {job.loop for job in group}:
            mine = [job for job in group if job.loop is loop]
            try:
                loop.call_soon_threadsafe(self._settle, mine, news)
            except RuntimeError:
                _log.warning("a commit was answered after its event loop had closed")

    def _settle(self, group: Iterable[_Job], news: News) -> None:
        for job in group:
            if job.answer.done():
                continue
            if job.failure is not None:
                job.answer.set_exception(job.failure)
            else:
                job.answer.set_result(job.result)
        for go_on in news.then:
            go_on()
        if news and self.on_commit is not None:
            self.on_commit(news)


def _look(connection: sqlite3.Connection, work: Callable[[], T]) -> T:
    """Run `work` between BEGIN and ROLLBACK: one view, and nothing left behind."""
    try:
        try:
            connection.execute("BEGIN")
            return work()
        finally:
            _roll_back(connection)
    except sqlite3.Error as error:
        # Plain READONLY is a reader that tried to write: a mistake of ours.
        if is_passing(error) and error.sqlite_errorname != "SQLITE_READONLY":
            raise StorageUnavailableError(str(error)) from error
        raise


def _roll_back(connection: sqlite3.Connection) -> None:
    """End the transaction, which SQLite has ended already after some errors."""
    if not connection.in_transaction:
        return
    try:
        connection.execute("ROLLBACK")
    except sqlite3.Error:
        # The next BEGIN fails on it, comes here again, and nothing is stored until it works.
        _log.exception("a transaction could not be rolled back")


def is_passing(error: BaseException) -> bool:
    """Say whether the database, not the work, is at fault, so that trying later may help."""
    name = getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else ""
    return name.startswith(_PASSING)
