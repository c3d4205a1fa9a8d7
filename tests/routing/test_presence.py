"""Who is here, and what becomes of the conversations of those who are not."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge import db
from bridge.models import Presence
from bridge.store import deliveries as d
from bridge.store import presence as p
from bridge.store.transactions import Tx
from routing import conversations, presence
from routing.desk import Desk
from routing.policy import Policy
from routing.presence import Choice
from routing.timers import fire
from tests.clock import START, ManualClock
from tests.databases import fresh_database
from tests.routing.test_timers import looked, ticking
from tests.routing.world import World, declare, living

MINUTE = 60.0
QUARTER = 15 * MINUTE
HOUR = 3600.0


async def of(world: World, agent: str = "anna") -> Presence:
    """Return an agent's presence as everybody else reads it."""
    one = await world.store.read(lambda tx: tx.the(p.ATTENDANCE_OF, id=agent))
    return one.presence


async def does(world: World, what: Any, *given: Any, agent: str = "anna") -> None:
    """Have something happen to an agent's presence."""
    await world.store.write(what, world.desk.policy, agent, *given)


async def passes(world: World, seconds: float) -> None:
    """Let time pass while the program runs."""
    async with ticking(world) as loop:
        world.clock.tick(seconds)
        await looked(world, loop)


async def told(world: World) -> int:
    """Return how often the log says that somebody's presence has changed."""
    return sum(one.kind == "presence.changed" for one in await world.events())


# --- coming and going ---


async def test_d02_whoever_opens_a_console_is_online_and_everybody_is_told(world: World) -> None:
    assert await of(world) == "offline"
    await does(world, presence.arrived)
    assert await of(world) == "online"
    assert await told(world) == 1


async def test_d02_two_hours_with_the_page_open_and_no_touch_keep_online(world: World) -> None:
    await does(world, presence.arrived)
    await passes(world, 2 * HOUR)
    assert await of(world) == "online"


async def test_d03_fifteen_minutes_after_the_last_page_is_gone_it_is_offline(world: World) -> None:
    await does(world, presence.arrived)
    await does(world, presence.departed)
    await passes(world, QUARTER - 1)
    assert await of(world) == "online"
    await passes(world, 1)
    assert await of(world) == "offline"
    assert await told(world) == 2


async def test_d03_coming_back_in_time_changes_nothing(world: World) -> None:
    await does(world, presence.arrived)
    await does(world, presence.departed)
    await passes(world, QUARTER - 1)
    await does(world, presence.arrived)
    await passes(world, HOUR)
    assert await of(world) == "online"
    assert await told(world) == 1


async def test_d04_the_time_until_offline_is_a_setting(world: World) -> None:
    world.under(auto_offline=3 * 60_000)
    await does(world, presence.arrived)
    await does(world, presence.departed)
    await passes(world, 3 * MINUTE - 1)
    assert await of(world) == "online"
    await passes(world, 1)
    assert await of(world) == "offline"


async def test_d04_switched_off_nobody_goes_offline_by_themselves(world: World) -> None:
    world.under(auto_offline=None)
    await does(world, presence.arrived)
    await does(world, presence.departed)
    await passes(world, 100 * HOUR)
    assert await of(world) == "online"
    assert await world.timers() == []


async def test_what_is_done_where_nothing_can_be_open_counts_for_as_long(world: World) -> None:
    await does(world, presence.acted)
    await passes(world, QUARTER - 1)
    await does(world, presence.acted)
    await passes(world, QUARTER - 1)
    assert await of(world) == "online"
    await passes(world, 1)
    assert await of(world) == "offline"


async def test_what_is_done_elsewhere_does_not_end_what_an_open_page_holds(world: World) -> None:
    await does(world, presence.arrived)
    await does(world, presence.acted)
    await passes(world, HOUR)
    assert await of(world) == "online"


async def test_d03_a_restart_goes_on_counting(database: Path, clock: ManualClock) -> None:
    async with living(database, clock) as world:
        await does(world, presence.arrived)
        await does(world, presence.departed)
        clock.tick(10 * MINUTE)
    async with living(database, clock) as world:
        await world.store.write(presence.restarted, world.desk.policy)
        await passes(world, 5 * MINUTE - 1)
        assert await of(world) == "online"
        await passes(world, 1)
        assert await of(world) == "offline"


async def test_d03_whose_page_was_open_has_the_whole_time_to_come_back_after_a_restart(
    database: Path, clock: ManualClock
) -> None:
    async with living(database, clock) as world:
        await does(world, presence.arrived)
        await does(world, presence.arrived, agent="boris")
        clock.tick(HOUR)
    async with living(database, clock) as world:
        await world.store.write(presence.restarted, world.desk.policy)
        await passes(world, QUARTER - 1)
        await does(world, presence.arrived)
        assert [await of(world), await of(world, "boris")] == ["online", "online"]
        await passes(world, 1)
        assert [await of(world), await of(world, "boris")] == ["online", "offline"]


@pytest.mark.parametrize("jump", [HOUR, -HOUR, 30 * 24 * HOUR, -30 * 24 * HOUR])
async def test_a_clock_that_jumps_makes_nobody_offline_whose_page_is_open(
    world: World, jump: float
) -> None:
    await does(world, presence.arrived)
    async with ticking(world) as loop:
        world.clock.jump(jump)
        await looked(world, loop)
        world.clock.tick(HOUR)
        await looked(world, loop)
    assert await of(world) == "online"


# --- what they chose ---


async def test_d02_offline_by_choice_wins_over_a_reload_and_a_restart(
    database: Path, clock: ManualClock
) -> None:
    async with living(database, clock) as world:
        await does(world, presence.arrived)
        await does(world, presence.choose, "offline")
        await does(world, presence.departed)
        await does(world, presence.arrived)
        assert await of(world) == "offline"
    async with living(database, clock) as world:
        await world.store.write(presence.restarted, world.desk.policy)
        await does(world, presence.arrived)
        await does(world, presence.acted)
        assert await of(world) == "offline"
        await does(world, presence.choose, "online")
        assert await of(world) == "online"


async def test_r34_a_break_lasts_until_they_are_back_whatever_they_do(world: World) -> None:
    await does(world, presence.arrived)
    await does(world, presence.choose, "break")
    await does(world, presence.acted)
    assert await of(world) == "break"
    await does(world, presence.choose, "online")
    assert await of(world) == "online"


async def test_a_break_too_ends_as_offline_and_is_a_break_again_on_coming_back(
    world: World,
) -> None:
    await does(world, presence.arrived)
    await does(world, presence.choose, "break")
    await does(world, presence.departed)
    await passes(world, QUARTER)
    assert await of(world) == "offline"
    await does(world, presence.arrived)
    assert await of(world) == "break"


async def test_going_online_with_nothing_open_lasts_for_as_long_as_anything_done(
    world: World,
) -> None:
    await does(world, presence.choose, "offline")
    await does(world, presence.choose, "online")
    await passes(world, QUARTER - 1)
    assert await of(world) == "online"
    await passes(world, 1)
    assert await of(world) == "offline"


async def test_choosing_what_one_is_tells_nobody_anything(world: World) -> None:
    await does(world, presence.arrived)
    before = await told(world)
    await does(world, presence.choose, "online")
    assert await told(world) == before


# --- away ---


async def test_away_after_the_time_without_a_touch_and_back_with_the_first(world: World) -> None:
    world.under(away_after=20 * 60_000)
    await does(world, presence.arrived)
    await passes(world, 19 * MINUTE)
    await does(world, presence.acted)
    await passes(world, 20 * MINUTE - 1)
    assert await of(world) == "online"
    await passes(world, 1)
    assert await of(world) == "away"
    await does(world, presence.acted)
    assert await of(world) == "online"


async def test_a_line_that_comes_back_is_no_touch(world: World) -> None:
    world.under(away_after=60_000)
    await does(world, presence.arrived)
    await passes(world, MINUTE)
    await does(world, presence.departed)
    await does(world, presence.arrived)
    assert await of(world) == "away"


async def test_on_a_break_nobody_becomes_away(world: World) -> None:
    world.under(away_after=60_000)
    await does(world, presence.arrived)
    await does(world, presence.choose, "break")
    await passes(world, HOUR)
    assert await of(world) == "break"


# --- the conversations of somebody offline ---


async def held(world: World, agent: str = "anna") -> int:
    """Return a conversation that the agent has answered, so that nobody waits."""
    here = await world.begun()
    await world.replies(agent, here)
    return here


async def test_an_offline_agent_keeps_what_they_have(world: World) -> None:
    world.under(close_inactive=None)
    here = await held(world)
    await does(world, presence.arrived)
    await does(world, presence.choose, "offline")
    await passes(world, 100 * HOUR)
    assert (await world.conversation(here)).assignee_id == "anna"


async def test_released_when_offline_for_long_enough_where_it_is_so_configured(
    world: World,
) -> None:
    world.under(close_inactive=None, release_offline=10 * 60_000)
    here = await held(world)
    await does(world, presence.arrived)
    await does(world, presence.choose, "offline")
    await passes(world, 10 * MINUTE - 1)
    assert (await world.conversation(here)).assignee_id == "anna"
    await passes(world, 1)
    assert (await world.conversation(here)).assignee_id is None
    happened = (await world.activities(here))[-1]
    assert happened == {"verb": "released", "reason": "offline", "from": "anna"}


async def test_whoever_is_back_in_time_keeps_them(world: World) -> None:
    world.under(close_inactive=None, release_offline=10 * 60_000)
    here = await held(world)
    await does(world, presence.arrived)
    await does(world, presence.choose, "offline")
    await passes(world, 10 * MINUTE - 1)
    await does(world, presence.choose, "online")
    await passes(world, HOUR)
    assert (await world.conversation(here)).assignee_id == "anna"


async def test_whoever_leaves_the_house_is_offline_and_nothing_waits_for_them(
    world: World,
) -> None:
    await does(world, presence.arrived)
    await does(world, presence.departed)
    await world.store.write(presence.retired, "anna")
    assert await of(world) == "offline"
    assert await world.timers() == []


# --- the silence of the one who took it ---


async def waiting(world: World, customer: str = "olena") -> int:
    """Return a conversation that Anna has taken and whose customer waits."""
    here = await world.begun(customer)
    await world.takes("anna", here)
    return here


async def assignee(world: World, conversation_id: int) -> str | None:
    return (await world.conversation(conversation_id)).assignee_id


async def test_d15_five_minutes_of_silence_put_it_back_into_new(world: World) -> None:
    here, other = await waiting(world), await world.begun("tom")
    await passes(world, 4 * MINUTE)
    # Busy elsewhere: that is no work in this one.
    await world.takes("anna", other)
    await world.replies("anna", other)
    await passes(world, 59)
    assert await assignee(world, here) == "anna"
    before = await world.last_event()
    await passes(world, 1)
    assert await assignee(world, here) is None
    happened = (await world.activities(here))[-1]
    assert happened == {"verb": "released", "reason": "idle", "from": "anna"}
    changed = [one for one in await world.events(before) if one.kind == "conversation.changed"]
    assert [one.conversation_id for one in changed] == [here]
    assert await assignee(world, other) == "anna"


async def test_d16_the_time_is_a_setting(world: World) -> None:
    world.under(release_idle=10 * 60_000)
    here = await waiting(world)
    await passes(world, 10 * MINUTE - 1)
    assert await assignee(world, here) == "anna"
    await passes(world, 1)
    assert await assignee(world, here) is None


async def test_d16_switched_off_it_is_kept(world: World) -> None:
    world.under(release_idle=None)
    here = await waiting(world)
    await passes(world, 100 * HOUR)
    assert await assignee(world, here) == "anna"
    assert await world.timers() == []


async def test_d15_what_the_agent_does_in_it_begins_the_time_anew(world: World) -> None:
    here = await waiting(world)
    await passes(world, 4 * MINUTE)
    await does(world, presence.acted, here)
    await passes(world, 5 * MINUTE - 1)
    assert await assignee(world, here) == "anna"
    await passes(world, 1)
    assert await assignee(world, here) is None


async def test_d15_what_a_colleague_does_in_it_is_not_the_agents(world: World) -> None:
    here = await waiting(world)
    await passes(world, 4 * MINUTE)
    await does(world, presence.acted, here, agent="boris")
    await passes(world, MINUTE)
    assert await assignee(world, here) is None


async def test_d15_nobody_waits_after_an_answer_so_it_is_kept(world: World) -> None:
    world.under(close_inactive=None)
    here = await waiting(world)
    await world.replies("anna", here)
    await passes(world, 100 * HOUR)
    assert await assignee(world, here) == "anna"


async def test_d15_it_counts_from_when_the_customer_began_to_wait(world: World) -> None:
    world.under(close_inactive=None)
    here = await held(world)
    await passes(world, HOUR)
    await world.says("olena")
    await passes(world, 2 * MINUTE)
    # Another word of theirs does not let the agent off.
    await world.says("olena")
    await passes(world, 3 * MINUTE - 1)
    assert await assignee(world, here) == "anna"
    await passes(world, 1)
    assert await assignee(world, here) is None


async def test_d15_whoever_gets_it_has_the_whole_time(world: World) -> None:
    here = await waiting(world)
    await passes(world, 4 * MINUTE)
    await world.does(conversations.assign, here, "boris", by="anna")
    await passes(world, 5 * MINUTE - 1)
    assert await assignee(world, here) == "boris"
    await passes(world, 1)
    assert await assignee(world, here) is None


async def test_d15_a_customer_who_reopens_it_waits_for_the_one_who_had_it(world: World) -> None:
    here = await held(world)
    await world.closes("anna", here)
    await world.says("olena")
    await passes(world, 5 * MINUTE - 1)
    assert await assignee(world, here) == "anna"
    await passes(world, 1)
    assert await assignee(world, here) is None


async def test_d15_across_a_restart_it_goes_on_counting(database: Path, clock: ManualClock) -> None:
    async with living(database, clock) as world:
        here = await waiting(world)
        clock.tick(4 * MINUTE)
    async with living(database, clock) as world:
        await passes(world, MINUTE - 1)
        assert await assignee(world, here) == "anna"
        await passes(world, 1)
        assert await assignee(world, here) is None


async def test_released_by_hand_there_is_nothing_left_to_release(world: World) -> None:
    here = await waiting(world)
    await world.does(conversations.release, here, by="anna")
    assert await world.timers() == []


@pytest.mark.parametrize("jump", [120.0, -HOUR, -30 * 24 * HOUR])
async def test_a_clock_that_jumps_releases_once_and_early_by_no_more_than_its_jump(
    world: World, jump: float
) -> None:
    here = await waiting(world)
    due = world.clock.now() + 5 * MINUTE * 1000
    async with ticking(world) as loop:
        world.clock.jump(jump)
        await looked(world, loop)
        while world.clock.now() < due - 1000:
            assert await assignee(world, here) == "anna"
            world.clock.tick(min(12 * HOUR, (due - world.clock.now()) / 1000 - 1 or 1))
            await looked(world, loop)
        assert await assignee(world, here) == "anna"
        world.clock.tick(1)
        await looked(world, loop)
    assert (await world.verbs(here)).count("released") == 1


# --- any order of things, against a simple model ---


@dataclass
class Model:
    """What an agent's presence should be, by the plain words of the documentation. In seconds."""

    auto: float | None
    away: float | None
    now: float = 0.0
    open: int = 0
    chosen: Choice = "online"
    in_reach: bool = False
    gone_at: float = 0.0
    touched_at: float = 0.0

    @property
    def presence(self) -> Presence:
        """Say what it is now."""
        if not self.in_reach or self.chosen == "offline":
            return "offline"
        if self.chosen == "break":
            return "break"
        untouched = self.now - self.touched_at
        return "away" if self.away is not None and untouched >= self.away else "online"

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and an absence with it."""
        self.now += seconds
        if not self.open and self.auto is not None and self.now - self.gone_at >= self.auto:
            self.in_reach = False

    def step(self, step: str) -> None:
        """Do a step."""
        if step == "open":
            self.touched_at = self.now if self.presence == "offline" else self.touched_at
            self.open, self.in_reach = self.open + 1, True
        elif step in ("close", "restart"):
            left = 0 if step == "restart" else max(self.open - 1, 0)
            self.gone_at = self.now if self.open and not left else self.gone_at
            self.open = left
        else:
            self.chosen = self.chosen if step == "act" else cast("Choice", step)
            if self.chosen != "offline":
                self.in_reach, self.touched_at = True, self.now
                self.gone_at = self.now


class Anna:
    """The real thing: Anna's surfaces, over one transaction that is never committed."""

    def __init__(self, connection: sqlite3.Connection, policy: Policy) -> None:
        self.connection = connection
        self.desk = Desk(policy)
        self.now = START
        self.open = 0

    def step(self, step: str) -> None:
        """Do a step as a surface, or a start of the program, does it."""
        tx, policy = Tx(self.connection, self.now), self.desk.policy
        if step == "open":
            self.open += 1
            if self.open == 1:
                presence.arrived(tx, policy, "anna")
        elif step == "close" and self.open:
            self.open -= 1
            if not self.open:
                presence.departed(tx, policy, "anna")
        elif step == "restart":
            self.open = 0
            presence.restarted(tx, policy)
        elif step == "act":
            presence.acted(tx, policy, "anna")
        elif step != "close":
            presence.choose(tx, policy, "anna", cast("Choice", step))

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and fire what is due."""
        self.now += round(seconds * 1000)
        tx = Tx(self.connection, self.now)
        while due := tx.all(d.DUE_TIMERS, now=self.now):
            fire(tx, self.desk, due[0])

    @property
    def presence(self) -> Presence:
        """Return what everybody reads."""
        return Tx(self.connection, self.now).the(p.ATTENDANCE_OF, id="anna").presence


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Return a database with the agents in it."""
    connection = db.connect(fresh_database(tmp_path_factory.mktemp("presence")))
    connection.execute("BEGIN")
    declare(Tx(connection, START))
    yield connection
    connection.close()


@given(
    steps=st.lists(
        st.one_of(
            st.sampled_from(["open", "close", "act", "online", "break", "offline", "restart"]),
            st.integers(1, 40),
        ),
        max_size=30,
    ),
    auto=st.sampled_from([None, 180, 900]),
    away=st.sampled_from([None, 60, 1200]),
)
@settings(max_examples=300, deadline=None)
def test_in_any_order_of_things_it_is_what_the_documentation_says(
    empty: sqlite3.Connection, steps: list[str | int], auto: int | None, away: int | None
) -> None:
    policy = Policy(
        auto_offline=None if auto is None else auto * 1000,
        away_after=None if away is None else away * 1000,
    )
    model, anna = Model(auto, away), Anna(empty, policy)
    empty.execute("SAVEPOINT example")
    try:
        for step in steps:
            for one in (model, anna):
                if isinstance(step, int):
                    one.pass_time(step * 60)
                else:
                    one.step(step)
            assert anna.presence == model.presence, steps
    finally:
        empty.execute("ROLLBACK TO example")
