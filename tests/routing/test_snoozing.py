"""A snoozed conversation: out of the way, and back once, never early, whatever happens."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from bridge.models import Conversation
from bridge.store import deliveries as d
from bridge.store.transactions import Tx
from routing import conversations, doing, outbound, queues, snoozing, trash
from routing.policy import (
    CLOSE_INACTIVE,
    CLOSE_WARNING,
    OVERFLOW,
    RELEASE_IDLE,
    SNOOZE,
    stands_still,
    waits_for_others,
)
from routing.refusal import RefusedError
from routing.teams import Crew, Worker
from routing.timers import fire
from tests.routing.automated import STATUSES, automate
from tests.routing.teams import CREWS, WORKERS, assignee, online, staffed
from tests.routing.world import World

MINUTE = 60_000
HOUR = 3_600_000


async def snooze(world: World, here: int, lasts: int = HOUR, *, by: str = "anna") -> Conversation:
    def work(tx: Tx, conversation: Conversation) -> None:
        snoozing.snooze(tx, world.desk, conversation, tx.now + lasts, by=by)

    await world.does(work, here)
    return await world.conversation(here)


async def unsnooze(world: World, here: int, **why: Any) -> Conversation:
    def work(tx: Tx, conversation: Conversation) -> None:
        snoozing.end(tx, world.desk, conversation, **why)

    await world.does(work, here)
    return await world.conversation(here)


async def goes_on(world: World) -> int:
    """Fire what is due; return how many did anything."""
    fired = 0
    while due := await world.store.read(lambda tx: tx.all(d.DUE_TIMERS, now=tx.now)):
        for timer in due:
            fired += await world.store.write(fire, world.desk, timer)
    return fired


async def kinds(world: World, here: int) -> set[str]:
    return {one.kind for one in await world.timers() if one.subject == f"conversation:{here}"}


async def happened(world: World, here: int) -> list[tuple[str, dict[str, Any]]]:
    every = [msgspec.json.decode(m.activity) for m in await world.messages(here) if m.activity]
    return [(one["verb"], one["data"]) for one in every]


@pytest.fixture
async def taken(world: World) -> int:
    """Return a conversation whose customer waits for Anna."""
    world.under(close_warning=2 * MINUTE)
    here = await world.begun()
    await world.takes("anna", here)
    return here


# --- coming back ---


async def test_it_comes_back_at_its_time_once_and_never_early(world: World, taken: int) -> None:
    until = (await snooze(world, taken)).snoozed_until
    assert until == world.clock.now() + HOUR
    world.clock.tick(HOUR / 1000 - 0.001)
    assert await goes_on(world) == 0
    assert (await world.conversation(taken)).snoozed_until == until
    world.clock.tick(0.001)
    assert await goes_on(world) >= 1
    back = await world.conversation(taken)
    assert (back.snoozed_until, back.snoozed_by, back.assignee_id) == (None, None, "anna")
    [told] = [data for verb, data in await happened(world, taken) if verb == "unsnoozed"]
    assert told == {"reason": "time", "to": "anna"}


async def test_it_comes_back_by_the_wall_clock_also_when_that_is_set(
    world: World, taken: int
) -> None:
    until = (await snooze(world, taken)).snoozed_until
    world.clock.jump(-1800)
    await world.store.write(lambda _tx: None)
    world.clock.tick(HOUR / 1000)
    await goes_on(world)
    assert (await world.conversation(taken)).snoozed_until == until
    world.clock.jump(1800)
    await world.store.write(lambda _tx: None)
    await goes_on(world)
    assert (await world.conversation(taken)).snoozed_until is None


async def test_it_comes_back_at_once_when_its_customer_writes(world: World, taken: int) -> None:
    await snooze(world, taken)
    world.clock.tick(60)
    assert (await world.says("olena", "Ще одне")).conversation_id == taken
    back = await world.conversation(taken)
    assert (back.snoozed_until, back.paused_at, back.assignee_id) == (None, None, "anna")
    assert ("unsnoozed", {"reason": "customer", "to": "anna"}) in await happened(world, taken)
    assert SNOOZE not in await kinds(world, taken)
    assert RELEASE_IDLE in await kinds(world, taken)


async def test_an_agent_has_it_back_at_any_time_and_twice_is_once(world: World, taken: int) -> None:
    await snooze(world, taken)
    await unsnooze(world, taken, by="anna")
    await unsnooze(world, taken, by="anna")
    assert [verb for verb, _ in await happened(world, taken)].count("unsnoozed") == 1


async def test_a_new_time_takes_the_place_of_the_old_one(world: World, taken: int) -> None:
    await snooze(world, taken, HOUR)
    await snooze(world, taken, 3 * HOUR)
    world.clock.tick(2 * HOUR / 1000)
    await goes_on(world)
    assert (await world.conversation(taken)).snoozed_until is not None
    world.clock.tick(HOUR / 1000)
    await goes_on(world)
    assert (await world.conversation(taken)).snoozed_until is None


@pytest.mark.parametrize("lasts", [0, -1, snoozing.LONGEST_SNOOZE + 1])
async def test_a_time_that_is_over_or_too_far_is_refused(
    world: World, taken: int, lasts: int
) -> None:
    with pytest.raises(RefusedError) as refusal:
        await snooze(world, taken, lasts)
    assert refusal.value.code == "invalid"
    assert (await world.conversation(taken)).snoozed_until is None


async def test_closing_and_deleting_end_it_for_good(world: World, taken: int) -> None:
    await snooze(world, taken)
    await world.closes("anna", taken)
    closed = await world.conversation(taken)
    assert (closed.snoozed_until, closed.paused_at) == (None, None)
    assert SNOOZE not in await kinds(world, taken)
    with pytest.raises(RefusedError):
        await snooze(world, taken)
    other = await world.begun("petro")
    await snooze(world, other)
    await world.does(trash.delete, other, by="sofia")
    assert (await world.conversation(other)).snoozed_until is None
    assert not await kinds(world, other)
    assert await goes_on(world) >= 0


# --- what the timers do meanwhile ---


@pytest.mark.parametrize("pauses", [False, True])
@pytest.mark.parametrize("snoozed", [False, True])
def test_time_stands_still_for_a_status_or_a_snooze(pauses: bool, snoozed: bool) -> None:  # noqa: FBT001
    assert stands_still(status_pauses=pauses, snoozed=snoozed) is (pauses or snoozed)
    assert waits_for_others(state="open", assignee=None, paused=snoozed) is not snoozed


async def test_nobodys_silence_counts_while_it_is_snoozed(world: World, taken: int) -> None:
    await snooze(world, taken, 24 * HOUR)
    assert await kinds(world, taken) == {SNOOZE}
    world.clock.tick(23 * HOUR / 1000)
    await goes_on(world)
    now = await world.conversation(taken)
    assert (now.state, now.assignee_id) == ("open", "anna")


async def test_a_wait_is_as_long_as_it_was_when_it_comes_back(world: World, taken: int) -> None:
    world.clock.tick(60)
    await snooze(world, taken)
    world.clock.tick(HOUR / 1000)
    await goes_on(world)
    waiting_since = (await world.conversation(taken)).waiting_since
    assert waiting_since == world.clock.now() - MINUTE
    # Of the five minutes of Anna's silence, four are left.
    world.clock.tick(239)
    await goes_on(world)
    assert await assignee(world, taken) == "anna"
    world.clock.tick(61)
    await goes_on(world)
    assert await assignee(world, taken) is None


async def test_the_customers_silence_counts_anew_when_it_comes_back(
    world: World, taken: int
) -> None:
    await world.replies("anna", taken)
    world.clock.tick(600)
    await snooze(world, taken)
    world.clock.tick(HOUR / 1000)
    await goes_on(world)
    assert {CLOSE_INACTIVE, CLOSE_WARNING} <= await kinds(world, taken)
    world.clock.tick(899)
    await goes_on(world)
    assert (await world.conversation(taken)).state == "open"
    world.clock.tick(121)
    await goes_on(world)
    assert (await world.conversation(taken)).state == "closed"


async def test_an_answer_leaves_it_where_it_is(world: World, taken: int) -> None:
    await snooze(world, taken)
    await world.replies("anna", taken)
    assert (await world.conversation(taken)).snoozed_until is not None
    assert await kinds(world, taken) == {SNOOZE}


async def test_of_a_status_and_a_snooze_time_goes_on_only_after_both(
    world: World, taken: int
) -> None:
    await automate(world, statused=STATUSES)

    async def choose(status: str) -> Conversation:
        def work(tx: Tx, conversation: Conversation) -> None:
            doing.choose_status(tx, world.desk, conversation, status, by="anna")

        await world.does(work, taken)
        return await world.conversation(taken)

    assert (await choose("waiting")).paused_at is not None
    await snooze(world, taken)
    assert (await choose("active")).paused_at is not None
    await choose("waiting")
    assert (await unsnooze(world, taken, by="anna")).paused_at is not None
    assert (await choose("active")).paused_at is None


# --- teams ---


async def test_nobody_is_given_what_is_snoozed_until_it_is_back(world: World) -> None:
    staffed(world)
    here = await world.begun()
    await snooze(world, here, by="sofia")
    await online(world, "anna")
    assert await world.store.write(queues.give_out, world.desk) == 0
    world.clock.tick(HOUR / 1000)
    await goes_on(world)
    assert await world.store.write(queues.give_out, world.desk) == 1
    assert await assignee(world, here) == "anna"


async def test_what_is_snoozed_takes_no_room(world: World) -> None:
    staffed(world, workers=WORKERS | {"anna": Worker(1)})
    await online(world, "anna")
    first = await world.begun("olena")
    second = await world.begun("petro")
    assert (await assignee(world, first), await assignee(world, second)) == ("anna", None)
    await snooze(world, first)
    assert await world.store.write(queues.give_out, world.desk) == 1
    assert await assignee(world, second) == "anna"


async def test_no_other_team_takes_over_what_is_snoozed_and_its_time_begins_anew(
    world: World,
) -> None:
    sales = replace(CREWS["sales"], overflow=("support", 5 * MINUTE))
    staffed(world, crews=CREWS | {"sales": sales}, strategy="manual")
    here = await world.begun()
    assert OVERFLOW in await kinds(world, here)
    await snooze(world, here, by="sofia")
    assert OVERFLOW not in await kinds(world, here)
    world.clock.tick(HOUR / 1000)
    await goes_on(world)
    assert (await world.conversation(here)).team_id == "sales"
    world.clock.tick(300)
    await goes_on(world)
    assert (await world.conversation(here)).team_id == "support"


async def test_an_agent_who_is_gone_for_good_keeps_nothing_they_have_put_off(
    world: World, taken: int
) -> None:
    until = (await snooze(world, taken)).snoozed_until
    await world.does(conversations.release, taken, by=None, reason="offline")
    assert await kinds(world, taken) == {SNOOZE}
    world.clock.tick(HOUR / 1000)
    await goes_on(world)
    back = await world.conversation(taken)
    assert (back.assignee_id, back.snoozed_until, until is None) == (None, None, False)


def test_a_crew_needs_no_way_of_its_own() -> None:
    assert Crew().strategy is None


async def test_who_answers_what_nobody_had_takes_it_and_it_stays_away(world: World) -> None:
    here = await world.begun()
    await snooze(world, here, by="anna")

    def work(tx: Tx) -> None:
        written = outbound.Written(agent_id="boris", text="Так")
        outbound.reply(tx, world.desk, conversations.get(tx, here), written)

    await world.store.write(work)
    now = await world.conversation(here)
    assert (now.assignee_id, now.snoozed_until is None) == ("boris", False)
