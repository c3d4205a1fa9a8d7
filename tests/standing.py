"""An event loop whose time stands still while anything is done, and leaps when nothing is.

What the program itself takes is no time here, so that a rate is that of the waiting alone:
ten thousand messages at thirty a second are five and a half minutes of the loop's, on a busy
machine as on an idle one.
"""

import asyncio
import heapq
import time
from collections.abc import Coroutine
from typing import Any, TypeVar, cast

from bridge.clock import Clock
from tests.clock import START

T = TypeVar("T")

# Threads and sockets show in so many seconds of the machine's that they are at work; what
# takes longer is taken for waiting, and costs time in the loop.
GRACE = 0.02


class StandingLoop(asyncio.SelectorEventLoop):
    """A loop that goes from timer to timer. `grace`: 0 where nothing but the loop works."""

    def __init__(self, grace: float) -> None:
        """Begin long after zero, as machines do."""
        self._now = 1000.0
        self._grace = grace
        super().__init__()

    def time(self) -> float:
        """Return the loop's time in seconds."""
        return self._now

    def _run_once(self) -> None:
        own = cast("Any", self)
        if not own._ready:
            own._process_events(own._selector.select(self._grace))
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


class StandingClock(Clock):
    """The time of a `StandingLoop`, for the program and for the models."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Go by this loop."""
        self._loop = loop
        self._begun = loop.time()

    def now(self) -> int:
        """Return the wall time in ms."""
        return START + round((self._loop.time() - self._begun) * 1000)

    def seconds(self) -> float:
        """Return the wall time in seconds."""
        return self.now() / 1000

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return self._loop.time()


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
