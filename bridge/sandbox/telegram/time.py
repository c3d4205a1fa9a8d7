"""The time a model platform goes by; a test may put its own in its place."""

import asyncio
import time
from typing import Protocol


class Time(Protocol):
    """Tells the time, and lets it pass."""

    def now(self) -> float:
        """Return the seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when so much time has passed."""
        ...


class RealTime:
    """The machine's own."""

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Sleep."""
        await asyncio.sleep(seconds)
