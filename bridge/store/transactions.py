"""Running transactions: plain functions over a `Tx`, all writes through one thread.

A transaction is a synchronous function whose first argument is a `Tx`. One thread runs all
that write, and puts what waits into one commit; one that fails does so alone, and each
caller is answered after the sync. STACK.md has the figures: a shared commit is worth ten
single ones. On PostgreSQL it is the same (docs/decisions/0027): whoever writes, in whichever
process, has its turn for the length of a transaction.
"""

import asyncio
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

from bridge import tracing
from bridge.channel import StorageUnavailableError
from bridge.clock import SLEW, Clock
from bridge.db import Place
from bridge.store.doubt import LOOK_EVERY, Doubt
from bridge.store.holding import Claim
from bridge.store.jobs import Job, asked_by, asks_of, work_of
from bridge.store.line import Line, opened
from bridge.store.passing import is_passing
from bridge.store.processes import now_of
from bridge.store.tx import Asked, Asking, Asks, News, Tx

__all__ = ["Asking", "News", "Store", "Tx", "is_passing"]

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)

# More in one commit would make the first caller wait for the last one's work.
LARGEST_GROUP = 64
READERS = 3
# How often a group is run that met another program's transaction.
MOST_TRIES = 5


class _WorkFailedError(Exception):
    """One of several jobs raised; which one, a second run with savepoints tells."""


class Store:
    """The database as the rest of the program uses it.

    `on_commit` is called in the event loop with what a commit has to tell, in the order of
    the commits.
    """

    def __init__(
        self,
        place: Place,
        *,
        clock: Clock,
        on_commit: Callable[[News], None] | None = None,
        known_as: int | None = None,
    ) -> None:
        """Open the connections and start the writer.

        `known_as` is the number by which a server knows that this process of the program
        lives. Raises `DatabaseError`.
        """
        self.place = place
        self.clock = clock
        self.on_commit = on_commit
        self.on_jump: Callable[[Tx, int], None] | None = None
        """Called first of all in the commit after the wall clock was set, with by how much, in
        ms: before anything is written at a time by the new clock."""
        self.at_end: Callable[[Tx], None] | None = None
        """Called at the end of every transaction that writes, inside of it: what follows from
        what it has done is done with it, or not at all."""
        self.before_commit: Callable[[Tx, News], None] | None = None
        """Called before a commit that has something to tell, inside of it: whoever is told
        there hears of it if it is kept."""
        self.on_batch: Callable[[int], None] = lambda _: None
        """Called in the writer's thread with how many transactions one commit held."""
        self._apart = self._clocks_apart()
        self._gathered: list[Job] = []
        self._jobs: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        # Known to the writer's thread alone.
        self._waiting: deque[Job] = deque()
        self._doubt = Doubt()
        self._told: asyncio.AbstractEventLoop | None = None
        self._proven: set[Claim] = set()
        self._writing = opened(place, known_as=known_as)
        self._idle: queue.SimpleQueue[Line] = queue.SimpleQueue()
        for _ in range(READERS):
            self._idle.put(opened(place, read_only=True))
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
        return await self.write_under(None, work, *args, **kwargs)

    async def write_under(
        self,
        claim: Claim | None,
        work: Callable[Concatenate[Tx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Do as `write`, but only where a lease is held as claimed; raises `LostLeaseError`."""
        if self._closed:
            raise StorageUnavailableError("the database is closed")
        if tracing.is_on():
            return await self._traced(claim, work, *args, **kwargs)
        return await self._written(claim, lambda tx: work(tx, *args, **kwargs), asks_of(work))

    async def _traced(
        self,
        claim: Claim | None,
        work: Callable[Concatenate[Tx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Write inside of a span, and have the messages of it go on in this trace."""
        added: list[int] = []

        def watched(tx: Tx) -> T:
            known = len(tx.news.events)
            result = work(tx, *args, **kwargs)
            added[:] = [one.message_id for one in tx.news.events[known:] if one.message_id]
            return result

        named = work_of(work)
        name = getattr(named, "__qualname__", type(named).__name__)
        with tracing.span("transaction", {"work": name}, inside=True):
            result = await self._written(claim, watched, asks_of(work))
        tracing.carry(added)
        return result

    async def _written(self, claim: Claim | None, work: Callable[[Tx], T], asks: Asks) -> T:
        loop = asyncio.get_running_loop()
        job = Job(work, loop, loop.create_future(), claim, asks)
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
            line = self._idle.get()
            try:
                return _look(line, lambda: work(line.tx(self.clock.now()), *args, **kwargs))
            finally:
                self._idle.put(line)

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, in_thread)

    def stands(self) -> bool:
        """Say whether what is done by this is still ours to do: asked before a first byte goes."""
        return True

    def asked_if_ours(self) -> Sequence[Asked]:
        """Return what `is_ours_in` asks."""
        return ()

    def is_ours_in(self, tx: Tx) -> bool:  # noqa: ARG002  # A lease asks it.
        """Say whether what is done by this is ours to do until a transaction that writes ends."""
        return True

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
        while (group := self._next_group()) is not None:
            self._answer(group, self._commit(group))
            if group:
                self.on_batch(len(group))

    def _next_group(self) -> list[Job] | None:
        """Wait for a job and take what else waits; `None` ends the thread."""
        waiting = self._waiting
        if not waiting:
            try:
                first = self._jobs.get(timeout=LOOK_EVERY if self._doubt else None)
            except queue.Empty:
                return []
            if first is None:
                return None
            waiting.extend(first)
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

    def _commit(self, group: list[Job]) -> News:
        """Run the jobs and commit them together; return what to tell of it."""
        try:
            return self._tried(group)
        except BaseException as error:  # noqa: BLE001  # The writer must live, and all be answered.
            _log.error("a commit failed: %s", error)
            for job in group:
                # Even a refusal may rest on what a neighbour did, which is undone now.
                job.failure = StorageUnavailableError(str(error))
            return News()

    def _tried(self, group: list[Job]) -> News:
        run = self._run_bare
        for tries in range(1, MOST_TRIES + 1):
            try:
                return self._together(group, run)
            except _WorkFailedError:
                # A savepoint each tells the one that failed from its neighbours. It costs a
                # flush of the search index, so it is taken only when there is need.
                run = self._run_one
            except Exception as error:
                if tries == MOST_TRIES:
                    raise
                if not is_passing(error) and run == self._run_bare:
                    # Only the commit has told that one of them failed.
                    run = self._run_one
                elif not self._writing.is_to_be_repeated(error):
                    raise
        return self._together(group, run)

    def _together(self, group: list[Job], run: Callable[[Job], News]) -> News:
        news = News()
        try:
            self._proven.clear()
            bare = run == self._run_bare
            self._writing.begin(asked_by(group) if bare else ())
            if self.clock.is_in_doubt:
                now_of(self._writing.tx(self.clock.now()), self.clock)
            apart = self._clocks_apart()
            news.add(self._doubt.learned(self._writing.tx(self.clock.now())))
            if self._is_set(apart):
                news.add(self._follow(apart - self._apart))
            for job in group:
                news.add(run(job))
            news.add(self._last_of(news))
            if news and self.before_commit is not None:
                self.before_commit(self._writing.tx(self.clock.now()), news)
            self._doubt.begin(news)
            self._writing.commit()
            self._doubt.end()
        finally:
            self._writing.roll_back()
        self._apart = apart
        return news

    def _last_of(self, news: News) -> News:
        """Do what was left to the end, each work once; return what it has to tell."""
        tx, left = self._writing.tx(self.clock.now()), dict[Any, list[Any]]()
        for work, given in news.last:
            left.setdefault(work, []).append(given)
        for work, every in left.items():
            work(tx, every)
        return tx.news

    def clock_was_set(self) -> bool:
        """Say whether the wall clock was set since the last commit, so that one is due."""
        return self.clock.is_in_doubt or self._is_set(self._clocks_apart())

    def _is_set(self, apart: int) -> bool:
        return abs(apart - self._apart) > SLEW

    def _clocks_apart(self) -> int:
        """Return by how much the wall clock is ahead of the one that never jumps, in ms."""
        return self.clock.now() - round(self.clock.monotonic() * 1000)

    def _follow(self, by: int) -> News:
        """Have what counts time run on as if the wall clock had not been set."""
        _log.warning("the clock was set by %+.1f s", by / 1000)
        tx = self._writing.tx(self.clock.now())
        if self.on_jump is not None:
            self.on_jump(tx, by)
        return tx.news

    def _run_bare(self, job: Job) -> News:
        """Run one job; raise `_WorkFailedError` when it, not the database, fails."""
        tx = self._writing.tx(self.clock.now())
        try:
            self._work(tx, job)
        except BaseException as error:
            if is_passing(error):
                raise
            raise _WorkFailedError from error
        return tx.news

    def _work(self, tx: Tx, job: Job) -> None:
        if job.claim is not None and job.claim not in self._proven:
            # Once for all of a commit: nobody else can take the lease before its end.
            job.claim.prove(tx)
            self._proven.add(job.claim)
        job.result = job.work(tx)
        if self.at_end is not None and tx.news.events:
            self.at_end(tx)

    def _run_one(self, job: Job) -> News:
        """Run one job inside a savepoint; raise only what dooms the whole commit."""
        tx = self._writing.tx(self.clock.now())
        try:
            with tx.attempt():
                self._work(tx, job)
        except BaseException as error:  # It is handed to the caller.
            if is_passing(error) or not self._writing.in_transaction:
                raise
            job.failure = error
            return News()
        return tx.news

    def _answer(self, group: Iterable[Job], news: News) -> None:
        loops = {job.loop for job in group}
        if not loops and self._told is not None:
            # Nobody has asked for what came of a commit in doubt.
            loops.add(self._told)
        for loop in loops:
            self._told = loop
            mine = [job for job in group if job.loop is loop]
            try:
                loop.call_soon_threadsafe(self._settle, mine, news)
            except RuntimeError:
                _log.warning("a commit was answered after its event loop had closed")

    def _settle(self, group: Iterable[Job], news: News) -> None:
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


def _look(line: Line, work: Callable[[], T]) -> T:
    """Run `work` in a transaction that is rolled back: one view, and nothing left behind."""
    try:
        try:
            line.begin()
            return work()
        finally:
            line.roll_back()
    except Exception as error:
        if line.is_away(error):
            raise StorageUnavailableError(str(error)) from error
        raise
