"""Calls go as fast as a network takes them, and whatever happens on their way not one faster."""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.pace import Budget, Pace, Rests
from tests import standing

Delay = Callable[[], float]


class Network:
    """Counts each call at the moment it arrives, and refuses one too many in any span."""

    def __init__(self, out: Delay, back: Delay, overall: Budget, each: Budget | None) -> None:
        """Take calls after `out` seconds, and answer them after `back` more."""
        self.arrived: list[tuple[float, object]] = []
        self.refused = 0
        self._out, self._back = out, back
        self._overall, self._each = overall, each
        self._past: dict[object, deque[float]] = defaultdict(deque)

    async def call(self, to: object) -> None:
        """Carry one call."""
        await asyncio.sleep(self._out())
        now = asyncio.get_running_loop().time()
        lines = [("overall", self._overall)]
        lines += [] if self._each is None or to is None else [(f"to {to}", self._each)]
        self.refused += any(self._is_full(*line, now) for line in lines)
        for name, _ in lines:
            self._past[name].append(now)
        self.arrived.append((now, to))
        await asyncio.sleep(self._back())

    def _is_full(self, name: object, budget: Budget, now: float) -> bool:
        past = self._past[name]
        while past and now - past[0] >= budget.seconds:
            past.popleft()
        return len(past) >= budget.calls

    @property
    def took(self) -> float:
        """Return the seconds from the first to the last."""
        return self.arrived[-1][0] - self.arrived[0][0]


def drain(
    count: int,
    *,
    out: Delay = lambda: 0.0,
    back: Delay = lambda: 0.0,
    overall: Budget,
    each: Budget | None = None,
    chats: int = 1_000_000,
) -> Network:
    """Have so many calls wait at once, to so many chats in turn; return the network."""

    async def all_of_them() -> Network:
        network, pace = Network(out, back, overall, each), Pace(overall, each)

        async def one(to: int) -> None:
            async with pace.turn(to):
                await network.call(to)

        await asyncio.gather(*(one(n % chats) for n in range(count)))
        return network

    return standing.run(all_of_them())


ONE = Budget(1, 1.0)
BUDGETS = {
    "telegram": Budget(30, 1.0),
    "a group of telegram's": Budget(20, 60.0),
    "vk": Budget(20, 1.0),
}


@pytest.mark.parametrize("budget", BUDGETS.values(), ids=BUDGETS)
def test_a_backlog_goes_at_nearly_all_of_the_rate_and_nothing_is_refused(budget: Budget) -> None:
    network = drain(50 * budget.calls, overall=budget)
    assert network.refused == 0
    assert 49 * budget.seconds / network.took >= 0.98


def test_forty_milliseconds_there_and_back_still_leave_95_percent() -> None:
    network = drain(100 * 30, overall=Budget(30, 1.0), out=lambda: 0.02, back=lambda: 0.02)
    assert network.refused == 0
    assert 99 / network.took >= 0.95


@given(
    seed=st.integers(0, 10_000),
    calls=st.integers(1, 8),
    slow=st.sampled_from([0.0, 0.05, 0.9, 3.0]),
    chats=st.integers(1, 20),
)
@settings(max_examples=150, deadline=None)
def test_calls_that_bunch_on_their_way_are_never_too_many(
    seed: int, calls: int, slow: float, chats: int
) -> None:
    chance = random.Random(seed)

    def jitter() -> float:
        return chance.choice([0.0, 0.0, chance.uniform(0, slow), slow])

    network = drain(
        60, out=jitter, back=jitter, overall=Budget(calls, 1.0), each=Budget(1, 1.0), chats=chats
    )
    assert (len(network.arrived), network.refused) == (60, 0)


def test_a_chat_gets_one_a_second_and_others_do_not_wait_for_it() -> None:
    network = drain(40, overall=Budget(30, 1.0), each=Budget(1, 1.0), chats=4)
    at = [now for now, to in network.arrived if to == 1]
    assert [one - at[0] for one in at] == pytest.approx([ONE.kept * n for n in range(10)])
    assert network.took == pytest.approx(9 * ONE.kept, abs=0.05)


def test_calls_begin_a_little_apart_so_that_they_do_not_hold_each_other_up() -> None:
    network = drain(60, overall=Budget(30, 1.0))
    at = [now for now, _ in network.arrived]
    assert min(later - now for now, later in pairwise(at)) >= 0.0049


def test_more_calls_than_the_clock_tells_apart_begin_at_once() -> None:
    network = drain(60, overall=Budget(1_000_000, 1.0))
    assert {now for now, _ in network.arrived} == {network.arrived[0][0]}


def test_what_yields_lets_pass_who_asks_after_it_but_not_for_ever() -> None:
    async def order() -> list[str]:
        pace, went = Pace(Budget(1, 1.0)), list[str]()
        loop = asyncio.get_running_loop()

        async def ask(name: str, at: float, yields: float) -> None:
            await asyncio.sleep(at)
            async with pace.turn(yields=yields):
                went.append(name)

        edit = ask("edit", 0.1, 5.0)
        replies = [ask(f"reply {n}", n * 0.5, 0.0) for n in range(20)]
        begun = loop.time()
        await asyncio.gather(edit, *replies)
        assert loop.time() - begun == pytest.approx(20 * ONE.kept)
        return went

    went = standing.run(order())
    # It asked second, and counts as one who asked at 5.1 seconds.
    assert went.index("edit") == went.index("reply 10") + 1


def test_what_may_be_left_undone_goes_only_while_half_of_the_places_are_free() -> None:
    async def seen() -> list[bool]:
        pace = Pace(Budget(4, 1.0))
        free = [pace.has_room]
        for _ in range(3):
            async with pace.turn():
                free.append(pace.has_room)
        await asyncio.sleep(1.1)
        return [*free, pace.has_room]

    assert standing.run(seen()) == [True, True, True, False, True]


def test_whoever_gives_up_before_the_turn_takes_no_place() -> None:
    async def given_up() -> float:
        pace, loop = Pace(Budget(1, 1.0), Budget(1, 1.0)), asyncio.get_running_loop()
        async with pace.turn("anna"):
            waiting = [asyncio.create_task(pace.take("anna")) for _ in range(5)]
            await asyncio.sleep(0)
        for one in waiting:
            one.cancel()
        begun = loop.time()
        async with pace.turn("anna"):
            return loop.time() - begun

    assert standing.run(given_up()) == pytest.approx(ONE.kept)


class _Fickle(Pace):
    """A pace at which somebody gives up when their turn has come, and before they know."""

    goes_away: asyncio.Task[object] | None = None

    def _go(self, waiter: Any) -> None:
        super()._go(waiter)
        if self.goes_away is not None:
            self.goes_away.cancel()


def test_whoever_gives_up_in_the_moment_of_the_turn_leaves_it_to_the_next() -> None:
    async def given_up() -> float:
        pace, loop = _Fickle(Budget(1, 1.0), Budget(1, 1.0)), asyncio.get_running_loop()
        async with pace.turn("anna"):
            pace.goes_away = asyncio.create_task(pace.take("anna"))
            await asyncio.sleep(0)
        begun = loop.time()
        async with pace.turn("anna"):
            assert pace.goes_away is not None
            assert pace.goes_away.cancelled()
            return loop.time() - begun

    assert standing.run(given_up()) == pytest.approx(ONE.kept, abs=0.01)


def test_nothing_is_remembered_of_chats_whose_time_has_passed() -> None:
    async def remembered() -> int:
        pace = Pace(Budget(30, 1.0), Budget(1, 1.0))
        for chat in range(100):
            async with pace.turn(chat):
                pass
        await asyncio.sleep(2)
        assert pace._each is not None
        return len(pace._each._taken) + len(pace._overall._taken)

    assert standing.run(remembered()) == 0


def test_what_the_network_asked_to_be_left_alone_is_until_the_longest_time_it_said() -> None:
    async def rested() -> list[float]:
        rests, loop = Rests(), asyncio.get_running_loop()
        rests.begin("group", 30.0)
        rests.begin("group", 5.0)
        rests.begin("chat", -1.0)
        left = [rests.left("group"), rests.left("chat"), rests.left("nobody")]
        begun = loop.time()
        await rests.over("group")
        return [*left, loop.time() - begun, rests.left("group")]

    assert standing.run(rested()) == pytest.approx([30.0, 0.0, 0.0, 30.0, 0.0], abs=0.01)


def test_there_is_room_for_as_many_as_would_have_their_turn_at_once() -> None:
    async def room() -> list[int]:
        pace = Pace(Budget(3, 1.0), Budget(2, 1.0))
        found = [pace.room("anna"), pace.room()]
        async with pace.turn("anna"):
            found += [pace.room("anna"), pace.room("ivan"), pace.room()]
        found += [pace.room("anna"), pace.room("ivan")]
        await asyncio.sleep(0.1)
        async with pace.turn("ivan"), pace.turn("ivan"):
            found += [pace.room("anna"), pace.room()]
        await asyncio.sleep(2)
        found.append(pace.room("anna"))
        return found

    assert standing.run(room()) == [2, 3, 1, 2, 2, 1, 2, 0, 0, 2]


def test_who_waits_for_a_turn_leaves_no_room_of_it_to_others() -> None:
    async def room() -> list[int]:
        pace = Pace(Budget(3, 1.0), Budget(1, 1.0))
        async with pace.turn("anna"):
            waits = [asyncio.create_task(pace.take("anna")) for _ in range(2)]
            await asyncio.sleep(0)
            found = [pace.room("anna"), pace.room("ivan"), pace.room()]
            waits.pop().cancel()
            await asyncio.sleep(0)
            found += [pace.room("anna"), pace.room("ivan"), pace.room()]
        await waits[0]
        return found

    assert standing.run(room()) == [0, 0, 0, 0, 1, 1]


def test_a_rest_counts_as_asked_for_until_somebody_has_waited_it_out() -> None:
    async def asked() -> list[bool]:
        rests = Rests()
        found = [rests.asked("group")]
        rests.begin("group", 5.0)
        found.append(rests.asked("group"))
        await rests.over("group")
        return [*found, rests.asked("group")]

    assert standing.run(asked()) == [False, True, False]
