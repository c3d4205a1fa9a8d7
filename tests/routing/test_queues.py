"""What waits in a team's queue: given out when somebody has room, passed on when it takes long."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.db import Place
from bridge.models import Event
from bridge.store import log
from bridge.store.transactions import News, Tx
from routing import conversations, giving, queues
from routing.assignment import Choice
from routing.policy import OVERFLOW
from routing.queues import Queues, give_out
from routing.refusal import RefusedError
from routing.teams import Counter, Worker
from routing.timers import fire
from tests.clock import ManualClock
from tests.databases import fresh_database, opened
from tests.routing.teams import CREWS, INBOXES, WORKERS, assignee, offline, online, rule, staffed
from tests.routing.test_hours import at
from tests.routing.world import World, living

FIVE_MINUTES = 300.0


async def given_out(world: World) -> int:
    """Give out what waits; return how many were given."""
    return await world.store.write(give_out, world.desk)


async def queued(world: World, *customers: str) -> list[int]:
    """Have customers write one after the other while nobody is here."""
    found = []
    for customer in customers:
        world.clock.tick(10)
        found.append(await world.begun(customer))
    return found


# --- given out ---


async def test_when_somebody_comes_the_longest_waiting_is_given_to_them(world: World) -> None:
    staffed(world, workers=WORKERS | {"anna": Worker(2)})
    first, second, third = await queued(world, "a", "b", "c")
    await online(world, "anna")
    assert await given_out(world) == 2
    assert [await assignee(world, one) for one in (first, second, third)] == ["anna", "anna", None]


async def test_when_somebody_has_room_again_the_next_is_given_to_them(world: World) -> None:
    staffed(world, workers=WORKERS | {"anna": Worker(1)})
    await online(world, "anna")
    first, second = await queued(world, "a", "b")
    assert await given_out(world) == 0
    await world.closes("anna", first)
    assert await given_out(world) == 1
    assert await assignee(world, second) == "anna"


async def test_several_are_shared_out_among_those_who_are_here(world: World) -> None:
    staffed(world)
    waiting = await queued(world, *"abcdef")
    await online(world, "anna", "boris")
    assert await given_out(world) == 6
    assert [await assignee(world, one) for one in waiting] == ["anna", "boris"] * 3


async def test_what_one_has_given_back_goes_to_another_and_never_to_them(world: World) -> None:
    staffed(world)
    await online(world, "anna")
    here = await world.begun()
    await world.does(conversations.release, here, by="anna")
    assert await given_out(world) == 0
    await online(world, "boris")
    assert await given_out(world) == 1
    assert await assignee(world, here) == "boris"


async def test_a_customer_who_does_not_wait_is_given_to_nobody_until_they_write(
    world: World,
) -> None:
    staffed(world)
    await online(world, "anna")
    here = await world.begun()
    await world.replies("anna", here)
    await world.does(conversations.release, here, by="anna")
    await online(world, "boris")
    assert await given_out(world) == 0
    woken: list[str] = []
    world.store.on_commit = lambda news: woken.extend(news.topics)
    await world.says("olena")
    assert giving.QUEUE_TOPIC in woken
    assert await given_out(world) == 1


async def test_a_queue_is_for_its_own_team(world: World) -> None:
    staffed(world)
    [here] = await queued(world, "a")
    await online(world, "sofia")
    assert await given_out(world) == 0
    await online(world, "boris")
    assert await given_out(world) == 1
    assert await assignee(world, here) == "boris"


async def test_what_a_rule_put_there_to_be_taken_is_given_to_nobody(world: World) -> None:
    staffed(world, rules=[rule({"queue": "sales"})])
    [here] = await queued(world, "a")
    await online(world, "anna")
    assert await given_out(world) == 0
    await world.takes("anna", here)


async def test_what_came_at_night_is_given_out_when_it_opens(world: World) -> None:
    staffed(world, inboxes=INBOXES | {"pager": Counter("sales", "office")})
    world.clock.jump((at("2026-11-27T08:58") - world.clock.now()) / 1000)
    await online(world, "anna")
    [here] = await queued(world, "a")
    assert await given_out(world) == 0
    world.clock.tick(120)
    assert await given_out(world) == 1
    assert await assignee(world, here) == "anna"


async def test_without_teams_what_waits_is_given_to_anybody(world: World) -> None:
    staffed(world, crews={}, inboxes={"pager": Counter()})
    [here] = await queued(world, "a")
    await online(world, "sofia")
    assert await given_out(world) == 1
    assert await assignee(world, here) == "sofia"


async def test_of_two_who_give_it_out_at_once_exactly_one_does(
    database: Place, clock: ManualClock
) -> None:
    async with living(database, clock) as world, opened(database, clock=clock) as another:
        staffed(world, strategy="round_robin")
        [here] = await queued(world, "a")
        await online(world, "anna", "boris")
        desk = world.desk
        both = await asyncio.gather(
            world.store.write(give_out, desk), another.write(give_out, desk)
        )
        assert sorted(both) == [0, 1]
        assert (await world.verbs(here)).count("assigned") == 1


async def test_d11_whoever_took_it_meanwhile_keeps_it(world: World) -> None:
    staffed(world)
    [here] = await queued(world, "a")
    as_it_was = await world.conversation(here)
    await world.takes("sofia", here)

    def late(tx: Tx) -> bool:
        choice = Choice("anna", "least_loaded")
        return giving.place(
            tx, world.desk.teams, as_it_was, "sales", choice, to_be_given=True, why={}
        )

    assert not await world.store.write(late)
    assert await assignee(world, here) == "sofia"
    assert (await world.verbs(here))[-1] == "taken"


# --- the loop ---


@contextlib.asynccontextmanager
async def giving_out(world: World) -> AsyncIterator[Queues]:
    """Run the loop for as long as the context lasts, woken by what is committed."""
    loop = Queues(world.store, world.desk)

    def committed(news: News) -> None:
        loop.committed(news.events)
        if giving.QUEUE_TOPIC in news.topics:
            loop.wake()

    world.store.on_commit = committed
    task = asyncio.create_task(loop.run())
    try:
        yield loop
    finally:
        task.cancel()
        await asyncio.wait([task])


async def becomes(world: World, conversation_id: int, agent: str) -> None:
    """Wait until an agent has a conversation."""
    async with asyncio.timeout(30):
        while await assignee(world, conversation_id) != agent:  # noqa: ASYNC110  # A row tells nobody.
            await asyncio.sleep(0.01)


async def test_the_loop_gives_out_as_soon_as_somebody_has_room(world: World) -> None:
    staffed(world, workers=WORKERS | {"anna": Worker(1)})
    await online(world, "anna")
    first, second, third = await queued(world, "a", "b", "c")
    async with giving_out(world):
        await world.closes("anna", first)
        await becomes(world, second, "anna")
        await world.closes("anna", second)
        await becomes(world, third, "anna")


async def test_the_loop_gives_out_what_waited_before_it_began(world: World) -> None:
    staffed(world)
    [here] = await queued(world, "a")
    await online(world, "anna")
    async with giving_out(world):
        await becomes(world, here, "anna")


async def test_the_loop_looks_from_time_to_time_since_a_shift_begins_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "_LOOK_EVERY", 0.02)
    staffed(world, inboxes=INBOXES | {"pager": Counter("sales", "office")})
    world.clock.jump((at("2026-11-27T08:58") - world.clock.now()) / 1000)
    await online(world, "anna")
    [here] = await queued(world, "a")
    async with giving_out(world):
        await asyncio.sleep(0.1)
        assert await assignee(world, here) is None
        world.clock.tick(120)
        await becomes(world, here, "anna")


@pytest.mark.parametrize("kind", ["agents.changed", "presence.changed", "conversation.changed"])
async def test_whatever_may_make_room_wakes_the_loop(world: World, kind: str) -> None:
    staffed(world)
    loop = Queues(world.store, world.desk)
    seen: list[Event] = []
    world.store.on_commit = lambda news: seen.extend(news.events)
    await world.store.write(lambda tx: log.append(tx, kind))
    loop.committed(seen)
    assert loop._awake.is_set()


async def test_where_people_take_it_themselves_the_loop_has_nothing_to_do(world: World) -> None:
    staffed(world, strategy="manual")
    await queued(world, "a")
    await online(world, "anna")
    async with giving_out(world) as loop:
        loop.wake()
        await asyncio.sleep(0.05)
        assert await given_out(world) == 0


# --- going on to another team ---


def helped(world: World, **teams: object) -> World:
    """Give the world a team that helps out after five minutes."""
    crews = CREWS | {"sales": replace(CREWS["sales"], overflow=("support", 300_000))}
    return staffed(world, crews=crews, **teams)


async def fires(world: World) -> list[str]:
    """Fire what is due; return its kinds."""
    due = [one for one in await world.timers() if one.due_at <= world.clock.now()]
    for timer in due:
        await world.store.write(fire, world.desk, timer)
    return [one.kind for one in due]


async def test_what_nobody_has_taken_in_time_goes_on_to_another_team(world: World) -> None:
    helped(world)
    here = await world.begun()
    await online(world, "sofia")
    world.clock.tick(FIVE_MINUTES - 1)
    assert await fires(world) == []
    world.clock.tick(1)
    assert await fires(world) == [OVERFLOW]
    now = await world.conversation(here)
    assert (now.assignee_id, now.team_id) == ("sofia", "support")
    last = (await world.activities(here))[-1]
    assert (last["from_team"], last["team"], last["overflow"]) == ("sales", "support", True)


async def test_it_waits_in_the_other_teams_queue_if_nobody_is_there_either(world: World) -> None:
    helped(world)
    here = await world.begun()
    world.clock.tick(FIVE_MINUTES)
    await fires(world)
    now = await world.conversation(here)
    assert (now.assignee_id, now.team_id, now.queued_at is not None) == (None, "support", True)
    assert await world.timers() == []
    await online(world, "sofia")
    assert await given_out(world) == 1


async def test_what_was_taken_or_closed_in_time_stays_where_it_is(world: World) -> None:
    helped(world)
    taken, closed = await queued(world, "a", "b")
    await world.takes("anna", taken)
    await world.closes("anna", closed)
    world.clock.tick(FIVE_MINUTES)
    await fires(world)
    assert (await world.conversation(taken)).team_id == "sales"
    assert (await world.conversation(closed)).team_id == "sales"


async def test_it_goes_on_as_well_where_people_take_it_themselves(world: World) -> None:
    helped(world, strategy="manual")
    here = await world.begun()
    await online(world, "sofia")
    world.clock.tick(FIVE_MINUTES)
    await fires(world)
    now = await world.conversation(here)
    assert (now.assignee_id, now.team_id, now.queued_at) == (None, "support", None)


async def test_a_conversation_is_put_into_a_teams_queue_by_hand(world: World) -> None:
    staffed(world)
    await online(world, "anna")
    here = await world.begun()

    def hand_over(tx: Tx) -> None:
        conversation = conversations.get(tx, here)
        queues.to_team(tx, world.desk, conversation, "support", by="anna")

    await world.store.write(hand_over)
    now = await world.conversation(here)
    assert (now.assignee_id, now.team_id) == (None, "support")
    last = (await world.activities(here))[-1]
    assert (last["verb"], last["by"], last["from"]) == ("queued", "anna", "anna")
    await world.closes("anna", here)
    with pytest.raises(RefusedError, match="state"):
        await world.store.write(hand_over)


# --- any course of things ---

TEAM = ("anna", "boris")
CUSTOMERS = ("a", "b", "c", "d", "e", "f")
STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "write", "close", "release"]), st.sampled_from(CUSTOMERS))
    | st.tuples(st.sampled_from(["come", "go"]), st.sampled_from(TEAM)),
    min_size=6,
    max_size=30,
)


class Course:
    """A course of things in a world where each agent may have two conversations."""

    def __init__(self, world: World) -> None:
        staffed(world, workers=dict.fromkeys(WORKERS, Worker(2)))
        world.under(reopen_new_after=0)
        self.world = world
        self.here: set[str] = set()
        self.known: dict[str, int] = {}

    async def step(self, what: str, who: str) -> None:
        """Have one thing happen, and give out what may be given out after it."""
        self.world.clock.tick(1)
        before = await self.held()
        await self._happen(what, who)
        await given_out(self.world)
        after = await self.held()
        new = {one: agent for one, agent in after.items() if agent and before.get(one) != agent}
        assert set(new.values()) <= self.here
        assert all(list(after.values()).count(agent) <= 2 for agent in TEAM)
        await self._nobody_waits_in_vain(after)

    async def _happen(self, what: str, who: str) -> None:
        if what in ("come", "go"):
            await (online if what == "come" else offline)(self.world, who)
            (self.here.add if what == "come" else self.here.discard)(who)
            return
        known = self.known.get(who)
        agent = (await self.held()).get(known) if known else None
        if what == "write":
            self.known[who] = await self.world.begun(who)
        elif known and agent and what == "close":
            await self.world.closes(agent, known)
        elif known and agent:
            await self.world.does(conversations.release, known, by=agent)

    async def held(self) -> dict[int, str | None]:
        """Return who has each open conversation."""
        found = [await self.world.conversation(one) for one in self.known.values()]
        return {one.id: one.assignee_id for one in found if one.state == "open"}

    async def _nobody_waits_in_vain(self, held: dict[int, str | None]) -> None:
        free = {one for one in self.here if list(held.values()).count(one) < 2}
        for conversation_id, agent in held.items():
            if agent is None:
                waiting = await self.world.conversation(conversation_id)
                assert free <= {waiting.given_back_by}


@given(steps=STEPS)
@settings(deadline=None, max_examples=30)
def test_whatever_happens_only_who_is_here_and_has_room_is_given_anything_and_nobody_waits_in_vain(
    steps: list[tuple[str, str]],
) -> None:
    async def run() -> None:
        with TemporaryDirectory() as folder:
            async with living(fresh_database(Path(folder)), ManualClock()) as world:
                course = Course(world)
                for what, who in steps:
                    await course.step(what, who)

    asyncio.run(run())
