"""Who takes part in what colleagues say to each other of a conversation.

Whoever writes a note follows from then on, and whoever a note calls by name; anybody may
begin and end it by hand (O23). Every function runs inside a transaction.
"""

from collections.abc import Sequence

from bridge.models import Conversation
from bridge.store import following as f
from bridge.store import log
from bridge.store.transactions import Tx


def follow(tx: Tx, conversation: Conversation, agent_id: str) -> None:
    """Have the agent follow the conversation; nothing happens if they do."""
    if tx.run(f.FOLLOW, agent_id=agent_id, conversation_id=conversation.id, at=tx.now):
        _changed(tx, conversation, agent_id)


def unfollow(tx: Tx, conversation: Conversation, agent_id: str) -> None:
    """Have the agent follow it no longer; nothing happens if they do not."""
    if tx.run(f.UNFOLLOW, agent_id=agent_id, conversation_id=conversation.id):
        _changed(tx, conversation, agent_id)


def noted(
    tx: Tx, conversation: Conversation, message_id: int, by: str, mentions: Sequence[str]
) -> None:
    """Take note of whom a note calls; they and its writer follow from now on."""
    called = dict.fromkeys(one for one in mentions if one != by)
    for agent_id in called:
        tx.run(f.ADD_MENTION, message_id=message_id, agent_id=agent_id)
    for agent_id in (by, *called):
        follow(tx, conversation, agent_id)


def _changed(tx: Tx, conversation: Conversation, agent_id: str) -> None:
    log.append(tx, "following.changed", conversation_id=conversation.id, private_to=agent_id)
