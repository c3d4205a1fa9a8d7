"""The levels of one inbox's buckets: in memory, since a message within limits is to cost nothing.

What a restart forgets is how full they were, never who is in a flood: that is a row
(`flooding.py`). Where several processes take in the messages of one inbox, each counts what it
took; the row one of them writes holds for all. Where they have a Redis they tell each other
what they took, once it is stored: a message waits for nobody.
"""

from collections import Counter, OrderedDict
from functools import partial

from bridge.clock import Clock
from bridge.redis import SharedBudgets
from routing.flood import Bucket, FloodLimits, Level, Why, calm_in, counts_for, poured

# So many buckets are remembered; what is forgotten is what was written to least lately.
MOST = 100_000
_Key = tuple[Why, object, Bucket]


class Flow:
    """The buckets of one inbox."""

    def __init__(
        self,
        clock: Clock,
        *,
        most: int = MOST,
        inbox_id: str = "",
        shared: SharedBudgets | None = None,
    ) -> None:
        """Begin with all of them full; `shared` is where processes count together."""
        self._inbox_id = inbox_id
        self._shared = shared
        self._clock = clock
        self._most = most
        self._full_at: OrderedDict[_Key, float] = OrderedDict()
        # Until when, by the same clock, more people write than their limit together lets through.
        self._crowded_until = 0.0

    @property
    def is_shared(self) -> bool:
        """Say whether there are other processes that count with this one."""
        return self._shared is not None

    def is_crowded(self) -> bool:
        """Say whether the inbox, or an address that writes to it, is in a flood."""
        return self.now() < self._crowded_until

    def crowded(self, lasts: float) -> None:
        """Take note that it is, for so many ms at least."""
        self._crowded_until = max(self._crowded_until, self.now() + lasts)

    def now(self) -> float:
        """Return the time that levels are of: that which passes, whatever the wall says."""
        return self._clock.monotonic() * 1000

    def pour(self, key: _Key, now: float) -> Level:
        """Have one more message in a bucket; return how it is then."""
        level = poured(self._full_at.get(key, now), key[2], now)
        self._keep(key, level.full_at)
        return level

    def calm_in(self, key: _Key, now: float) -> float:
        """Return after how many ms of silence a quarter of a bucket is free."""
        return calm_in(self._full_at.get(key, now), key[2], now)

    def _keep(self, key: _Key, full_at: float) -> None:
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)

    def give_back(self, key: _Key) -> None:
        """Take one message out again."""
        if key in self._full_at:
            self._full_at[key] -= key[2].step

    def share(self, key: _Key, messages: int) -> None:
        """Tell the other processes of so many messages, and learn what they have counted."""
        if self._shared is None:
            return
        why, whose, bucket = key
        add = messages * bucket.step
        self._shared.pour(
            f"flood:{self._inbox_id}:{why}:{bucket.most}:{bucket.per}",
            str(whose),
            add=min(add, bucket.per),
            most=bucket.per,
            known=max(0.0, self._full_at.get(key, 0.0) - self.now() - add),
            told=partial(self._owes, key),
        )

    def _owes(self, key: _Key, owed: float) -> None:
        """Keep how a bucket is with all that others have counted in it."""
        full_at = self.now() + owed
        if full_at > self._full_at.get(key, 0.0):
            self._keep(key, full_at)

    def __len__(self) -> int:
        """Return how many buckets are remembered."""
        return len(self._full_at)


class Pour:
    """What one transaction counts, so that what it does not store after all counts for nothing."""

    def __init__(self, flow: Flow) -> None:
        """Count into these buckets."""
        self._flow = flow
        self._counted: list[tuple[_Key, ...]] = []

    def count(
        self, limits: FloodLimits, sender: int, address: str | None, *, answered: bool
    ) -> Why | None:
        """Count one message, and say whose bucket was empty for it, if any was.

        `answered`: an agent has answered its sender, or has taken them.
        """
        now, why = self._flow.now(), None
        keys = tuple(limits.on(sender, address))
        for key in keys:
            full_at, was_empty = self._flow.pour(key, now)
            if not was_empty:
                continue
            if key[0] != "sender":
                self._flow.crowded(calm_in(full_at, key[2], now))
            if why is None and counts_for(key[0], answered=answered):
                why = key[0]
        self._counted.append(keys)
        return why

    def calm_in(self, *, answered: bool) -> int:
        """Return after how many ms of silence what was counted last is in no flood.

        To be asked right after `count`.
        """
        now, last = self._flow.now(), self._counted[-1]
        counting = [key for key in last if counts_for(key[0], answered=answered)]
        return round(max((self._flow.calm_in(key, now) for key in counting), default=0.0))

    def stored(self) -> None:
        """Tell the other processes: all of it was stored."""
        if not self._flow.is_shared:
            return
        for key, messages in Counter(key for keys in self._counted for key in keys).items():
            self._flow.share(key, messages)

    def undo(self) -> None:
        """Take back the message counted last."""
        for key in self._counted.pop() if self._counted else ():
            self._flow.give_back(key)

    def undo_all(self) -> None:
        """Take back everything: nothing of it was stored."""
        while self._counted:
            self.undo()
