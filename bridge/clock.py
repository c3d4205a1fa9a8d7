"""The time, in one place, so that a test can hold it still or move it."""

import time
from datetime import timedelta

# The two clocks of a machine drift apart by less between two looks, in ms: more, and one was set.
SLEW = 1_000
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

    @property
    def is_in_doubt(self) -> bool:
        """Say whether the wall time is to be asked for anew before anything goes by it."""
        return False


class CommonClock(Clock):
    """The wall time of a server, which several machines have in common.

    Between two looks at it goes by what passes here; when the machine's own clock is set it
    does not follow, but is to be looked at again.
    """

    def __init__(self, own: Clock) -> None:
        """Go by `own`, the machine's, until the first look."""
        self._own = own
        # By how much the server's wall time is ahead of the time that never jumps, in ms.
        self._ahead: float | None = None
        self._apart = self._own_apart()

    def now(self) -> int:
        """Return the server's wall time."""
        ahead = self._ahead
        return self._own.now() if ahead is None else round(self._ms() + ahead)

    def monotonic(self) -> float:
        """Return the seconds of this machine that never jump."""
        return self._own.monotonic()

    def learn(self, theirs: int, *, asked: float, answered: float) -> None:
        """Take what the server's clock showed between two times of ours that never jump.

        What was known is changed no further than is proven, so that time does not tremble.
        """
        least, most = theirs - 1 - answered * 1000, theirs + 1 - asked * 1000
        known = (least + most) / 2 if self._ahead is None else self._ahead
        self._ahead, self._apart = min(max(known, least), most), self._own_apart()

    @property
    def is_in_doubt(self) -> bool:
        """Say whether the machine's clock was set: it may be the server's, or have slept."""
        return abs(self._own_apart() - self._apart) > SLEW

    def _own_apart(self) -> float:
        return self._own.now() - self._ms()

    def _ms(self) -> float:
        return self._own.monotonic() * 1000


def ms(length: timedelta) -> int:
    """Return a length of time as rows have it, in whole milliseconds."""
    return round(length.total_seconds() * 1000)
