"""A timer fires once, never early, whatever becomes of the process or the clock."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.db import Place
from bridge.store import deliveries as t
from bridge.store.transactions import News, Tx
from routing import conversations, ending, timers
from routing.policy import BLOCK_ENDS, CLOSE_INACTIVE, Policy, close_due, starts_anew
from routing.timers import Timers, fire
from routing.timing import TIMERS_TOPIC
from tests.clock import ManualClock
from tests.databases import until
from tests.routing.world import World, living

QUARTER = 15 * 60.0


@contextlib.asynccontextmanager
async def ticking(world: World) -> AsyncIterator[Timers]:
    """Run the loop for as long as the context lasts."""
    loop = Timers(world.store, world.desk)
    task = asyncio.create_task(loop.run())
    try:
        yield loop
    finally:
        task.cancel()
        await asyncio.wait([task])


async def looked(world: World, loop: Timers) -> None:
    """Have the loop look at the clock, and give it time to do what there is to do."""
    for _ in range(4):
        loop.wake()
        await asyncio.sleep(0.01)
        await world.store.write(lambda _tx: None)


async def answered(world: World, customer: str = "olena") -> int:
    here = await world.begun(customer)
    await world.replies("anna", here)
    return here


async def state(world: World, conversation_id: int) -> str:
    return (await world.conversation(conversation_id)).state


async def test_j04_d46_a_quarter_of_an_hour_of_the_customers_silence_closes_it(
    world: World,
) -> None:
    here = await answered(world)
    async with ticking(world) as loop:
        world.clock.tick(QUARTER - 0.001)
        await looked(world, loop)
        assert await state(world, here) == "open"
        world.clock.tick(0.001)
        await looked(world, loop)
        assert await state(world, here) == "closed"
    conversation = await world.conversation(here)
    assert conversation.closed_by == "inactivity"
    assert (await world.activities(here))[-1] == {"verb": "closed", "reason": "inactivity"}
    assert await world.timers() == []


async def test_it_counts_from_the_last_word_of_ours(world: World) -> None:
    here = await answered(world)
    async with ticking(world) as loop:
        world.clock.tick(QUARTER - 1)
        await world.replies("anna", here)
        world.clock.tick(QUARTER - 1)
        await looked(world, loop)
        assert await state(world, here) == "open"
        world.clock.tick(1)
        await looked(world, loop)
        assert await state(world, here) == "closed"


async def test_a_customer_who_waits_for_an_answer_is_not_closed(world: World) -> None:
    unanswered = await world.begun("tom")
    here = await answered(world)
    world.clock.tick(60)
    await world.says("olena")
    assert CLOSE_INACTIVE not in {one.kind for one in await world.timers()}
    async with ticking(world) as loop:
        world.clock.tick(100 * QUARTER)
        await looked(world, loop)
    assert [await state(world, one) for one in (here, unanswered)] == ["open", "open"]


async def test_even_a_timer_left_by_mistake_closes_nothing_while_the_customer_waits(
    world: World,
) -> None:
    here = await world.begun()
    subject = f"conversation:{here}"
    await world.store.write(
        lambda tx: tx.run(t.SET_TIMER, subject=subject, kind=CLOSE_INACTIVE, due_at=tx.now)
    )
    [timer] = await world.timers()
    await world.store.write(fire, world.desk, timer)
    assert await state(world, here) == "open"


async def test_a_note_does_not_put_it_off(world: World) -> None:
    here = await answered(world)
    async with ticking(world) as loop:
        world.clock.tick(QUARTER - 1)
        await world.notes("anna", here)
        world.clock.tick(1)
        await looked(world, loop)
        assert await state(world, here) == "closed"


async def test_closing_by_hand_leaves_no_timer_behind(world: World) -> None:
    here = await answered(world)
    await world.closes("anna", here)
    assert await world.timers() == []


async def test_reopened_by_an_agent_it_counts_again(world: World) -> None:
    here = await answered(world)
    await world.closes("anna", here)
    world.clock.tick(3600)
    await world.does(conversations.reopen, here, world.desk.policy, by="anna")
    [timer] = await world.timers()
    assert timer.due_at == world.clock.now() + QUARTER * 1000


async def test_j32_switched_off_nothing_is_ever_closed(world: World) -> None:
    world.under(close_inactive=None)
    await answered(world)
    assert await world.timers() == []


async def test_j32_the_time_is_a_setting(world: World) -> None:
    world.under(close_inactive=30 * 60_000)
    await answered(world)
    [timer] = await world.timers()
    assert timer.due_at == world.clock.now() + 30 * 60_000


async def test_a_timer_of_another_process_fires_after_a_restart_once(
    database: Place, clock: ManualClock
) -> None:
    async with living(database, clock) as world:
        here = await answered(world)
    clock.tick(100 * QUARTER)
    async with living(database, clock) as world:
        async with ticking(world) as loop:
            await looked(world, loop)
            assert await state(world, here) == "closed"
        await world.says("olena", external_id="after the restart")
        async with ticking(world) as loop:
            await looked(world, loop)
        assert await world.verbs(here) == ["opened", "taken", "closed", "reopened"]


async def test_a_thousand_timers_due_at_once_fire_once_each(world: World) -> None:
    def many(tx: Tx) -> None:
        for n in range(1000):
            tx.run(t.SET_TIMER, subject=f"conversation:{n}", kind="counted", due_at=tx.now + n % 7)

    fired: list[int] = []
    with pytest.MonkeyPatch.context() as patched:
        counting = {"counted": lambda _tx, _desk, number: fired.append(number)}
        patched.setattr(timers, "ACTIONS", counting)
        await world.store.write(many)
        async with ticking(world) as loop:
            world.clock.tick(1)
            loop.wake()
            await until(lambda: len(fired) == 1000, seconds=30)
            await looked(world, loop)
    assert sorted(fired) == list(range(1000))


async def test_one_picked_up_and_outrun_by_a_change_does_nothing(world: World) -> None:
    here = await answered(world)
    [picked] = await world.timers()
    world.clock.tick(QUARTER)
    await world.replies("anna", here)
    assert not await world.store.write(fire, world.desk, picked)
    assert await state(world, here) == "open"
    assert len(await world.timers()) == 1


async def test_one_that_was_cleared_and_set_anew_is_another(world: World) -> None:
    here = await answered(world)
    [picked] = await world.timers()
    world.clock.tick(QUARTER)
    await world.says("olena")
    await world.replies("anna", here)
    assert not await world.store.write(fire, world.desk, picked)
    assert await state(world, here) == "open"


async def test_of_two_who_pick_one_up_only_one_fires_it(world: World) -> None:
    await answered(world)
    [picked] = await world.timers()
    world.clock.tick(QUARTER)
    both = await asyncio.gather(*(world.store.write(fire, world.desk, picked) for _ in range(2)))
    assert sorted(both) == [False, True]


async def test_an_earlier_timer_wakes_the_loop(world: World) -> None:
    async with ticking(world) as loop:
        await looked(world, loop)
        told: list[News] = []
        world.store.on_commit = told.append
        await answered(world)
        await asyncio.sleep(0)
        assert any(TIMERS_TOPIC in news.topics for news in told)


async def test_one_that_cannot_be_fired_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, good = await answered(world, "broken"), await answered(world, "good")

    def explode(tx: Tx, desk: object, conversation_id: int) -> None:
        if conversation_id == broken:
            raise LookupError("a bug")
        ending.end_inactive(tx, world.desk, conversation_id)

    monkeypatch.setattr(timers, "ACTIONS", {CLOSE_INACTIVE: explode})
    async with ticking(world) as loop:
        world.clock.tick(QUARTER)
        await looked(world, loop)
        assert await state(world, good) == "closed"
        [left] = await world.timers()
        assert left.due_at > world.clock.now()
        assert "cannot be fired" in caplog.text
        monkeypatch.undo()
        world.clock.tick(QUARTER)
        await looked(world, loop)
    assert await state(world, broken) == "closed"


async def test_one_of_a_kind_nobody_knows_is_let_go(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.store.write(
        lambda tx: tx.run(t.SET_TIMER, subject="block:1", kind="unknown", due_at=tx.now)
    )
    async with ticking(world) as loop:
        await looked(world, loop)
    assert await world.timers() == []
    assert "no such timer" in caplog.text


JUMPS = [3600.0, -3600.0, 30 * 86400.0, -30 * 86400.0]


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_clock_that_is_set_makes_nothing_fire_early_or_late(
    world: World, jump: float
) -> None:
    here = await answered(world)
    async with ticking(world) as loop:
        world.clock.tick(60)
        world.clock.jump(jump)
        await looked(world, loop)
        world.clock.tick(QUARTER - 60 - 0.001)
        await looked(world, loop)
        assert await state(world, here) == "open"
        world.clock.tick(0.001)
        await looked(world, loop)
    assert (await world.verbs(here)).count("closed") == 1


@pytest.mark.parametrize("jump", JUMPS)
async def test_what_is_set_by_the_new_clock_runs_by_the_new_clock(
    world: World, jump: float
) -> None:
    here = await world.begun()
    world.clock.jump(jump)
    await world.replies("anna", here)
    async with ticking(world) as loop:
        world.clock.tick(QUARTER - 0.001)
        await looked(world, loop)
        assert await state(world, here) == "open"
        world.clock.tick(0.001)
        await looked(world, loop)
        assert await state(world, here) == "closed"


@pytest.mark.parametrize("jump", JUMPS)
async def test_d15_a_clock_that_is_set_neither_hastens_nor_delays_an_idle_release(
    world: World, jump: float
) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    async with ticking(world) as loop:
        await looked(world, loop)
        world.clock.tick(60)
        world.clock.jump(jump)
        await looked(world, loop)
        world.clock.tick(4 * 60 - 0.001)
        await looked(world, loop)
        assert (await world.conversation(here)).assignee_id == "anna"
        world.clock.tick(0.001)
        await looked(world, loop)
        assert (await world.conversation(here)).assignee_id is None


@pytest.mark.parametrize("jump", JUMPS)
async def test_d29_a_block_ends_at_the_time_that_was_named(world: World, jump: float) -> None:
    subject, until = "block:1", world.clock.now() + 40 * 86_400_000
    await world.store.write(
        lambda tx: tx.run(t.SET_TIMER, subject=subject, kind=BLOCK_ENDS, due_at=until)
    )
    world.clock.jump(jump)
    await world.store.write(lambda _tx: None)
    [timer] = await world.timers()
    assert timer.due_at == until


# --- the pure part ---

_TIMES = st.integers(0, 10**13)


@given(
    close_inactive=st.one_of(st.none(), st.integers(1, 10**9)),
    state=st.sampled_from(["open", "closed"]),
    waiting_since=st.one_of(st.none(), _TIMES),
    quiet_since=_TIMES,
)
def test_silence_closes_only_what_is_open_and_owes_no_answer(
    close_inactive: int | None, state: str, waiting_since: int | None, quiet_since: int
) -> None:
    due = close_due(
        Policy(close_inactive=close_inactive),
        state=state,
        waiting_since=waiting_since,
        quiet_since=quiet_since,
    )
    if close_inactive is None or state == "closed" or waiting_since is not None:
        assert due is None
    else:
        assert due == quiet_since + close_inactive


@given(new_after=st.one_of(st.none(), st.integers(0, 10**9)), closed_at=_TIMES, now=_TIMES)
@settings(max_examples=50)
def test_a_conversation_starts_anew_only_after_its_time(
    new_after: int | None, closed_at: int, now: int
) -> None:
    anew = starts_anew(Policy(reopen_new_after=new_after), closed_at=closed_at, now=now)
    assert anew is (new_after is not None and now - closed_at > new_after)
