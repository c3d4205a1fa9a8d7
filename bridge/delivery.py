"""The outbox: each part is claimed, sent once, and its end recorded.

One worker a place (an inbox). Inside it every conversation is a lane: the oldest part
first, one on the wire at a time, so that a stuck conversation holds up nobody else. The
adapter never retries; what a failure means is decided here, by its class (DESIGN.md,
Lanes; RELIABILITY.md, Out).
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec
from tenacity import RetryCallState, Retrying, wait_exponential_jitter

from bridge import channel as ch
from bridge.media import MediaStore
from bridge.models import Delivery
from bridge.store import conversations as q
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Store, Tx

_log = logging.getLogger(__name__)

LANE_TOPIC = "deliveries"
# A retry after this is no use to anybody; a network's own limit may be shorter.
PATIENCE = 24 * 3_600_000
# On the wire at once for one place; each belongs to another conversation.
WIDTH = 16
# A send that takes longer has an outcome nobody knows, in seconds.
SEND_TIMEOUT = 60.0
# What is on the wire when the program is told to stop gets this long, in seconds.
LAST_WORDS = 8.0
# First and longest pause between two attempts, in seconds.
_pause = wait_exponential_jitter(initial=1, max=300, jitter=1)


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a delivery carries: text in our own markup, and media by public id."""

    text: str = ""
    media: list[str] = msgspec.field(default_factory=list)


class Reactor(Protocol):
    """What else changes when a part ends; called inside the transaction that records it."""

    def sent(self, tx: Tx, delivery: Delivery, external_ids: Sequence[str]) -> None:
        """The network took the part under these ids."""
        ...

    def ended(self, tx: Tx, delivery: Delivery, state: Literal["failed", "uncertain"]) -> bool:
        """The part ended badly; return whether it is to go once more, marked as a double."""
        ...

    def delayed(self, tx: Tx, delivery: Delivery) -> None:
        """The part waits for another attempt."""
        ...


@dataclass(frozen=True, slots=True)
class _Claim:
    """A part that is ours to send."""

    delivery: Delivery
    part: ch.OutboundPart


def pause_after(attempts: int) -> float:
    """Return the seconds to wait after so many attempts: exponential, with jitter."""
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = attempts
    return _pause(state)


class DeliveryWorker:
    """Sends what waits for one place."""

    def __init__(
        self,
        store: Store,
        media: MediaStore,
        reactor: Reactor,
        inbox_id: str,
        channel: ch.Channel,
        *,
        send_timeout: float = SEND_TIMEOUT,
    ) -> None:
        """Serve one inbox through its channel."""
        self._store = store
        self._media = media
        self._reactor = reactor
        self._place = inbox_id
        self._channel = channel
        self._send_timeout = send_timeout
        self._awake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._paused_until = 0.0

    def wake(self) -> None:
        """Say that something may be waiting."""
        self._awake.set()

    async def run(self) -> None:
        """Send until cancelled; what is on the wire then gets a moment to end."""
        await self._store.write(self._inherit)
        try:
            while True:
                self._awake.clear()
                await self._send_what_is_due()
                await self._rest()
        finally:
            await self._finish()

    async def _send_what_is_due(self) -> None:
        free = WIDTH - len(self._sending)
        if free <= 0 or self._store.clock.monotonic() < self._paused_until:
            return
        for claim in await self._store.write(self._claim, free):
            task = asyncio.create_task(self._send(claim))
            self._sending.add(task)
            task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self.wake()

    async def _rest(self) -> None:
        """Sleep until woken, or until the next attempt is due."""
        due = await self._store.read(self._next_due)
        pause = self._paused_until - self._store.clock.monotonic()
        wait = None if due is None else max(due / 1000, pause, 0.02)
        if len(self._sending) >= WIDTH:
            wait = None
        try:
            async with asyncio.timeout(wait):
                await self._awake.wait()
        except TimeoutError:
            return

    def _next_due(self, tx: Tx) -> int | None:
        due = tx.one(d.NEXT_DUE, place=self._place)
        return None if due is None else max(0, due - tx.now)

    async def _finish(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=LAST_WORDS)
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    # --- claiming ---

    def _inherit(self, tx: Tx) -> None:
        """Decide about parts that an earlier process left on the wire.

        Their first byte may have gone: only a network that knows our key may be asked again.
        """
        for left in tx.all(d.LEFT_SENDING, place=self._place):
            if self._channel.capabilities.idempotent_send:
                self._again(tx, left, 0.0, None, None)
            else:
                self._end(tx, left, "uncertain", "interrupted", None)

    def _claim(self, tx: Tx, limit: int) -> list[_Claim]:
        claims = []
        for head in tx.all(d.DUE_HEADS, place=self._place, now=tx.now, limit=limit):
            if tx.run(d.CLAIM, of=head.id, at=tx.now):
                delivery = tx.the(d.DELIVERY_BY_ID, id=head.id)
                claims.append(_Claim(delivery, self._part(tx, delivery)))
        return claims

    def _part(self, tx: Tx, delivery: Delivery) -> ch.OutboundPart:
        body = msgspec.json.decode(delivery.body, type=Body)
        message = tx.the(m.MESSAGE_BY_ID, id=delivery.message_id)
        conversation = tx.the(q.CONVERSATION_BY_ID, id=delivery.conversation_id)
        identity = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
        agent = tx.one(AGENT_BY_ID, id=message.agent_id) if message.agent_id else None
        return ch.OutboundPart(
            recipient=identity.external_id,
            thread=conversation.thread,
            message_id=message.id,
            text=body.text,
            media=self._media.outbound(tx, body.media),
            reply_to=self._quoted(tx, message.reply_to_id) if delivery.part == 0 else None,
            author=agent.name if agent else None,
            external_ids=self._known_ids(tx, delivery),
        )

    def _quoted(self, tx: Tx, message_id: int | None) -> str | None:
        """Return the network's id of the quoted message, theirs or ours."""
        if message_id is None:
            return None
        quoted = tx.the(m.MESSAGE_BY_ID, id=message_id)
        if quoted.external_id is not None:
            return quoted.external_id
        return tx.one(d.RECEIPTS_OF_MESSAGE, message_id=message_id, inbox_id=self._place)

    def _known_ids(self, tx: Tx, delivery: Delivery) -> Sequence[str]:
        """Return what an edit or a delete is to be applied to."""
        if delivery.action == "send":
            return ()
        for one in tx.all(d.DELIVERIES_OF, message_id=delivery.message_id):
            if one.action == "send" and one.part == delivery.part and one.place == self._place:
                return msgspec.json.decode(one.external_ids, type=list[str])
        return ()

    # --- sending ---

    async def _send(self, claim: _Claim) -> None:
        """Send one part and record what became of it."""
        delivery = claim.delivery
        try:
            async with asyncio.timeout(self._send_timeout):
                receipt = await self._on_the_wire(claim)
        except ch.SendError as error:
            await self._record(self._failed, delivery, error)
        except TimeoutError:
            late = ch.OutcomeUnknownError("no answer in time", reason="timeout")
            await self._record(self._failed, delivery, late)
        except Exception:
            # A bug of an adapter's: the part may have gone before it happened.
            _log.exception("sending delivery %s to %s failed", delivery.id, self._place)
            bug = ch.OutcomeUnknownError("the adapter failed", reason="internal")
            await self._record(self._failed, delivery, bug)
        else:
            await self._record(self._accepted, delivery, receipt)

    async def _on_the_wire(self, claim: _Claim) -> ch.Receipt:
        channel, key = self._channel, f"{claim.delivery.id}"
        match claim.delivery.action:
            case "edit" if isinstance(channel, ch.CanEdit):
                return await channel.edit(claim.part, key=key)
            case "delete" if isinstance(channel, ch.CanDelete):
                return await channel.delete(claim.part, key=key)
            case "send":
                return await channel.send(claim.part, key=key)
        raise ch.RejectedError("the network cannot do this", reason="unsupported")

    async def _record(self, work: "_Recorder", delivery: Delivery, outcome: object) -> None:
        """Record an outcome, however long the database takes to come back."""
        attempts = 0
        while True:
            try:
                await self._store.write(work, delivery, outcome)
            except ch.StorageUnavailableError:
                attempts += 1
                _log.error("delivery %s cannot be recorded yet", delivery.id)
                await asyncio.sleep(min(pause_after(attempts), 10.0))
            else:
                return

    def _accepted(self, tx: Tx, delivery: Delivery, receipt: ch.Receipt) -> None:
        ids = list(receipt.external_ids)
        state = "delivered" if receipt.delivered else "sent"
        encoded = msgspec.json.encode(ids).decode()
        if not tx.run(d.SET_SENT, of=delivery.id, state=state, external_ids=encoded, at=tx.now):
            return
        self._keep_ids(tx, delivery, ids)
        self._reactor.sent(tx, delivery, ids)

    def _keep_ids(self, tx: Tx, delivery: Delivery, ids: Sequence[str]) -> None:
        for external_id in ids if delivery.action == "send" else ():
            tx.run(
                d.ADD_RECEIPT,
                inbox_id=self._place,
                external_id=external_id,
                delivery_id=delivery.id,
            )

    def _failed(self, tx: Tx, delivery: Delivery, error: ch.SendError) -> None:
        reason, detail = error.reason, str(error)
        match error:
            case ch.ThrottledError():
                self._paused_until = self._store.clock.monotonic() + error.after
                self._again(tx, delivery, error.after, reason, detail)
            case ch.UnavailableError():
                self._again(tx, delivery, pause_after(delivery.attempts), reason, detail)
            case ch.OutcomeUnknownError() if self._channel.capabilities.idempotent_send:
                self._again(tx, delivery, pause_after(delivery.attempts), reason, detail)
            case ch.OutcomeUnknownError():
                self._end(tx, delivery, "uncertain", reason, detail)
            case ch.UnreachableError():
                self._expect_proof(tx, delivery, error.external_ids)
                self._end(tx, delivery, "failed", reason, detail)
            case _:
                self._end(tx, delivery, "failed", reason, detail)

    def _expect_proof(self, tx: Tx, delivery: Delivery, ids: Sequence[str]) -> None:
        """Remember under which ids the network may report the part after all."""
        if not ids:
            return
        encoded = msgspec.json.encode(list(ids)).decode()
        tx.run(d.SET_EXTERNAL_IDS, of=delivery.id, external_ids=encoded)
        self._keep_ids(tx, delivery, ids)

    def _again(
        self, tx: Tx, delivery: Delivery, wait: float, reason: str | None, detail: str | None
    ) -> None:
        due_at = tx.now + round(wait * 1000)
        if due_at > delivery.expires_at:
            self._end(tx, delivery, "failed", reason or "expired", detail)
            return
        tx.run(d.RESCHEDULE, of=delivery.id, due_at=due_at, reason=reason, detail=detail, at=tx.now)
        tx.wake(LANE_TOPIC)
        self._reactor.delayed(tx, delivery)

    def _end(
        self,
        tx: Tx,
        delivery: Delivery,
        state: Literal["failed", "uncertain"],
        reason: str,
        detail: str | None,
    ) -> None:
        ended = tx.run(
            d.SET_STATE,
            of=delivery.id,
            expected="sending",
            state=state,
            reason=reason,
            detail=detail,
            at=tx.now,
        )
        if not ended:
            return
        if self._reactor.ended(tx, delivery, state):
            self._double(tx, delivery)
            return
        tx.run(
            d.HOLD_LATER_PARTS,
            message_id=delivery.message_id,
            of_place=self._place,
            after_part=delivery.part,
            at=tx.now,
        )

    def _double(self, tx: Tx, delivery: Delivery) -> None:
        """Queue an uncertain part once more, marked as one that may arrive twice."""
        tx.run(
            d.QUEUE_AGAIN,
            of=delivery.id,
            at=tx.now,
            expires_at=delivery.expires_at,
            doubled_at=tx.now,
        )
        tx.wake(LANE_TOPIC)


class _Recorder(Protocol):
    """A method that records one outcome."""

    def __call__(self, tx: Tx, delivery: Delivery, outcome: object, /) -> None:
        """Record it."""
        ...
