"""Token buckets: how often somebody may ask, in memory that does not grow with the asking."""

import math
from collections import OrderedDict

from bridge.clock import Clock


class Buckets:
    """One bucket for each key, refilled all the time, forgotten when it is full again."""

    def __init__(
        self, clock: Clock, *, per_minute: float, burst: float | None = None, most: int = 20_000
    ) -> None:
        """Let `per_minute` through in the long run and `burst` at once; keep `most` keys."""
        self._clock = clock
        self._rate = per_minute / 60
        self._burst = max(1.0, per_minute if burst is None else burst)
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> int | None:
        """Take one token; return `None`, or the whole seconds after which to ask again."""
        now = self._clock.monotonic()
        tokens = min(self._burst, self._tokens(key, now))
        if tokens < 1:
            return max(1, math.ceil((1 - tokens) / self._rate))
        self._buckets[key] = (tokens - 1, now)
        self._buckets.move_to_end(key)
        self._forget(now)
        return None

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
