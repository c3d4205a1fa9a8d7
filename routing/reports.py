"""What networks say became of what we sent, and what that changes.

A state only moves forward, except that proof of arrival overrules "failed" and
"uncertain": the network knows better than we do (DESIGN.md, Uncertain).
"""

from dataclasses import replace

from bridge.channel import Answer, DeliveryReport
from bridge.models import Conversation, Delivery, DeliveryState, Identity
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import parked
from routing.edits import message_changed

_MAY_BECOME: dict[DeliveryState, frozenset[DeliveryState]] = {
    "delivered": frozenset({"sending", "sent", "failed", "uncertain"}),
    "read": frozenset({"sending", "sent", "delivered", "failed", "uncertain"}),
    "failed": frozenset({"sent", "uncertain"}),
}


def delivery_by_receipt(tx: Tx, inbox_id: str, external_id: str) -> Delivery | None:
    """Return the delivery whose receipt carried this id."""
    return tx.one(d.DELIVERY_BY_RECEIPT, inbox_id=inbox_id, external_id=external_id)


def settle(tx: Tx, inbox_id: str, report: DeliveryReport) -> Answer:
    """Apply a report to each delivery it names; park it for those not known yet."""
    answer = Answer(outcome="duplicate")
    for external_id in report.external_ids:
        delivery = delivery_by_receipt(tx, inbox_id, external_id)
        if delivery is None:
            one = replace(report, external_ids=(external_id,))
            answer = parked.park(tx, inbox_id, external_id, one)
        elif move(tx, delivery, report.state, reason=report.reason):
            answer = Answer(outcome="stored", message_id=delivery.message_id)
            if report.state == "read":
                _read_before(tx, delivery)
    return answer


def move(tx: Tx, delivery: Delivery, state: DeliveryState, *, reason: str | None = None) -> bool:
    """Bring a delivery to a state the network reports; say whether that was news."""
    if delivery.state not in _MAY_BECOME[state]:
        return False
    tx.run(
        d.SET_STATE,
        of=delivery.id,
        expected=delivery.state,
        state=state,
        reason=reason,
        detail=None,
        at=tx.now,
    )
    if state != "failed":
        tx.run(d.FREE_LATER_PARTS, message_id=delivery.message_id, of_place=delivery.place)
        tx.wake("deliveries")
    tell(tx, delivery)
    return True


def tell(tx: Tx, delivery: Delivery) -> None:
    """Say in the event log that the mark of the delivery's message may have changed."""
    message_changed(tx, tx.the(m.MESSAGE_BY_ID, id=delivery.message_id))


def _read_before(tx: Tx, delivery: Delivery) -> None:
    """Count everything older in the conversation as read too."""
    older = tx.all(
        d.UP_TO_MESSAGE,
        conversation_id=delivery.conversation_id,
        place=delivery.place,
        message_id=delivery.message_id,
    )
    for one in older:
        move(tx, one, "read")


def read_up_to(tx: Tx, conversation: Conversation, inbox_id: str, message_id: int) -> None:
    """Count everything sent in this conversation up to `message_id` as read."""
    for one in tx.all(
        d.UP_TO_MESSAGE,
        conversation_id=conversation.id,
        place=inbox_id,
        message_id=message_id,
    ):
        move(tx, one, "read")


def fail_unconfirmed(tx: Tx, identity: Identity, reason: str) -> None:
    """Fail what was accepted for this person and never reported delivered (S52)."""
    for one in tx.all(d.UNCONFIRMED_FOR, inbox_id=identity.inbox_id, identity_id=identity.id):
        move(tx, one, "failed", reason=reason)
