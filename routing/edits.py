"""Changing and taking back messages that are stored: the rows, the index, the event."""

from bridge import search
from bridge.models import Message
from bridge.store import conversations as q
from bridge.store import log
from bridge.store import messages as m
from bridge.store.transactions import Tx


def change_text(tx: Tx, message: Message, text: str) -> None:
    """Replace the text, keeping what it was as a revision."""
    tx.run(
        m.KEEP_REVISION,
        message_id=message.id,
        revision=message.revision,
        text=message.text,
        at=tx.now,
    )
    tx.run(m.CHANGE_TEXT, of=message.id, text=text, at=tx.now)
    search.index_message(tx, message.id, text, instead_of=message.text)
    message_changed(tx, message)


def take_back(tx: Tx, message: Message, at: int) -> bool:
    """Mark the message deleted and out of reach of the search; say whether that was news."""
    if not tx.run(m.MARK_DELETED, of=message.id, at=at):
        return False
    search.remove_message(tx, message.id, message.text)
    message_changed(tx, message)
    return True


def message_changed(tx: Tx, message: Message) -> None:
    """Say in the event log that the message, or its mark, is no longer as it was."""
    conversation = tx.the(q.CONVERSATION_BY_ID, id=message.conversation_id)
    log.append(
        tx,
        "message.changed",
        conversation_id=conversation.id,
        message_id=message.id,
        contact_id=conversation.contact_id,
        identity_id=conversation.identity_id,
    )
