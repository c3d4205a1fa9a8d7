"""What becomes of a part after its send, inside the transaction that records it.

Every attempt ends here: accepted, to be tried again, failed, or uncertain. What an error
means is decided by its class (RELIABILITY.md, Out).
"""

import math
from collections.abc import Collection, Sequence
from typing import Literal, Protocol

import msgspec
from tenacity import RetryCallState, Retrying, wait_exponential, wait_random_exponential
from tenacity.wait import wait_base

from bridge import channel as ch
from bridge.models import Delivery, DeliveryState
from bridge.store import deliveries as d
from bridge.store.transactions import Tx

LANE_TOPIC = "deliveries"
# A retry after this is no use to anybody; a network's own limit may be shorter. In ms.
PATIENCE = 24 * 3_600_000
# Half of a pause is sure, half is chance, so that those who failed together do not come
# back together. From about a second to five minutes.
_pause = wait_exponential(multiplier=0.5, max=150) + wait_random_exponential(
    multiplier=0.5, max=150
)
_LONGEST_DETAIL = 300

BadEnd = Literal["failed", "uncertain"]
Outcome = ch.Receipt | ch.SendError


class Reactor(Protocol):
    """What else a part needs when it goes, and what changes when it ends.

    Called inside the transaction that claims it, or records it.
    """

    def leaving(self, tx: Tx, delivery: Delivery, text: str, /) -> str:
        """Return the part's text with what is made for this one attempt and never kept."""
        ...

    def sent(self, tx: Tx, delivery: Delivery, external_ids: Sequence[str], /) -> None:
        """The network took the part under these ids."""
        ...

    def ended(self, tx: Tx, delivery: Delivery, state: BadEnd, /) -> bool:
        """The part ended badly; return whether it is to go once more, marked as a double."""
        ...

    def delayed(self, tx: Tx, delivery: Delivery, /) -> None:
        """The part waits for another attempt."""
        ...


class Unmoved:
    """A reactor that does nothing."""

    def leaving(self, _tx: Tx, _delivery: Delivery, text: str, /) -> str:
        """Leave the text as it is."""
        return text

    def sent(self, tx: Tx, delivery: Delivery, external_ids: Sequence[str]) -> None:
        """Do nothing."""

    def ended(self, _tx: Tx, _delivery: Delivery, _state: BadEnd, /) -> bool:
        """Do nothing, and want nothing done."""
        return False

    def delayed(self, tx: Tx, delivery: Delivery) -> None:
        """Do nothing."""


def pause_after(attempts: int, pause: wait_base = _pause) -> float:
    """Return the seconds to wait after so many attempts: exponential, with jitter."""
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = attempts
    return pause(state)


def patience_of(after: float) -> float:
    """Return the seconds a network asks for, never an absurd number."""
    return min(max(0.0, after), PATIENCE / 1000) if math.isfinite(after) else 60.0


class Outcomes:
    """Records how the parts of one place end."""

    def __init__(self, reactor: Reactor, place: str, *, idempotent: bool) -> None:
        """`idempotent`: the network knows our keys, so that asking again is no double."""
        self._reactor = reactor
        self._place = place
        self._idempotent = idempotent

    def record(self, tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
        """Record the answer to one attempt at a part that is being sent."""
        match outcome:
            case ch.Receipt():
                self._accepted(tx, delivery, outcome)
            case ch.ThrottledError():
                self._again(tx, delivery, patience_of(outcome.after), outcome)
            case ch.UnavailableError(after=None):
                self._again(tx, delivery, pause_after(delivery.attempts), outcome)
            case ch.UnavailableError(after=float(after)):
                self._again(tx, delivery, patience_of(after), outcome)
            case ch.OutcomeUnknownError() if self._idempotent:
                self._again(tx, delivery, pause_after(delivery.attempts), outcome)
            case ch.OutcomeUnknownError():
                self._end(tx, delivery, "uncertain", outcome)
            case ch.UnreachableError():
                self.expect_proof(tx, delivery, outcome.external_ids)
                self._end(tx, delivery, _bad_end(delivery, outcome), outcome)
            case _:
                self._end(tx, delivery, _bad_end(delivery, outcome), outcome)

    def expire(self, tx: Tx, delivery: Delivery) -> None:
        """End a part that has waited in the queue until it was of no use any more."""
        error = ch.RejectedError("it could not be sent in time", reason="expired")
        self._end(tx, delivery, _bad_end(delivery, error), error)

    def inherit(self, tx: Tx) -> None:
        """Decide about parts that another process has left behind."""
        for left in tx.all(d.LEFT_SENDING, place=self._place):
            self._left(tx, left, begun=left.begun_at is not None)

    def abandon(self, tx: Tx, on_the_wire: Collection[int]) -> None:
        """As `inherit`, by a process that knows which of its own have begun."""
        for left in tx.all(d.LEFT_SENDING, place=self._place):
            self._left(tx, left, begun=left.id in on_the_wire)

    def put_back(self, tx: Tx, claimed: Collection[int]) -> None:
        """Put back into their lanes parts that were perhaps claimed, and certainly not begun."""
        for delivery_id in claimed:
            left = tx.one(d.DELIVERY_BY_ID, id=delivery_id)
            if left is not None and left.state == "sending":
                self._left(tx, left, begun=False)

    def _left(self, tx: Tx, left: Delivery, *, begun: bool) -> None:
        """Put back into its lane what has not begun.

        Of all else the first byte may have gone: only a network that knows our key may be
        asked again.
        """
        if begun:
            self._interrupted(tx, left)
        else:
            self._reschedule(tx, left, left.due_at, None)

    def _interrupted(self, tx: Tx, left: Delivery) -> None:
        error = ch.OutcomeUnknownError("the program was stopped meanwhile", reason="interrupted")
        if self._idempotent:
            self._again(tx, left, 0.0, error)
        else:
            self._end(tx, left, "uncertain", error)

    # --- accepted ---

    def _accepted(self, tx: Tx, delivery: Delivery, receipt: ch.Receipt) -> None:
        ids = list(receipt.external_ids)
        encoded = msgspec.json.encode(ids).decode()
        state = "delivered" if receipt.delivered else "sent"
        if not tx.run(d.SET_SENT, of=delivery.id, state=state, external_ids=encoded, at=tx.now):
            # A report under an id known beforehand was faster, and has moved it on already.
            tx.run(d.SET_EXTERNAL_IDS, of=delivery.id, external_ids=encoded)
        self._keep_ids(tx, delivery, ids)
        tx.wake(LANE_TOPIC)
        self._reactor.sent(tx, delivery, ids)

    def _keep_ids(self, tx: Tx, delivery: Delivery, ids: Sequence[str]) -> None:
        for external_id in ids if delivery.action in ("send", "continue") else ():
            tx.run(
                d.ADD_RECEIPT,
                inbox_id=self._place,
                external_id=external_id,
                delivery_id=delivery.id,
            )

    def expect_proof(self, tx: Tx, delivery: Delivery, ids: Sequence[str]) -> None:
        """Remember under which ids the network may report the part after all."""
        if not ids:
            return
        encoded = msgspec.json.encode(list(ids)).decode()
        tx.run(d.SET_EXTERNAL_IDS, of=delivery.id, external_ids=encoded)
        self._keep_ids(tx, delivery, ids)

    # --- again ---

    def _again(self, tx: Tx, delivery: Delivery, wait: float, error: ch.SendError) -> None:
        """Try again after `wait` seconds, or end it where that would be too late."""
        due_at = tx.now + round(wait * 1000)
        if due_at > delivery.expires_at:
            self._end(tx, delivery, _bad_end(delivery, error), error)
        elif self._reschedule(tx, delivery, due_at, error):
            self._reactor.delayed(tx, delivery)

    def _reschedule(
        self, tx: Tx, delivery: Delivery, due_at: int, error: ch.SendError | None
    ) -> bool:
        tx.wake(LANE_TOPIC)
        why = _why(error) if error else {"reason": delivery.reason, "detail": delivery.detail}
        unsure_at = tx.now if isinstance(error, ch.OutcomeUnknownError) else None
        moved = tx.run(
            d.RESCHEDULE, of=delivery.id, due_at=due_at, at=tx.now, unsure_at=unsure_at, **why
        )
        if not moved:
            return False
        tx.run(
            d.PUT_OFF_LANE,
            conversation_id=delivery.conversation_id,
            of_place=self._place,
            behind=delivery.id,
            due_at=due_at,
        )
        return True

    # --- ended ---

    def _end(self, tx: Tx, delivery: Delivery, state: BadEnd, error: ch.SendError) -> None:
        tx.wake(LANE_TOPIC)
        if not self._move(tx, delivery, state, error):
            # A report has settled it meanwhile: the network knows better.
            return
        if self._reactor.ended(tx, delivery, state):
            self._double(tx, delivery)
            return
        if tx.the(d.DELIVERY_BY_ID, id=delivery.id).state != state:
            # What came before has proven meanwhile that it arrived.
            return
        tx.run(
            d.HOLD_LATER_PARTS,
            message_id=delivery.message_id,
            of_place=self._place,
            after_part=delivery.part,
            of_action=delivery.action,
            of_revision=delivery.revision,
            at=tx.now,
        )

    def _move(self, tx: Tx, delivery: Delivery, state: DeliveryState, error: ch.SendError) -> bool:
        expected = delivery.state
        moved = tx.run(
            d.SET_STATE, of=delivery.id, expected=expected, state=state, at=tx.now, **_why(error)
        )
        return bool(moved)

    def _double(self, tx: Tx, delivery: Delivery) -> None:
        """Queue an uncertain part once more, marked as one that may arrive twice."""
        tx.run(
            d.QUEUE_AGAIN,
            of=delivery.id,
            at=tx.now,
            expires_at=delivery.expires_at,
            doubled_at=tx.now,
        )


def _bad_end(delivery: Delivery, error: ch.SendError) -> BadEnd:
    """Return how a part ends that is not tried again: failed only if no attempt has carried it."""
    unsure = isinstance(error, ch.OutcomeUnknownError) or delivery.unsure_at is not None
    return "uncertain" if unsure or delivery.doubled_at is not None else "failed"


def _why(error: ch.SendError) -> dict[str, str]:
    detail = str(error)[:_LONGEST_DETAIL].encode(errors="replace").decode()
    return {"reason": error.reason, "detail": detail}
