"""Proof that an uncertain part arrived after all, so that nobody has to be asked.

A network that knows no keys of ours may still report on a message under an id that we never
learnt, because the answer with that id was lost. If only one part can be meant, it is that
one. Whatever is not certain stays uncertain: whoever is told "delivered" will not send again.
"""

import msgspec

from bridge.channel import DeliveryReport
from bridge.models import Conversation, Delivery, Identity
from bridge.store import conversations as q
from bridge.store import deliveries as d
from bridge.store import log
from bridge.store.transactions import Tx
from routing.parked import event_of

# A report that comes later than this after the attempt may be about anything, in ms.
WINDOW = 3_600_000
# So long a phone that was off may still report what it was sent, in ms.
_REMEMBERED = 14 * 24 * 3_600_000
_MOST_PARKED = 500


def by_report(
    tx: Tx, inbox_id: str, recipient: Identity, report: DeliveryReport, external_id: str
) -> Delivery | None:
    """Return the uncertain part that a report under an unknown id must be about, if one must.

    From then on the part is known by that id.
    """
    if report.state == "failed" or not report.certain:
        return None
    meant = _only_one(tx, inbox_id, recipient)
    if meant is None or meant.state != "uncertain" or tx.now - meant.changed_at > WINDOW:
        return None
    encoded = msgspec.json.encode([external_id]).decode()
    tx.run(d.SET_EXTERNAL_IDS, of=meant.id, external_ids=encoded)
    tx.run(d.ADD_RECEIPT, inbox_id=inbox_id, external_id=external_id, delivery_id=meant.id)
    return tx.the(d.DELIVERY_BY_ID, id=meant.id)


def _only_one(tx: Tx, inbox_id: str, recipient: Identity) -> Delivery | None:
    """Return the only part of this person's of which an id may be unknown to us."""
    found = tx.all(
        d.OF_UNKNOWN_IDS,
        inbox_id=inbox_id,
        identity_id=recipient.id,
        since=tx.now - _REMEMBERED,
    )
    return found[0] if len(found) == 1 else None


def ids_waiting(tx: Tx, inbox_id: str, recipient: Identity, since: int) -> set[str]:
    """Return the unknown ids that were reported for this person since the attempt began."""
    found: set[str] = set()
    for kept in tx.all(log.PARKED_SINCE, inbox_id=inbox_id, since=since, limit=_MOST_PARKED):
        event = event_of(kept)
        if not isinstance(event, DeliveryReport) or event.state == "failed":
            continue
        if event.recipient == recipient.external_id:
            found.update(event.external_ids)
    return found


def is_by(tx: Tx, conversation: Conversation, delivery: Delivery) -> bool:
    """Say whether the customer of a conversation is whom the part was sent to."""
    theirs = tx.the(q.CONVERSATION_BY_ID, id=delivery.conversation_id)
    return theirs.contact_id == conversation.contact_id
