"""The time, in one place, so that a test can hold it still or move it."""

import time

# Longer than anything is kept, in ms.
FOR_EVER = 36_500 * 86_400_000


class Clock:
    """The machine's time.

    Wall time counts across restarts and is what rows store; monotonic time counts while
    a process runs and never jumps (DESIGN.md, Walks, Timers).
    """

    def now(self) -> int:
        """Return the wall time in whole milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Return seconds of a clock that only goes forward."""
        return time.monotonic()
