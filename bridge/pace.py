"""Keeping to how much a network takes, rather than being told.

A network counts a call at some moment between its first byte and its answer, and nobody but
the network knows when. So there are as many places as it takes calls in a span of time, and
a call keeps its place until that span has passed since its answer. Then no span of that
length, wherever it begins, has one call too many in it, however calls are held up on their
way and come together: whatever the network counts while we begin a call still has a place.

Calls begin a little apart from each other: those that begin together are answered together,
hold each other up on the way, and would go on doing so at every round.

What it costs is the way there and back: a place carries a call every span and round trip,
so with 30 a second and 40 ms there and back it is 28.7. A limiter that counts when calls
begin would be faster by that, and is refused as soon as a slow call and a quick one meet;
a bucket lets twice as many through in the span after a rest.
"""

import asyncio
import contextlib
from bisect import insort
from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

# For so many seconds a change of what was sent lets messages pass that ask after it.
CHANGES_YIELD = 5.0
# Seconds between the beginnings of two calls, or half of what the rate leaves them.
_APART = 0.005
# What the loop's clock cannot tell apart, it would only ask for again and again.
_TICK = 0.001
# A network's clock is another than ours, and may count in whole milliseconds.
_LONGER = 1.005


@dataclass(frozen=True, slots=True)
class Budget:
    """So many calls in any `seconds`."""

    calls: int
    seconds: float

    @property
    def kept(self) -> float:
        """Return for how many seconds a call counts with us: half a percent longer."""
        return self.seconds * _LONGER


@dataclass(order=True, slots=True)
class _Waiter:
    """Whoever waits for a turn; the one with the smallest `rank` goes first."""

    rank: float
    number: int
    to: Hashable = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)


class Rests:
    """What the network has asked to be left alone, by name, and until when.

    A budget cannot know of it: others spend from it as well, and so did we before a start.
    """

    # Nobody is left alone for longer than this (s), whatever is asked.
    LONGEST = 3600.0

    def __init__(self) -> None:
        """Begin with nothing at rest."""
        self._until: dict[Hashable, float] = {}

    def begin(self, name: Hashable, seconds: float) -> None:
        """Let nobody call for so long; what was asked before holds as well."""
        now = asyncio.get_running_loop().time()
        self._until = {known: until for known, until in self._until.items() if until > now}
        until = now + min(max(0.0, seconds), self.LONGEST)
        self._until[name] = max(until, self._until.get(name, until))

    def asked(self, name: Hashable) -> bool:
        """Say whether it was asked for, unless somebody has waited since; from any thread."""
        return name in self._until

    def left(self, name: Hashable) -> float:
        """Return for how many seconds nobody may call yet."""
        until = self._until.get(name)
        return 0.0 if until is None else max(0.0, until - asyncio.get_running_loop().time())

    async def over(self, name: Hashable) -> None:
        """Return when calls may go again."""
        while (left := self.left(name)) > 0:  # noqa: ASYNC110  # It may have grown meanwhile.
            await asyncio.sleep(left)
        self._until.pop(name, None)


class _Places:
    """The places of one budget, taken by name; without names there is one name for all."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._taken: Counter[Hashable] = Counter()

    def taken(self, name: Hashable = None) -> int:
        return self._taken[name]

    def left(self, name: Hashable = None) -> int:
        return self.budget.calls - self.taken(name)

    def has_one(self, name: Hashable = None) -> bool:
        return self.left(name) > 0

    def take(self, name: Hashable = None) -> None:
        self._taken[name] += 1

    def free(self, name: Hashable = None) -> None:
        self._taken[name] -= 1
        if not self._taken[name]:
            del self._taken[name]


class Pace:
    """Gives calls their turns, for one account and in one process.

    `overall` is what the account may do, `each` what it may do to one recipient.
    """

    def __init__(self, overall: Budget, each: Budget | None = None) -> None:
        """Let as many go at once as the network takes."""
        self._overall = _Places(overall)
        self._each = None if each is None else _Places(each)
        apart = min(_APART, overall.seconds / overall.calls / 2)
        self._apart = apart if apart >= _TICK else 0.0
        self._next = 0.0
        self._coming_back: asyncio.TimerHandle | None = None
        self._waiting: list[_Waiter] = []
        self._numbers = count()

    @property
    def has_room(self) -> bool:
        """Whether at least half of the places are free, those that wait counted.

        What may be left undone goes only then: a message that comes next finds a place.
        """
        return self._overall.taken() + len(self._waiting) <= self._overall.budget.calls // 2

    def room(self, to: Hashable = None) -> int:
        """Return how many turns would be given as soon as they are asked for; from any thread."""
        waiting = list(self._waiting)
        left = self._overall.left() - len(waiting)
        if self._each is not None and to is not None:
            left = min(left, self._each.left(to) - sum(one.to == to for one in waiting))
        return max(0, left)

    @contextlib.asynccontextmanager
    async def turn(self, to: Hashable = None, *, yields: float = 0.0) -> AsyncIterator[None]:
        """Enter when it is the caller's turn, and leave when the call was answered; see `take`."""
        answered = await self.take(to, yields=yields)
        try:
            yield
        finally:
            answered()

    async def take(self, to: Hashable = None, *, yields: float = 0.0) -> Callable[[], None]:
        """Return when it is the caller's turn; what is returned is called at the answer.

        Whoever asks first goes first, but lets those pass who ask within the next `yields`
        seconds. Without `to` it is a call to nobody.
        """
        loop = asyncio.get_running_loop()
        waiter = _Waiter(loop.time() + yields, next(self._numbers), to, loop.create_future())
        insort(self._waiting, waiter)
        self._let_go()
        try:
            await waiter.turn
        except asyncio.CancelledError:
            self._withdraw(waiter)
            raise
        return partial(self._answered, to)

    def give_back(self, to: Hashable = None) -> None:
        """Take back a turn that no call was made in, in place of its answer."""
        self._free(self._overall, None)
        if self._each is not None and to is not None:
            self._free(self._each, to)

    def _let_go(self) -> None:
        """Give everybody a turn who may have one; nobody waits for another's recipient."""
        for waiter in list(self._waiting):
            if not self._may_begin():
                return
            if waiter.turn.cancelled():
                # It will withdraw when it runs.
                continue
            if self._each is None or waiter.to is None:
                self._go(waiter)
            elif self._each.has_one(waiter.to):
                self._each.take(waiter.to)
                self._go(waiter)

    def _may_begin(self) -> bool:
        """Say whether a call may begin now; where only a moment is missing, come back then."""
        if not self._overall.has_one():
            return False
        loop = asyncio.get_running_loop()
        if loop.time() >= self._next:
            return True
        if self._coming_back is None:
            self._coming_back = loop.call_at(self._next, self._come_back)
        return False

    def _come_back(self) -> None:
        self._coming_back = None
        self._let_go()

    def _go(self, waiter: _Waiter) -> None:
        self._waiting.remove(waiter)
        self._next = asyncio.get_running_loop().time() + self._apart
        self._overall.take()
        waiter.turn.set_result(None)

    def _withdraw(self, waiter: _Waiter) -> None:
        """Forget a waiter who was cancelled; one whose turn it was has not begun."""
        if waiter in self._waiting:
            self._waiting.remove(waiter)
            return
        self.give_back(waiter.to)

    def _answered(self, to: Hashable) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(self._overall.budget.kept, self._free, self._overall, None)
        if self._each is not None and to is not None:
            loop.call_later(self._each.budget.kept, self._free, self._each, to)

    def _free(self, places: _Places, name: Hashable) -> None:
        places.free(name)
        self._let_go()
