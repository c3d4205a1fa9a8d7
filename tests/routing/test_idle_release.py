"""A customer who is left alone by the one who took them is free for everybody again."""

from bridge.db import Place
from routing import conversations, presence
from tests.clock import ManualClock
from tests.routing.teams import online, staffed
from tests.routing.test_presence import HOUR, MINUTE, does, held, passes
from tests.routing.world import World, living


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


async def test_d15_across_a_restart_it_goes_on_counting(
    database: Place, clock: ManualClock
) -> None:
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


async def test_d15_who_was_given_it_without_asking_is_relieved_of_it_too(world: World) -> None:
    staffed(world, strategy="round_robin")
    await online(world, "anna")
    here = await world.begun()
    await passes(world, 5 * MINUTE - 1)
    assert await assignee(world, here) == "anna"
    await passes(world, 1)
    assert await assignee(world, here) is None
