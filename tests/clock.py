"""A clock that a test moves by hand."""

from bridge.clock import Clock

# A Saturday noon in 2026, so that a time in a failure message is readable.
START = 1_793_448_000_000


class ManualClock(Clock):
    """Stands still until `tick`; wall and monotonic time move together."""

    def __init__(self, now: int = START) -> None:
        """Start at `now`, in ms."""
        self._now = now
        self._monotonic = 1000.0

    def tick(self, seconds: float) -> None:
        """Let time pass."""
        self._now += round(seconds * 1000)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock, as an administrator or a leap of NTP does; no time passes."""
        self._now += round(seconds * 1000)

    def now(self) -> int:
        """Return the wall time in ms."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return self._monotonic
