"""An event loop whose time a test can move on, and the program's clock by it.

Timers of every library fall due as time is moved on, those of the program and of the model
platforms in the same process alike, so that an hour's outage takes a second.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from bridge.clock import Clock

T = TypeVar("T")

# Whoever does one thing and then the next is at work in between, too (s of the machine's).
_BETWEEN = 0.001
# What takes longer than so many of the machine's seconds is not waited for.
_PATIENCE = 0.5


class PassingLoop(asyncio.SelectorEventLoop):
    """A loop that is `ahead` of the machine's time by so many seconds."""

    ahead = 0.0
    at_work = 0
    worked_at = 0.0

    def time(self) -> float:
        """Return the loop's time in seconds."""
        return super().time() + self.ahead

    def pass_by(self, seconds: float) -> None:
        """Let so much time pass at once; what falls due runs in the loop's next turn."""
        self.ahead += seconds


class PassingClock(Clock):
    """The time of a `PassingLoop`, for the program and for the models."""

    def __init__(self, loop: PassingLoop) -> None:
        """Go by this loop."""
        self._loop = loop

    def now(self) -> int:
        """Return the wall time in ms."""
        return time.time_ns() // 1_000_000 + round(self._loop.ahead * 1000)

    def seconds(self) -> float:
        """Return the wall time in seconds."""
        return self.now() / 1000

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return self._loop.time()


def clock() -> PassingClock:
    """Return the clock of the running loop, which must be a `PassingLoop`."""
    return PassingClock(_loop())


async def pass_by(seconds: float, *, step: float, real: float = 0.003) -> None:
    """Let time pass in steps, with `real` seconds of the machine's after each.

    It passes no faster than what is `held` is done: a server takes its time, and so it would be
    late where a file is not.
    """
    end = _loop().time() + seconds
    while (left := end - _loop().time()) > 0:
        _loop().pass_by(min(step, left))
        await machine_sleep(real)
        await _worked()


async def _worked() -> None:
    loop, end = _loop(), time.monotonic() + _PATIENCE
    while loop.at_work or time.monotonic() < loop.worked_at + _BETWEEN:
        if time.monotonic() > end:
            return
        await machine_sleep(_BETWEEN)


def waited_for(store: Any) -> None:
    """Have time pass no faster than this store stores and reads."""
    store.read, store.write_under = held(store.read), held(store.write_under)


def held(work: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    """Return the same work, which time waits for: it is done by the machine's time."""

    async def done(*given: Any, **named: Any) -> T:
        loop = _loop()
        loop.at_work += 1
        try:
            return await work(*given, **named)
        finally:
            loop.at_work -= 1
            loop.worked_at = time.monotonic()

    return done


async def go_by(step: float) -> None:
    """Let time pass, a step at a time, until cancelled."""
    while True:
        await pass_by(step, step=step)


@contextlib.asynccontextmanager
async def meanwhile(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have all of it done at once until the context ends."""
    tasks = [asyncio.create_task(one) for one in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def machine_sleep(seconds: float) -> None:
    """Sleep by the machine's time, however fast the loop's own goes by."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:  # noqa: ASYNC110  # Time itself is waited for.
        await asyncio.sleep(left)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a loop of its own whose time can be moved on."""
    with asyncio.Runner(loop_factory=PassingLoop) as runner:
        return runner.run(work)


def _loop() -> PassingLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, PassingLoop)
    return loop
