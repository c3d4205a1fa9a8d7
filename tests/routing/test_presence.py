"""Who is here, and what becomes of the conversations of those who are not."""

from typing import Any

import pytest

from bridge.db import Place
from bridge.models import Presence
from bridge.store import presence as p
from routing import presence
from tests.clock import ManualClock
from tests.routing.test_timers import looked, ticking
from tests.routing.world import World, living

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


async def test_d03_a_restart_goes_on_counting(database: Place, clock: ManualClock) -> None:
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
    database: Place, clock: ManualClock
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
    database: Place, clock: ManualClock
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
