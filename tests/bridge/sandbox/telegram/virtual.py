"""Time that passes only when a test says so, and then at once."""

import asyncio
import heapq
from collections.abc import Callable

# A Saturday noon in 2026.
START = 1_793_448_000.0


class VirtualTime:
    """A model's time. Whoever sleeps in it is woken in the order of their times."""

    def __init__(self, now: float = START) -> None:
        """Start at `now`, in seconds."""
        self._now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Sleep until a test has let so much time pass."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        self._count += 1
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, self._count, waking))
        await waking

    @property
    def next_waking(self) -> float | None:
        """Return when somebody wakes up next."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    async def pass_by(self, seconds: float, settled: Callable[[], bool]) -> None:
        """Let time pass, waking each sleeper in turn and waiting until all is `settled`."""
        end = self._now + seconds
        await _until(settled)
        while (waking := self.next_waking) is not None and waking <= end:
            self._now = waking
            heapq.heappop(self._sleepers)[2].set_result(None)
            await _until(settled)
        self._now = end


async def _until(settled: Callable[[], bool]) -> None:
    """Wait until all is settled, and stays so for a few turns of the loop.

    What has just been woken, or answered, needs them to show that it is busy again.
    """
    async with asyncio.timeout(60):
        turns = 0
        while turns < 5:
            turns = turns + 1 if settled() else 0
            await asyncio.sleep(0 if turns else 0.001)
