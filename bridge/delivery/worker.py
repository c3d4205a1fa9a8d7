"""The worker of one place (an inbox): claims what is due, sends it, has it recorded.

Inside the place every conversation is a lane: the oldest part first, one on the wire at a
time, so that a stuck conversation holds up nobody else. The adapter never retries; that is
decided in `outcomes.py` (DESIGN.md, Lanes).
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from bridge import channel as ch
from bridge import tracing, wirelog
from bridge.delivery.lives import Keys, keys
from bridge.delivery.outcomes import (
    LANE_TOPIC,
    Outcome,
    Outcomes,
    Reactor,
    Unmoved,
    patience_of,
    pause_after,
)
from bridge.delivery.parts import outbound_part
from bridge.media import MediaStore
from bridge.models import Delivery, DeliveryAction
from bridge.store import deliveries as d
from bridge.store.transactions import Store, Tx, is_passing
from bridge.underway import UnderWay
from bridge.waking import woken

__all__ = ["LANE_TOPIC", "DeliveryWorker"]

_log = logging.getLogger(__name__)

# On the wire at once for one place; each belongs to another conversation.
WIDTH = 16
# What is on the wire when the program is told to stop gets this long, in seconds.
LAST_WORDS = 8.0
# The longest pause before the database is asked again after a failure, in seconds.
_LONGEST_DATABASE_PAUSE = 10.0


@dataclass(frozen=True, slots=True)
class _Claim:
    """A part that is ours to send."""

    delivery: Delivery
    part: ch.OutboundPart


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
        send_timeout: float | None = None,
        last_words: float = LAST_WORDS,
        heard: Callable[[Outcome, DeliveryAction], None] | None = None,
    ) -> None:
        """Serve one inbox through its channel; `heard` is told how each call has ended."""
        self._store = store
        self._media = media
        self._place = inbox_id
        self._channel = channel
        self._heard = heard
        idempotent = channel.capabilities.idempotent_send
        self._reactor = reactor
        self._outcomes = Outcomes(reactor, inbox_id, idempotent=idempotent)
        self._plain_outcomes = Outcomes(Unmoved(), inbox_id, idempotent=idempotent)
        self._send_timeout = send_timeout or channel.capabilities.send_timeout
        self._last_words = last_words
        self._awake = asyncio.Event()
        # The conversations that take no other part meanwhile, whatever is reported of this one.
        self._sending = UnderWay[int](self.wake)
        # Whose first byte may have gone; the others that are claimed have certainly not.
        self._on_the_wire: set[int] = set()
        self._paused_until = 0.0
        # Conversations that the network wants left alone, and until when.
        self._resting: dict[int, float] = {}
        self._keys = Keys()
        # Claimed by a transaction of which nobody knows whether it is there.
        self._perhaps: set[int] = set()

    def wake(self) -> None:
        """Say that something may be waiting."""
        self._awake.set()

    @property
    def has_room(self) -> bool:
        """Whether the network could take something beside the messages, now."""
        return self._pause() <= 0 and len(self._sending) < WIDTH // 2

    async def run(self) -> None:
        """Send until cancelled; what is on the wire then gets a moment to end."""
        await self._persist(self._begin)
        try:
            while True:
                self._awake.clear()
                await self._rest(await self._send_what_is_due())
        finally:
            await self._finish()

    def _begin(self, tx: Tx) -> None:
        self._keys = keys(tx)
        self._outcomes.inherit(tx)

    async def _send_what_is_due(self) -> float | None:
        """Put on the wire what may go; return the seconds until more may, if only time tells."""
        free = WIDTH - len(self._sending)
        if free <= 0:
            return None
        pause = self._pause()
        if pause > 0:
            return pause
        try:
            busy = frozenset(self._sending.about())
            resting = self._still_resting()
            claims, more_in = await self._store.write(self._claim, free, resting, busy)
            self._perhaps.clear()
        except ch.StorageUnavailableError:
            _log.error("deliveries to %s wait for the database", self._place)
            return pause_after(1)
        for claim in claims:
            self._sending.begin(self._send(claim), claim.delivery.conversation_id)
        return more_in

    async def _rest(self, seconds: float | None) -> None:
        """Sleep until woken, at most so long."""
        await woken(self._awake, within=seconds)

    def _pause(self) -> float:
        """Return the seconds for which the network has asked us to be quiet."""
        return self._paused_until - self._store.clock.monotonic()

    async def _finish(self) -> None:
        """Let what is on the wire end, and say of the rest what is known."""
        await self._sending.end(within=self._last_words)
        try:
            await self._store.write(self._outcomes.abandon, frozenset(self._on_the_wire))
        except ch.StorageUnavailableError:
            _log.error("deliveries to %s are settled at the next start", self._place)
        self._on_the_wire.clear()

    # --- claiming ---

    def _still_resting(self) -> dict[int, float]:
        """Return the conversations that rest, and for how many seconds."""
        now = self._store.clock.monotonic()
        self._resting = {one: end for one, end in self._resting.items() if end > now}
        return {one: end - now for one, end in self._resting.items()}

    def _claim(
        self, tx: Tx, limit: int, resting: Mapping[int, float], busy: Collection[int]
    ) -> tuple[list[_Claim], float | None]:
        """Make due parts ours; return them, and in how many seconds the next will be due."""
        self._outcomes.put_back(tx, self._perhaps)
        claims = []
        # Enough that may go, even if all that rest or are busy come first.
        most = limit + len(resting) + len(busy)
        heads = tx.all(d.DUE_HEADS, place=self._place, now=tx.now, limit=most)
        kept_back = resting.keys() | set(busy)
        due = [head for head in heads if head.conversation_id not in kept_back]
        begun_at = None if self._channel.capabilities.waits_its_turn else tx.now
        for head in due[:limit]:
            if head.expires_at < tx.now:
                self._outcomes.expire(tx, head)
            elif tx.run(d.CLAIM, of=head.id, at=tx.now, begun_at=begun_at):
                self._perhaps.add(head.id)
                claim = self._prepare(tx, tx.the(d.DELIVERY_BY_ID, id=head.id))
                claims.extend([claim] if claim else [])
        waits = [resting[one.conversation_id] for one in heads if one.conversation_id in resting]
        next_due = tx.one(d.NEXT_DUE, place=self._place, now=tx.now)
        if next_due is not None:
            waits.append((next_due - tx.now) / 1000)
        return claims, min(waits, default=None)

    def _prepare(self, tx: Tx, delivery: Delivery) -> _Claim | None:
        """Make the part; one that cannot be made must not stop the others."""
        try:
            network = self._channel.capabilities
            part = outbound_part(tx, self._media, delivery, network)
            text = self._reactor.leaving(tx, delivery, part.text)
            claim = _Claim(delivery, part if text == part.text else replace(part, text=text))
            self._foretell(tx, claim)
        except ch.SendError as error:
            self._outcomes.record(tx, delivery, error)
        except Exception as error:
            if is_passing(error):
                raise
            _log.exception("delivery %s cannot be prepared", delivery.id)
            broken = ch.RejectedError("it could not be prepared", reason="internal")
            self._outcomes.record(tx, delivery, broken)
        else:
            return claim
        return None

    def _foretell(self, tx: Tx, claim: _Claim) -> None:
        """Keep the ids that the part will have, where they are known before it is sent."""
        if claim.delivery.action == "send" and isinstance(self._channel, ch.KnowsIds):
            ids = self._channel.ids_of(claim.part, key=f"{claim.delivery.id}")
            self._outcomes.expect_proof(tx, claim.delivery, ids)

    # --- sending ---

    async def _send(self, claim: _Claim) -> None:
        one = claim.delivery
        told: dict[str, tracing.Value] = {
            "place": self._place,
            "delivery": one.id,
            "message": one.message_id,
            "part": one.part,
        }
        with tracing.span("delivery", told, of=[one.message_id]):
            await self._sent(claim)

    async def _sent(self, claim: _Claim) -> None:
        with wirelog.recording() as trace:
            outcome = await self._attempt(claim)
        if (rest := self._channel.capabilities.message_every) > 0:
            self._resting[claim.delivery.conversation_id] = self._store.clock.monotonic() + rest
        if self._heard is not None:
            self._heard(outcome, claim.delivery.action)
        await self._record(claim.delivery, outcome, trace)
        self._on_the_wire.discard(claim.delivery.id)

    async def _attempt(self, claim: _Claim) -> Outcome:
        """Send once; whatever comes back is an outcome."""
        if (kept_back := self._kept_back()) is not None:
            return kept_back
        if not self._channel.capabilities.waits_its_turn:
            self._on_the_wire.add(claim.delivery.id)
        try:
            async with asyncio.timeout(self._send_timeout) as patience:
                return await self._transmit(self._announced(claim, patience))
        except ch.SendError as error:
            if isinstance(error, ch.ThrottledError):
                until = self._store.clock.monotonic() + patience_of(error.after)
                self._paused_until = max(self._paused_until, until)
            return error
        except TimeoutError:
            if claim.delivery.id not in self._on_the_wire:
                return ch.UnavailableError("its turn did not come in time", reason="timeout")
            return ch.OutcomeUnknownError("no answer in time", reason="timeout")
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            _log.error("sending delivery %s to %s gave up", claim.delivery.id, self._place)
        except Exception:  # noqa: BLE001  # Whatever it is, the part must come to an end.
            _log.exception("sending delivery %s to %s failed", claim.delivery.id, self._place)
        # A bug of the adapter's: the part may have gone before it happened.
        return ch.OutcomeUnknownError("the adapter failed", reason="internal")

    def _kept_back(self) -> ch.SendError | None:
        """Return why nothing may go now that was claimed a moment before."""
        pause = self._pause()
        if pause > 0:
            # A neighbour was told to slow down.
            return ch.ThrottledError("the network has asked for a pause", after=pause)
        if not self._store.stands():
            # We stood still for so long that another process may send for this place by now.
            return ch.UnavailableError("another process may send this", reason="internal")
        return None

    def _announced(self, claim: _Claim, patience: asyncio.Timeout) -> _Claim:
        """Return the claim with a part that says when it goes; the time for an answer runs then."""

        async def goes() -> None:
            try:
                await self._store.write(_noted, claim.delivery.id)
            except ch.StorageUnavailableError:
                raise ch.UnavailableError("the database is away", reason="internal") from None
            self._on_the_wire.add(claim.delivery.id)
            patience.reschedule(asyncio.get_running_loop().time() + self._send_timeout)

        return _Claim(claim.delivery, replace(claim.part, goes=goes))

    async def _transmit(self, claim: _Claim) -> ch.Receipt:
        channel, key = self._channel, self._keys.of(claim.delivery.id)
        match claim.delivery.action:
            case "edit" if isinstance(channel, ch.CanEdit):
                return await channel.edit(claim.part, key=key)
            case "delete" if isinstance(channel, ch.CanDelete):
                return await channel.delete(claim.part, key=key)
            case "send" | "continue":
                return await channel.send(claim.part, key=key)
        raise ch.RejectedError("the network cannot do this", reason="unsupported")

    async def _record(self, delivery: Delivery, outcome: Outcome, trace: wirelog.Trace) -> None:
        """Record an outcome, however long the database takes to come back."""
        wire = None
        if isinstance(outcome, ch.SendError) and trace.calls:
            wire = trace.written(type(outcome).__name__)
        try:
            await self._persist(_recorded, self._outcomes, delivery, outcome, wire)
        except Exception:  # noqa: BLE001  # It must not leave the part on the wire for ever.
            _log.exception("what follows from delivery %s could not be done", delivery.id)
            await self._persist(_recorded, self._plain_outcomes, delivery, outcome, wire)

    async def _persist(self, work: Callable[..., None], *given: object) -> None:
        attempts = 0
        while True:
            try:
                await self._store.write(work, *given)
            except ch.StorageUnavailableError:
                attempts += 1
                _log.error("recording deliveries to %s waits for the database", self._place)
                await asyncio.sleep(min(pause_after(attempts), _LONGEST_DATABASE_PAUSE))
            else:
                return


def _recorded(
    tx: Tx, outcomes: Outcomes, delivery: Delivery, outcome: Outcome, wire: str | None
) -> None:
    """Record an outcome, and of one that is none what went over the wire."""
    outcomes.record(tx, delivery, outcome)
    if wire is not None:
        tx.run(d.PUT_TRACE, of=delivery.id, trace=wire)


def _noted(tx: Tx, delivery_id: int) -> None:
    """Note that the part may be carried from now on; raises `UnavailableError` if it has ended."""
    if not tx.run(d.BEGIN, of=delivery_id, at=tx.now):
        raise ch.UnavailableError("it has ended otherwise", reason="internal")
