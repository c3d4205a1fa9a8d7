"""How what a customer wrote gets into its thread, and its conversation begins to wait.

Every function runs inside the transaction that stores the message.
"""

from typing import Any

from bridge import channel as ch
from bridge.models import Conversation
from bridge.store import messages as m
from bridge.store import said
from bridge.store.transactions import Tx
from routing import flooding, known, snoozing
from routing.desk import Desk
from routing.places import Place


def told(tx: Tx, desk: Desk, inbox_id: str, event: ch.InboundMessage, place: Place) -> int | None:
    """Store a message that everybody is told of; return its id, `None` if it was there already."""
    row, conversation = _row(tx, inbox_id, event, place), place[1]
    if conversation.flood_id is None and conversation.snoozed_until is None:
        message_id = said.heard(tx, conversation, row)
        if message_id is not None:
            flooding.waits(tx, desk, conversation)
        return message_id
    message_id = tx.one(m.ADD_MESSAGE, **row)
    if message_id is not None:
        _come_back(tx, desk, conversation, message_id)
    return message_id


def untold(tx: Tx, inbox_id: str, event: ch.InboundMessage, place: Place) -> int | None:
    """Store a message, and nothing else; return its id, `None` if it was there already."""
    return tx.one(m.ADD_MESSAGE, **_row(tx, inbox_id, event, place))


def _come_back(tx: Tx, desk: Desk, conversation: Conversation, message_id: int) -> None:
    """Have a conversation that was held or put off where it was, then tell of the message."""
    if conversation.flood_id is not None:
        flooding.ended_by(tx, conversation)
    conversation = snoozing.end(tx, desk, conversation, reason="customer")
    flooding.wrote(tx, desk, conversation, message_id)


def _row(tx: Tx, inbox_id: str, event: ch.InboundMessage, place: Place) -> dict[str, Any]:
    identity, conversation = place
    return {
        "conversation_id": conversation.id,
        "kind": "incoming",
        "identity_id": identity.id,
        "agent_id": None,
        "inbox_id": inbox_id,
        "external_id": event.external_id,
        "client_key": None,
        "text": event.text,
        "format": event.format,
        "reply_to_id": known.quoted(tx, inbox_id, event.reply_to),
        "activity": None,
        "created_at": tx.now,
        "attachment_count": len(event.media),
    }
