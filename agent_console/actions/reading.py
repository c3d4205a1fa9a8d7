"""How far an agent has read: theirs alone (S10), and what the customer is told of it."""

from agent_console.actions.sight import seen
from bridge.models import Agent, Conversation, Message
from bridge.store import conversations as q
from bridge.store import log
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import conversations
from routing.desk import Desk
from routing.refusal import RefusedError


def mark_read(tx: Tx, desk: Desk, me: Agent, conversation_id: int, message_id: int) -> None:
    """Count everything up to `message_id` as read; never fewer than before."""
    conversation = seen(tx, desk, me, conversation_id)
    message = _message(tx, conversation, message_id)
    old = tx.one(q.READ_MARK_OF, agent_id=me.id, conversation_id=conversation_id)
    count = tx.the(m.COUNT_INCOMING_UP_TO, conversation_id=conversation_id, message_id=message.id)
    if old is None or count > old.seen or message.id > old.message_id:
        read, upto = (0, 0) if old is None else (old.seen, old.message_id)
        _put(tx, me, conversation, max(count, read), max(message.id, upto))
    if me.role != "viewer" and tx.run(q.OPENED, of=conversation_id, at=tx.now):
        conversations.changed(tx, conversation)


def mark_unread(
    tx: Tx, desk: Desk, me: Agent, conversation_id: int, message_id: int | None
) -> None:
    """Count `message_id` and what came after as not read, or the customer's last message."""
    conversation = seen(tx, desk, me, conversation_id)
    if message_id is None:
        message_id = tx.one(m.LAST_INCOMING, conversation_id=conversation_id)
        if message_id is None:
            return
    before = _message(tx, conversation, message_id).id - 1
    count = tx.the(m.COUNT_INCOMING_UP_TO, conversation_id=conversation_id, message_id=before)
    _put(tx, me, conversation, count, before)


def _put(tx: Tx, me: Agent, conversation: Conversation, seen: int, message_id: int) -> None:
    tx.run(
        q.PUT_READ_MARK,
        agent_id=me.id,
        conversation_id=conversation.id,
        seen=seen,
        message_id=message_id,
        at=tx.now,
    )
    # The identity is named so that the customer learns at once that they were read.
    log.append(
        tx,
        "read.changed",
        conversation_id=conversation.id,
        identity_id=conversation.identity_id,
        private_to=me.id,
    )


def _message(tx: Tx, conversation: Conversation, message_id: int) -> Message:
    found = tx.one(m.MESSAGE_BY_ID, id=message_id)
    if found is None or found.conversation_id != conversation.id:
        raise RefusedError("not_found")
    return found
