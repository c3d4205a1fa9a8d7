"""A delivery worker on a real database, the network of `pigeon.py`, and a clock moved by hand."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec
from sqlalchemy import select

from bridge.delivery import LANE_TOPIC, PATIENCE, Body, DeliveryWorker
from bridge.media import MediaStore
from bridge.models import DELIVERY, Delivery
from bridge.store import conversations as q
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.desk import PUT_AGENT
from bridge.store.statement import Statement, value
from bridge.store.transactions import News, Store, Tx
from tests.bridge.delivery.pigeon import Network, Pigeon
from tests.clock import ManualClock
from tests.databases import until

INBOX = "loft"
MESSAGE_IDS = Statement(value, select(DELIVERY.c.message_id).distinct())
Action = Literal["send", "edit", "delete"]


@dataclass
class Witness:
    """A reactor that remembers, and wants uncertain parts resent if told to."""

    resend: bool = False
    heard: list[tuple[str, int]] = field(default_factory=list)
    breaks: bool = False

    def sent(self, tx: Tx, delivery: Delivery, external_ids: Sequence[str]) -> None:
        if self.breaks:
            raise LookupError("a bug of what follows")
        self.heard.append(("sent", delivery.id))

    def ended(self, tx: Tx, delivery: Delivery, state: Literal["failed", "uncertain"]) -> bool:
        self.heard.append((state, delivery.id))
        return self.resend and state == "uncertain" and delivery.doubled_at is None

    def leaving(self, _tx: Tx, _delivery: Delivery, text: str) -> str:
        """Leave the text as it is."""
        return text

    def delayed(self, tx: Tx, delivery: Delivery) -> None:
        self.heard.append(("delayed", delivery.id))


class Rig:
    """Everything a test of deliveries needs."""

    def __init__(self, store: Store, clock: ManualClock, media: Path, **capabilities: Any) -> None:
        self.store = store
        self.clock = clock
        self.network = Network()
        self.channel = Pigeon(self.network, **capabilities)
        self.witness = Witness()
        self.media = MediaStore(store, media, clock=clock, secret=b"s" * 32)
        self.worker = self.new_worker()
        store.on_commit = self._committed

    def new_worker(self, **timing: float) -> DeliveryWorker:
        """Make another worker, as a new process would."""
        self.worker = DeliveryWorker(
            self.store, self.media, self.witness, INBOX, self.channel, heard=None, **timing
        )
        return self.worker

    def _committed(self, news: News) -> None:
        if LANE_TOPIC in news.topics:
            self.worker.wake()

    @contextlib.asynccontextmanager
    async def working(self, **timing: float) -> AsyncIterator[None]:
        """Run a worker for as long as the context lasts; stop it gracefully."""
        task = asyncio.create_task(self.new_worker(**timing).run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def pass_time(self, seconds: float) -> None:
        """Move the clock, and have the worker look at it."""
        self.clock.tick(seconds)
        self.worker.wake()

    async def a_moment(self) -> None:
        """Give the worker time for whatever it might be about to do."""
        for _ in range(5):
            self.worker.wake()
            await self.store.write(lambda _tx: None)
            await asyncio.sleep(0.005)

    # --- what is written ---

    async def conversation(self, customer: str = "Олена", inbox: str = INBOX) -> int:
        """Begin a conversation with a customer."""
        return await begun(self.store, customer, inbox)

    async def say(self, conversation_id: int, *texts: str) -> int:
        """Store one message of one part a text; return its id."""
        return await self.store.write(_message, conversation_id, texts)

    async def change(
        self, message_id: int, action: Action, text: str = "", *, part: int = 0, revision: int = 2
    ) -> None:
        """Store an edit or a deletion of a message's part."""
        await self.store.write(_change, message_id, action, text, part, revision)

    # --- what has become of it ---

    async def deliveries(self) -> dict[str, Delivery]:
        """Return each part by its text (edits as `edit: text`)."""
        return await self.store.read(_deliveries)

    async def states(self) -> dict[str, str]:
        """Return the state of each part by its text."""
        return {text: one.state for text, one in (await self.deliveries()).items()}

    async def tried(self, text: str, times: int = 1) -> None:
        """Wait until a part has been tried so often and the answer is recorded."""
        await until(lambda: self.network.called.count(text) >= times)
        for _ in range(6000):
            if (await self.states())[text] != "sending":
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"{text} is still on the wire")

    async def reaches(self, **wanted: str) -> None:
        """Wait until parts are in these states; fails if they are not in time."""
        seen: dict[str, str] = {}
        try:
            async with asyncio.timeout(30):
                while not wanted.items() <= seen.items():
                    await asyncio.sleep(0.002)
                    seen = await self.states()
        except TimeoutError:
            raise AssertionError(f"wanted {wanted}, got {seen}") from None


async def begun(store: Store, customer: str, inbox: str = INBOX) -> int:
    """Begin a conversation with a customer of an inbox; return its id."""
    return await store.write(_conversation, customer, inbox)


def _conversation(tx: Tx, customer: str, inbox: str) -> int:
    tx.run(p.PUT_INBOX, id=inbox, kind="pigeon", name="Голубятня")
    tx.run(PUT_AGENT, id="anna", name="Анна", email=None, role="agent")
    contact = tx.the(
        p.ADD_CONTACT,
        name=customer,
        email=None,
        phone=None,
        language=None,
        attributes="{}",
        created_at=tx.now,
    )
    identity = tx.the(
        p.ADD_IDENTITY,
        inbox_id=inbox,
        external_id=customer,
        contact_id=contact,
        name=None,
        username=None,
        profile_url=None,
        verified_at=None,
        created_at=tx.now,
    )
    return tx.the(
        q.ADD_CONVERSATION,
        inbox_id=inbox,
        identity_id=identity,
        contact_id=contact,
        thread="",
        state="open",
        language=None,
        created_at=tx.now,
        last_at=tx.now,
    )


def _message(tx: Tx, conversation_id: int, texts: Sequence[str]) -> int:
    conversation = tx.the(q.CONVERSATION_BY_ID, id=conversation_id)
    message_id: int = tx.the(
        m.ADD_MESSAGE,
        conversation_id=conversation_id,
        kind="outgoing",
        identity_id=None,
        agent_id="anna",
        inbox_id=conversation.inbox_id,
        external_id=None,
        client_key=None,
        text="\n".join(texts),
        format="markdown",
        reply_to_id=None,
        activity=None,
        created_at=tx.now,
        attachment_count=0,
    )
    for part, text in enumerate(texts):
        _add(tx, message_id, part, "send", text, 1)
    return message_id


def _change(tx: Tx, message_id: int, action: Action, text: str, part: int, revision: int) -> None:
    _add(tx, message_id, part, action, text, revision)


def _add(tx: Tx, message_id: int, part: int, action: Action, text: str, revision: int) -> None:
    message = tx.the(m.MESSAGE_BY_ID, id=message_id)
    tx.the(
        d.ADD_DELIVERY,
        message_id=message_id,
        conversation_id=message.conversation_id,
        place=message.inbox_id,
        part=part,
        action=action,
        revision=revision,
        state="queued",
        body=msgspec.json.encode(Body(text=text)).decode(),
        due_at=tx.now,
        created_at=tx.now,
        changed_at=tx.now,
        expires_at=tx.now + PATIENCE,
    )
    tx.wake(LANE_TOPIC)


def _deliveries(tx: Tx) -> dict[str, Delivery]:
    found = {}
    for message_id in tx.all(MESSAGE_IDS):
        for one in tx.all(d.DELIVERIES_OF, message_id=message_id):
            text = msgspec.json.decode(one.body, type=Body).text
            found[text if one.action == "send" else f"{one.action}: {text}"] = one
    return found
