"""Routing on a real database, with three inboxes, four agents, and a clock moved by hand.

`pager` is a network like Telegram: one conversation a customer. `site` is one like the
widget: customers choose threads. `post` is one like email: anybody's address will do.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from bridge import channel as ch
from bridge.db import Place
from bridge.delivery import Outcomes
from bridge.events import EventHub
from bridge.models import Contact, Conversation, Delivery, Event, Identity, Message, Role, Timer
from bridge.store import deliveries as d
from bridge.store import log
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.desk import PUT_AGENT
from bridge.store.statement import Statement, value
from bridge.store.transactions import Store, Tx
from routing import conversations, outbound
from routing.desk import Desk
from routing.inbound import InboundSink
from routing.outbound import Written
from routing.policy import Policy
from routing.reactions import Reactions
from routing.timers import follow_clock
from tests.clock import ManualClock
from tests.databases import opened, until

AGENTS: dict[str, Role] = {
    "anna": "agent",
    "boris": "agent",
    "sofia": "supervisor",
    "viktor": "viewer",
}
CAPABILITIES = {
    "pager": ch.Capabilities(max_text=100, edits=True, deletes=True, quotes=True),
    "site": ch.Capabilities(threads=True, rich_text=True, reports_read=True),
    "post": ch.Capabilities(threads=True, rich_text=True, by_address=True, media={"file": 1000}),
}


class World:
    """What a test of routing can do and see."""

    def __init__(self, store: Store, clock: ManualClock, policy: Policy) -> None:
        self.store = store
        self.clock = clock
        self.hub = EventHub(store)
        store.on_jump = follow_clock
        self.desk = Desk(policy, dict(CAPABILITIES))
        self.sinks = self._sinks()
        self._numbers = itertools.count(1)

    def _sinks(self) -> dict[str, InboundSink]:
        inboxes = CAPABILITIES
        return {one: InboundSink(self.store, self.hub, self.desk, one) for one in inboxes}

    def under(self, **policy: Any) -> None:
        """Change the policy, as another configuration would."""
        self.desk = replace(self.desk, policy=replace(self.desk.policy, **policy))
        self.sinks = self._sinks()

    # --- customers ---

    def message(self, customer: str, text: str = "Привіт 👋", **more: Any) -> ch.InboundMessage:
        """Return a message nobody has seen yet, unless `external_id` says otherwise."""
        number = next(self._numbers)
        sender = more.pop("sender", None) or ch.Sender(external_id=customer)
        given: dict[str, Any] = {
            "external_id": f"{customer}/{number}",
            "sent_at": self.clock.now(),
        } | more
        return ch.InboundMessage(sender=sender, text=text, **given)

    async def says(
        self, customer: str, text: str = "Привіт 👋", *, inbox: str = "pager", **more: Any
    ) -> ch.Answer:
        """Have a customer write."""
        return await self.comes(self.message(customer, text, **more), inbox=inbox)

    async def comes(self, event: ch.InboundEvent, *, inbox: str = "pager") -> ch.Answer:
        """Have one event come in."""
        [answer] = await self.sinks[inbox].accept([event])
        return answer

    async def begun(self, customer: str = "olena", *, inbox: str = "pager", **more: Any) -> int:
        """Have a customer write, and return the conversation."""
        answer = await self.says(customer, inbox=inbox, **more)
        assert answer.conversation_id is not None, answer
        return answer.conversation_id

    # --- agents ---

    async def does(
        self, work: Callable[..., Any], conversation_id: int, *given: Any, **more: Any
    ) -> Any:
        """Run one of `routing.conversations`' verbs on the conversation as it is now."""

        def now(tx: Tx) -> Any:
            return work(tx, conversations.get(tx, conversation_id), *given, **more)

        return await self.store.write(now)

    async def takes(self, agent: str, conversation_id: int) -> None:
        """Have an agent take it."""
        await self.does(conversations.take, conversation_id, agent)

    async def closes(self, agent: str, conversation_id: int) -> None:
        """Have an agent close it."""
        await self.does(conversations.close, conversation_id, self.desk.policy, by=agent)

    async def replies(
        self, agent: str, conversation_id: int, text: str = "Добрий день!", **more: Any
    ) -> int:
        """Have an agent answer; return the message."""
        return (await self._writes(outbound.reply, agent, conversation_id, text, more))[0]

    async def notes(self, agent: str, conversation_id: int, text: str = "🤔", **more: Any) -> int:
        """Have an agent leave a note; return it."""
        return (await self._writes(outbound.note, agent, conversation_id, text, more))[0]

    async def _writes(
        self,
        work: Callable[..., tuple[int, bool]],
        agent: str,
        conversation_id: int,
        text: str,
        more: dict[str, Any],
    ) -> tuple[int, bool]:
        def now(tx: Tx) -> tuple[int, bool]:
            written = Written(agent_id=agent, text=text, **more)
            return work(tx, self.desk, conversations.get(tx, conversation_id), written)

        return await self.store.write(now)

    # --- the network's side of what goes out ---

    async def sent(
        self, message_id: int, *external_ids: str, part: int = 0, action: str = "send"
    ) -> Delivery:
        """Record that the network took a part, or a change of it, under these ids."""
        return await self.store.write(self._sent, message_id, external_ids, part, action)

    def _sent(
        self, tx: Tx, message_id: int, external_ids: Sequence[str], part: int, action: str
    ) -> Delivery:
        one = self._claimed(tx, message_id, part, action)
        return self._recorded(tx, one, ch.Receipt(external_ids=external_ids))

    async def goes_out(self, message_id: int, *, part: int = 0, begun: bool = True) -> Delivery:
        """Put a part on the wire, or before it, where it waits; return it as it is then."""
        return await self.store.write(
            lambda tx: self._claimed(tx, message_id, part, "send", begun=begun)
        )

    async def comes_back(self, delivery: Delivery, outcome: ch.Receipt | ch.SendError) -> Delivery:
        """Record what came of a part that was on the wire."""
        return await self.store.write(self._recorded, delivery, outcome)

    async def lost(self, message_id: int, *, part: int = 0) -> Delivery:
        """Have a part go out, and nobody know what became of it."""
        unknown = ch.OutcomeUnknownError("No answer came.", reason="timeout")
        return await self.comes_back(await self.goes_out(message_id, part=part), unknown)

    def _claimed(
        self, tx: Tx, message_id: int, part: int, action: str, *, begun: bool = True
    ) -> Delivery:
        [one] = [
            one
            for one in tx.all(d.DELIVERIES_OF, message_id=message_id)
            if one.part == part and one.action == action
        ]
        tx.run(d.CLAIM, of=one.id, at=tx.now, begun_at=tx.now if begun else None)
        return tx.the(d.DELIVERY_BY_ID, id=one.id)

    def _recorded(self, tx: Tx, one: Delivery, outcome: ch.Receipt | ch.SendError) -> Delivery:
        outcomes = Outcomes(Reactions(self.desk), one.place, idempotent=False)
        outcomes.record(tx, one, outcome)
        return tx.the(d.DELIVERY_BY_ID, id=one.id)

    # --- what is there ---

    async def conversation(self, conversation_id: int) -> Conversation:
        """Return a conversation as it is now."""
        return await self.store.read(conversations.get, conversation_id)

    async def messages(self, conversation_id: int) -> list[Message]:
        """Return everything in a thread, in its order."""
        return await self.store.read(
            lambda tx: tx.all(
                m.MESSAGES_AFTER, conversation_id=conversation_id, bound=0, limit=10_000
            )
        )

    async def texts(self, conversation_id: int) -> list[str]:
        """Return what customers and agents have said."""
        said = await self.messages(conversation_id)
        return [one.text for one in said if one.kind != "activity"]

    async def activities(self, conversation_id: int) -> list[dict[str, Any]]:
        """Return what has happened, each as its verb and its data in one."""
        found = []
        for one in await self.messages(conversation_id):
            if one.activity is not None:
                told = msgspec.json.decode(one.activity)
                found.append({"verb": told["verb"]} | told["data"])
        return found

    async def verbs(self, conversation_id: int) -> list[str]:
        """Return the verbs of what has happened."""
        return [one["verb"] for one in await self.activities(conversation_id)]

    async def message_of(self, answer: ch.Answer) -> Message:
        """Return the message an answer speaks of."""
        return await self.store.read(lambda tx: tx.the(m.MESSAGE_BY_ID, id=answer.message_id))

    async def deliveries(self, message_id: int) -> list[Delivery]:
        """Return the parts of a message."""
        return await self.store.read(lambda tx: tx.all(d.DELIVERIES_OF, message_id=message_id))

    async def states(self, message_id: int) -> list[str]:
        """Return the states of a message's parts."""
        return [one.state for one in await self.deliveries(message_id)]

    async def identity(self, customer: str, inbox: str = "pager") -> Identity | None:
        """Return a customer's account."""
        return await self.store.read(
            lambda tx: tx.one(p.FIND_IDENTITY, inbox_id=inbox, external_id=customer)
        )

    async def contact(self, customer: str, inbox: str = "pager") -> Contact:
        """Return the person behind an account."""
        identity = await self.identity(customer, inbox)
        assert identity is not None
        return await self.store.read(lambda tx: tx.the(p.CONTACT_BY_ID, id=identity.contact_id))

    async def events(self, after: int = 0) -> list[Event]:
        """Return the event log."""
        return await self.store.read(lambda tx: tx.all(log.EVENTS_AFTER, after=after, limit=10_000))

    async def last_event(self) -> int:
        """Return where the log stands."""
        return await self.store.read(lambda tx: tx.the(log.LAST_EVENT))

    async def timers(self) -> list[Timer]:
        """Return every timer, whenever it is due."""
        return await self.store.read(lambda tx: tx.all(d.DUE_TIMERS, now=2**62))

    async def caught_up(self) -> None:
        """Wait until the hub has read the log to its end."""
        last = self.hub.cursor_at(await self.last_event())
        await until(lambda: self.hub.cursor() == last)

    async def count(self, table: str) -> int:
        """Return how many rows a table has."""
        statement: Statement[int] = Statement(value, f"SELECT count(*) FROM {table}")  # noqa: S608
        return await self.store.read(lambda tx: tx.the(statement))


def declare(tx: Tx) -> None:
    """Make the agents and the inboxes."""
    for agent_id, role in AGENTS.items():
        tx.run(PUT_AGENT, id=agent_id, name=agent_id.title(), email=None, role=role)
    for inbox_id in CAPABILITIES:
        tx.run(p.PUT_INBOX, id=inbox_id, kind=inbox_id, name=inbox_id)


@contextlib.asynccontextmanager
async def living(
    database: Place, clock: ManualClock, policy: Policy | None = None
) -> AsyncIterator[World]:
    """Run a world for as long as the context lasts, and its event hub with it."""
    async with opened(database, clock=clock) as store:
        world = World(store, clock, policy or Policy())
        await store.write(declare)
        await world.hub.start()
        store.on_commit = lambda news: world.hub.committed(news.events)
        task = asyncio.create_task(world.hub.run())
        try:
            yield world
        finally:
            task.cancel()
            await asyncio.wait([task])
