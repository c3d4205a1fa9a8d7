"""What networks say became of what we sent, and what that changes.

A state only moves forward, except that proof of arrival overrules "failed" and
"uncertain": the network knows better than we do (DESIGN.md, Uncertain).
"""

from collections.abc import Callable
from dataclasses import replace

import msgspec

from bridge.channel import Answer, DeliveryReport, Reason
from bridge.delivery import LANE_TOPIC, Body
from bridge.models import Conversation, Delivery, DeliveryState, Identity
from bridge.store import conversations as q
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import blocks, parked, proof, way_back
from routing.edits import message_changed
from routing.outcomes import IGNORED

_MAY_BECOME: dict[DeliveryState, frozenset[DeliveryState]] = {
    # Proof of an attempt whose answer was lost also ends the wait for the next attempt.
    "delivered": frozenset({"queued", "sending", "sent", "failed", "uncertain"}),
    "read": frozenset({"queued", "sending", "sent", "delivered", "failed", "uncertain"}),
    "failed": frozenset({"sent", "uncertain"}),
    # No report, but an answer to it.
    "sent": frozenset({"failed", "uncertain"}),
}


def settle(tx: Tx, inbox_id: str, report: DeliveryReport, *, knows_keys: bool) -> Answer:
    """Apply a report to each delivery it names; park it for those not known yet.

    Nobody reports on what was sent to somebody else: that is refused. Where the network
    `knows_keys` it is asked again instead, so an unknown id proves nothing there.
    """
    recipient = tx.one(p.FIND_IDENTITY, inbox_id=inbox_id, external_id=report.recipient)
    answer = Answer(outcome="ignored" if recipient is None else "duplicate")
    if report.state == "read" and recipient is not None and blocks.stands(recipient, tx.now):
        return IGNORED
    for external_id in dict.fromkeys(report.external_ids):
        known = tx.all(d.DELIVERIES_BY_RECEIPT, inbox_id=inbox_id, external_id=external_id)
        if not known and recipient is not None and not knows_keys:
            proven = proof.by_report(tx, inbox_id, recipient, report, external_id)
            known = [proven] if proven else []
        if not known and recipient is not None:
            one = replace(report, external_ids=(external_id,))
            answer = parked.park(tx, inbox_id, external_id, one)
        for delivery in known:
            if report.state == "failed" and delivery.state == "sending":
                # It is about an attempt whose end we do not know yet.
                answer = parked.park(tx, inbox_id, external_id, report)
            elif report.state != "failed" or _is_latest(delivery, external_id):
                answer = _settle_one(tx, delivery, report, recipient) or answer
    return answer


def look_for_proof(tx: Tx, delivery: Delivery, take: Callable[[parked.Parkable], Answer]) -> None:
    """Settle a part that has just become uncertain, if what proves it has come before.

    `delivery` is the part as it was on the wire; `take` takes in what was parked.
    """
    conversation = tx.the(q.CONVERSATION_BY_ID, id=delivery.conversation_id)
    recipient = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    now = tx.the(d.DELIVERY_BY_ID, id=delivery.id)
    ids = msgspec.json.decode(now.external_ids, type=list[str])
    if not ids:
        unknown = proof.ids_waiting(tx, delivery.place, recipient, delivery.changed_at)
        # Two messages that nobody knows cannot both be this one.
        ids = list(unknown) if len(unknown) == 1 else []
    for external_id in ids:
        parked.release(tx, delivery.place, external_id, take)


def answered(tx: Tx, conversation: Conversation, external_id: str) -> None:
    """Count what the customer answers as arrived: by the id they name it, it did."""
    known = tx.all(d.DELIVERIES_BY_RECEIPT, inbox_id=conversation.inbox_id, external_id=external_id)
    for delivery in known:
        if proof.is_by(tx, conversation, delivery):
            move(tx, delivery, "sent")


def _is_latest(delivery: Delivery, external_id: str) -> bool:
    """Say whether the id is of the last attempt: an earlier one's failure is no news of it."""
    return external_id in msgspec.json.decode(delivery.external_ids, type=list[str])


def _settle_one(
    tx: Tx, delivery: Delivery, report: DeliveryReport, recipient: Identity | None
) -> Answer | None:
    conversation = tx.the(q.CONVERSATION_BY_ID, id=delivery.conversation_id)
    if not _is_theirs(tx, delivery, conversation, recipient):
        return Answer(outcome="refused", reason="not_theirs")
    if not move(tx, delivery, report.state, reason=report.reason):
        return None
    if report.state == "read":
        read_up_to(tx, conversation.id, delivery.place, delivery.message_id)
    return Answer(outcome="stored", conversation_id=conversation.id, message_id=delivery.message_id)


def _is_theirs(
    tx: Tx, delivery: Delivery, conversation: Conversation, recipient: Identity | None
) -> bool:
    # Whoever a conversation goes on with elsewhere need be nobody there; an adapter that
    # takes over believes in its own ids only for the address they went to.
    if delivery.action == "continue":
        return True
    if recipient is None:
        return False
    # By person, not by account: a visitor may have signed in since.
    if conversation.contact_id == recipient.contact_id:
        return True
    return way_back.stay_at(tx, recipient.id, conversation.id) is not None


def move(tx: Tx, delivery: Delivery, state: DeliveryState, *, reason: Reason | None = None) -> bool:
    """Bring a delivery to a state the network reports; say whether that was news."""
    if delivery.state not in _MAY_BECOME[state]:
        return False
    if state == "failed":
        reason = reason or "unknown"
    tx.run(
        d.SET_STATE,
        of=delivery.id,
        expected=delivery.state,
        state=state,
        reason=reason,
        detail=None,
        at=tx.now,
    )
    if state == "failed":
        tx.run(
            d.HOLD_LATER_PARTS,
            message_id=delivery.message_id,
            of_place=delivery.place,
            after_part=delivery.part,
            of_action=delivery.action,
            of_revision=delivery.revision,
            at=tx.now,
        )
    else:
        tx.run(d.FREE_LATER_PARTS, message_id=delivery.message_id, of_place=delivery.place)
    call_up(tx, delivery.conversation_id, delivery.place)
    tell(tx, delivery)
    return True


def call_up(tx: Tx, conversation_id: int, place: str) -> None:
    """Let what waits in a lane go at once: what it waited for is settled."""
    tx.run(d.CALL_UP_LANE, conversation_id=conversation_id, of_place=place, at=tx.now)
    tx.wake(LANE_TOPIC)


def tell(tx: Tx, delivery: Delivery) -> None:
    """Say in the event log that the marks of the delivery's messages may have changed."""
    onward = Body.of(delivery).onward
    for message_id in onward.carries if onward else (delivery.message_id,):
        message_changed(tx, tx.the(m.MESSAGE_BY_ID, id=message_id))


def read_up_to(tx: Tx, conversation_id: int, inbox_id: str, message_id: int) -> None:
    """Count everything sent in this conversation up to `message_id` as read."""
    for one in tx.all(
        d.UP_TO_MESSAGE,
        conversation_id=conversation_id,
        place=inbox_id,
        message_id=message_id,
    ):
        move(tx, one, "read")


def fail_unconfirmed(tx: Tx, identity: Identity, reason: Reason, *, until: int) -> None:
    """Fail what was accepted for this person until then and never reported delivered (S52)."""
    of = {"inbox_id": identity.inbox_id, "identity_id": identity.id}
    for one in tx.all(d.UNCONFIRMED_FOR, **of, until=until):
        move(tx, one, "failed", reason=reason)
