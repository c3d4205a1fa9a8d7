"""An event loop whose time stands still while anything is done, and leaps when nothing is.

What the program itself takes is no time here, so that a rate is that of the waiting alone:
ten thousand messages at thirty a second are five and a half minutes of the loop's, on a busy
machine as on an idle one.
"""

import asyncio
import contextlib
import heapq
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from tests.clock import START
from tests.passing import PassingClock

T = TypeVar("T")

# Sockets of this process show at once that there is something to read.
GRACE = 0.001
# A thread that is known to be at work is waited for so many seconds of the machine's.
_PATIENCE = 60.0


class StandingLoop(asyncio.SelectorEventLoop):
    """A loop that goes from timer to timer.

    Sockets and threads show within `grace` seconds of the machine's that they are at work;
    what takes longer is taken for waiting. 0 where there are none. While threads are `at_work`
    time stands in any case.
    """

    def __init__(self, grace: float) -> None:
        """Begin long after zero, as machines do."""
        self._now = 1000.0
        self._grace = grace
        self.at_work = 0
        super().__init__()

    def time(self) -> float:
        """Return the loop's time in seconds."""
        return self._now

    def run_in_executor(  # type: ignore[override]  # It is only handed on.
        self, executor: Any, func: Any, *args: Any
    ) -> asyncio.Future[Any]:
        """Run something in a thread, for which time stands."""
        future = super().run_in_executor(executor, func, *args)
        self.at_work += 1
        future.add_done_callback(self._has_worked)
        return future

    def _has_worked(self, _: object) -> None:
        self.at_work -= 1

    def _run_once(self) -> None:
        own = cast("Any", self)
        if not own._ready:
            patience = _PATIENCE if self.at_work else self._grace
            own._process_events(own._selector.select(patience))
        if not own._ready:
            self._leap(own._scheduled)
        cast("Any", super())._run_once()

    def _leap(self, timers: list[Any]) -> None:
        """Go to the next timer that anybody still waits for."""
        while timers and timers[0]._cancelled:
            heapq.heappop(timers)._scheduled = False
            cast("Any", self)._timer_cancelled_count -= 1
        if timers:
            self._now = max(self._now, timers[0]._when)


class StandingClock(PassingClock):
    """The time of a `StandingLoop`, for the program and for the models."""

    def __init__(self) -> None:
        """Go by the running loop."""
        self._loop = cast("Any", asyncio.get_running_loop())
        self._begun = self._loop.time()

    def now(self) -> int:
        """Return the wall time in ms."""
        return START + round((self._loop.time() - self._begun) * 1000)


@contextlib.contextmanager
def at_work() -> Iterator[None]:
    """Have time stand for as long as the context lasts, if the running loop is such a loop."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, StandingLoop):
        yield
        return
    loop.at_work += 1
    try:
        yield
    finally:
        loop.at_work -= 1


def held(work: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    """Return the same work, for which time stands: it is done where no loop sees it."""

    async def done(*given: Any, **named: Any) -> T:
        with at_work():
            return await work(*given, **named)

    return done


def watched(submit: Callable[..., Future[T]]) -> Callable[..., Future[T]]:
    """Return what hands work to a thread, and has time stand until its end is known in the loop.

    A thread may lose the processor between two of those it tells, so they are told by the loop.
    """

    def handed_over(*given: Any) -> Future[T]:
        loop = asyncio.get_running_loop()
        told: Future[T] = Future()
        with_loop = contextlib.ExitStack()
        with_loop.enter_context(at_work())

        def tell(worked: Future[T]) -> None:
            with with_loop:
                if told.set_running_or_notify_cancel():
                    _hand_on(worked, told)

        submit(*given).add_done_callback(lambda worked: loop.call_soon_threadsafe(tell, worked))
        return told

    return handed_over


def _hand_on(worked: Future[T], told: Future[T]) -> None:
    try:
        told.set_result(worked.result())
    except Exception as error:  # noqa: BLE001  # It is whoever waits who meets it.
        told.set_exception(error)


def run(work: Coroutine[Any, Any, T], *, grace: float = 0.0, within: float = 30.0) -> T:
    """Run a coroutine in such a loop, for at most so many seconds of the machine's."""
    with asyncio.Runner(loop_factory=lambda: StandingLoop(grace)) as runner:
        return runner.run(_until(work, time.monotonic() + within))


async def _until(work: Coroutine[Any, Any, T], end: float) -> T:
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda _: None)
    loop = asyncio.get_running_loop()

    def watch() -> None:
        if time.monotonic() > end:
            task.cancel("it took too long")
        elif not task.done():
            loop.call_later(5.0, watch)

    watch()
    return await task
