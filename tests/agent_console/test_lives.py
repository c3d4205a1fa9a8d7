"""Random lives of a whole desk: whatever happens, in whatever order, what must hold holds.

Customers write, agents of every role try every verb, they come and go, blocks and questions
come and end, timers fire, and the process begins anew in between.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_console import actions
from bridge.models import Agent, Conversation, Timer
from bridge.store import deliveries as d
from bridge.store import joins as j
from bridge.store.desk import AGENT_BY_ID
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx
from routing import conversations, joining, presence, queues
from routing.blocking import Order
from routing.outbound import Written
from routing.policy import CLOSE_INACTIVE, OVERFLOW, RELEASE_IDLE, SNOOZE, Policy
from routing.refusal import RefusedError
from routing.timers import fire
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.teams import staffed
from tests.routing.told.life import OCCASIONS, texts
from tests.routing.world import World, living

CUSTOMERS = ("olena", "petro", "lucia")
AGENTS = ("anna", "boris", "sofia", "viktor")
VERBS = ("take", "release", "close", "reopen", "join", "leave", "unblock", "unsnooze")
_who, _by = st.sampled_from(CUSTOMERS), st.sampled_from(AGENTS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("writes"), _who),
        st.tuples(st.just("does"), _by, st.sampled_from(VERBS), _who),
        st.tuples(st.just("says"), _by, _who, st.sampled_from(["reply", "note"])),
        st.tuples(st.just("assigns"), _by, _who, _by),
        st.tuples(st.just("queues"), _by, _who, st.sampled_from(["sales", "support"])),
        st.tuples(st.just("snoozes"), _by, _who, st.sampled_from([60, 600, 86_400])),
        st.tuples(st.just("blocks"), _by, _who, st.sampled_from([None, 600])),
        st.tuples(st.just("chooses"), _by, st.sampled_from(["online", "break", "offline"])),
        st.tuples(st.just("comes"), _by, st.booleans()),
        st.tuples(st.just("joins"), _by, _who, _who),
        st.tuples(st.just("parts"), _by, _who),
        st.tuples(st.just("waits"), st.sampled_from([1.0, 61.0, 301.0, 901.0, 90_000.0])),
        st.tuples(st.just("begins_anew")),
    ),
    max_size=30,
)
POLICY = Policy(agent_blocks=True, close_warning=120_000, rating_scale=5, release_offline=1_200_000)
NOTES_SENT: Statement[int] = Statement(
    value,
    "SELECT count(*) FROM deliveries x JOIN messages m ON m.id = x.message_id "
    "WHERE m.kind = 'note'",
)
STRAYED: Statement[int] = Statement(
    value,
    "SELECT count(*) FROM conversations c JOIN identities i ON i.id = c.identity_id "
    "WHERE i.contact_id <> c.contact_id",
)
ON_THE_WAY_TO_BLOCKED: Statement[int] = Statement(
    value,
    "SELECT count(*) FROM deliveries x JOIN conversations c ON c.id = x.conversation_id "
    "JOIN identities i ON i.id = c.identity_id "
    "WHERE x.state = 'queued' AND x.action = 'send' AND i.blocked_until > :now "
    "AND x.message_id NOT IN (SELECT message_id FROM notices WHERE occasion = 'blocked')",
)
EVERY: Statement[int] = Statement(value, "SELECT id FROM conversations ORDER BY id")
ANSWERING_TWICE: Statement[int] = Statement(
    value,
    "SELECT count(*) FROM participants p JOIN conversations c ON c.id = p.conversation_id "
    "WHERE p.agent_id = c.assignee_id AND c.state = 'open'",
)


@dataclass
class Life:
    """A desk, and how many messages it has promised to keep."""

    world: World
    folder: Path
    stored: int = 0
    known: set[int] = field(default_factory=set)

    async def tries(self, work: Callable[..., Any], *given: Any, **more: Any) -> None:
        """Do something that may be refused."""
        with contextlib.suppress(RefusedError):
            await self.world.store.write(work, *given, **more)

    async def agent(self, agent: str) -> Agent:
        return await self.world.store.read(lambda tx: tx.the(AGENT_BY_ID, id=agent))

    async def here(self, customer: str) -> int:
        """Return the customer's conversation, the latest."""
        identity = await self.world.identity(customer)
        assert identity is not None
        every = await self.every()
        return max(one.id for one in every if one.identity_id == identity.id)

    async def every(self) -> list[Conversation]:
        def read(tx: Tx) -> list[Conversation]:
            return [conversations.get(tx, one) for one in tx.all(EVERY)]

        return await self.world.store.read(read)

    # --- what happens ---

    async def writes(self, customer: str) -> None:
        answer = await self.world.says(customer, "?")
        self.stored += answer.outcome == "stored"

    async def does(self, by: str, verb: str, customer: str) -> None:
        me, here = await self.agent(by), await self.here(customer)
        await self.tries(getattr(actions, verb), self.world.desk, me, here)

    async def says(self, by: str, customer: str, kind: str) -> None:
        me, here = await self.agent(by), await self.here(customer)
        written = Written(agent_id=by, text="Ок")
        await self.tries(getattr(actions, kind), self.world.desk, me, here, written)

    async def assigns(self, by: str, customer: str, to: str) -> None:
        me, here = await self.agent(by), await self.here(customer)
        await self.tries(actions.assign, self.world.desk, me, here, to)

    async def queues(self, by: str, customer: str, team: str) -> None:
        me, here = await self.agent(by), await self.here(customer)
        await self.tries(actions.assign_team, self.world.desk, me, here, team)

    async def snoozes(self, by: str, customer: str, lasts: int) -> None:
        me, here = await self.agent(by), await self.here(customer)
        until = self.world.clock.now() + lasts * 1000
        await self.tries(actions.snooze, self.world.desk, me, here, until)

    async def blocks(self, by: str, customer: str, lasts: int | None) -> None:
        me, here = await self.agent(by), await self.here(customer)
        until = None if lasts is None else self.world.clock.now() + lasts * 1000
        order = Order(scope="identity", until=until, reason="x")
        await self.tries(actions.block, self.world.desk, me, here, order)

    async def chooses(self, agent: str, choice: presence.Choice) -> None:
        await self.world.store.write(presence.choose, self.world.desk.policy, agent, choice)

    async def comes(self, agent: str, here: bool) -> None:  # noqa: FBT001  # A step's own word.
        change = presence.arrived if here else presence.departed
        await self.world.store.write(change, self.world.desk.policy, agent)

    async def joins(self, by: str, one: str, other: str) -> None:
        me = await self.agent(by)
        people = [(await self.world.contact(who)).id for who in (one, other)]
        await self.tries(actions.join_contacts, self.world.desk, me, *people)

    async def parts(self, by: str, customer: str) -> None:
        contact = await self.world.contact(customer)
        found = await self.world.store.read(lambda tx: tx.all(j.JOINS_OF, contact_id=contact.id))
        if found:
            await self.tries(joining.undo, found[0], by=by)

    async def waits(self, seconds: float) -> None:
        self.world.clock.tick(seconds)

    async def begins_anew(self) -> None:
        await self.world.store.write(presence.restarted, self.world.desk.policy)

    async def goes_on(self) -> None:
        """Do what the program does by itself: fire what is due, give out what waits."""
        while due := await self.world.store.read(lambda tx: tx.all(d.DUE_TIMERS, now=tx.now)):
            for timer in due:
                await self.world.store.write(fire, self.world.desk, timer)
        await self.world.store.write(queues.give_out, self.world.desk)

    # --- what must hold ---

    async def holds(self) -> None:
        assert await self.world.count("messages WHERE kind = 'incoming'") == self.stored
        for never in (NOTES_SENT, STRAYED, ANSWERING_TWICE):
            assert await self.world.store.read(Tx.the, never) == 0
        now = self.world.clock.now()
        assert await self.world.store.read(Tx.the, ON_THE_WAY_TO_BLOCKED, now=now) == 0
        every = await self.every()
        assert {one.id for one in every} >= self.known
        self.known = {one.id for one in every}
        timers = await self.world.timers()
        assert kinds(timers, RELEASE_IDLE) == {one.id for one in every if is_awaited(one)}
        assert kinds(timers, CLOSE_INACTIVE) == {one.id for one in every if is_quiet(one)}
        away = {one.id: one for one in every if one.snoozed_until is not None}
        assert kinds(timers, SNOOZE) == away.keys()
        assert all(one.state == "open" for one in away.values())
        assert all((one.snoozed_until or 0) > now for one in away.values())
        assert all(one.paused_at is not None for one in away.values())
        assert not away.keys() & kinds(timers, OVERFLOW)
        assert not [one for one in every if one.state == "closed" and one.waiting_since]
        assert not [one for one in every if one.assignee_id == "viktor"]


def kinds(timers: list[Timer], kind: str) -> set[int]:
    """Return the conversations that have a timer of this kind."""
    return {int(one.subject.partition(":")[2]) for one in timers if one.kind == kind}


def is_awaited(one: Conversation) -> bool:
    """Say whether somebody keeps a customer waiting in it."""
    held = one.assignee_id is not None and one.paused_at is None
    return one.state == "open" and held and one.waiting_since is not None


def is_quiet(one: Conversation) -> bool:
    """Say whether its customer's silence closes it."""
    return one.state == "open" and one.waiting_since is None and one.paused_at is None


async def live(folder: Path, steps: list[tuple[Any, ...]], strategy: str) -> None:
    async with living(fresh_database(folder), ManualClock(), POLICY) as world:
        staffed(world, strategy=strategy)
        world.desk = replace(world.desk, says=texts(*OCCASIONS))
        world.sinks = world._sinks()
        life = Life(world, folder)
        for customer in CUSTOMERS:
            await life.writes(customer)
        for verb, *how in steps:
            await getattr(life, verb)(*how)
            await life.goes_on()
            await life.holds()


@given(steps=STEPS, strategy=st.sampled_from(["manual", "round_robin", "least_loaded", "sticky"]))
@settings(max_examples=60, deadline=None)
def test_whatever_happens_nobody_is_lost_and_nothing_goes_where_it_must_not(
    steps: list[tuple[Any, ...]], strategy: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), steps, strategy))
