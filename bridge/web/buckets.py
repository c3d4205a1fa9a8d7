"""Token buckets: how often somebody may ask, in memory that does not grow with the asking.

Where several processes count together, memory is asked first: who has spent all is refused
without asking anybody, and while nobody answers it is all there is.
"""

import math
from collections import OrderedDict

from bridge.clock import Clock
from bridge.redis import SharedBudgets


class Buckets:
    """One bucket for each key, refilled all the time, forgotten when it is full again."""

    def __init__(
        self,
        clock: Clock,
        *,
        per_minute: float,
        burst: float | None = None,
        most: int = 20_000,
        name: str = "",
        shared: SharedBudgets | None = None,
    ) -> None:
        """Let `per_minute` through in the long run and `burst` at once; keep `most` keys.

        `name` is what these are called in `shared`, by which processes count together.
        """
        self._clock = clock
        self._rate = per_minute / 60
        self._burst = max(1.0, per_minute if burst is None else burst)
        self._most = most
        # Other limits in the YAML are other buckets.
        self._name = f"{name}:{per_minute:g}:{self._burst:g}"
        self._shared = shared
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def spend(self, key: str) -> int | None:
        """Do as `take` does, together with the other processes."""
        if self._shared is None:
            return self.take(key)
        known = self._owed(key)
        if (wait := self.take(key)) is not None:
            return wait
        step, most = 1000 / self._rate, 1000 * self._burst / self._rate
        spent = await self._shared.spend(self._name, key, step=step, most=most, known=known)
        if spent is None:
            return None
        # A refused call was counted here alone.
        here = self._owed(key) - (0 if spent.had_room else step)
        self._owes(key, max(here, spent.owed))
        return None if spent.had_room else max(1, math.ceil((spent.owed + step - most) / 1000))

    def take(self, key: str) -> int | None:
        """Take one token; return `None`, or the whole seconds after which to ask again."""
        now = self._clock.monotonic()
        tokens = min(self._burst, self._tokens(key, now))
        if tokens < 1:
            return max(1, math.ceil((1 - tokens) / self._rate))
        self._set(key, tokens - 1, now)
        return None

    def _owed(self, key: str) -> float:
        """Return after how many ms the bucket is full again."""
        missing = self._burst - self._tokens(key, self._clock.monotonic())
        return max(0.0, missing / self._rate * 1000)

    def _owes(self, key: str, owed: float) -> None:
        self._set(key, self._burst - owed / 1000 * self._rate, self._clock.monotonic())

    def _set(self, key: str, tokens: float, now: float) -> None:
        self._buckets[key] = (tokens, now)
        self._buckets.move_to_end(key)
        self._forget(now)

    def _tokens(self, key: str, now: float) -> float:
        tokens, since = self._buckets.get(key, (self._burst, now))
        return tokens + (now - since) * self._rate

    def _forget(self, now: float) -> None:
        """Drop what is full again, oldest first, and past the limit what is oldest."""
        while self._buckets:
            key = next(iter(self._buckets))
            if len(self._buckets) <= self._most and self._tokens(key, now) < self._burst:
                return
            del self._buckets[key]

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._buckets)
