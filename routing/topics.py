"""What a conversation is about: topics of the YAML, and one that an agent types (R53, J26).

Every function runs inside a transaction and leaves an activity in the thread and an event
in the log. Whether the agent may do it has been checked before (`access.py`).
"""

from bridge.models import Conversation
from bridge.store import sorting as s
from bridge.store.transactions import Tx
from routing import conversations, sight
from routing.policy import Policy
from routing.refusal import RefusedError

LONGEST_OTHER = 80


def add(tx: Tx, conversation: Conversation, topic_id: str, *, by: str | None) -> None:
    """Give the conversation a topic; nothing happens if it has it.

    Raises `RefusedError("topic_unknown")` for one that the YAML does not declare (any more).
    """
    if tx.one(s.TOPIC_IN_USE, id=topic_id) is None:
        raise RefusedError("topic_unknown", {"topic": topic_id})
    sight.changing(tx, conversation)
    if tx.run(s.ADD_TOPIC, of=conversation.id, topic_id=topic_id, other=None, at=tx.now):
        _tell(tx, conversation, "topic_added", by=by, topic=topic_id)


def drop(tx: Tx, conversation: Conversation, topic_id: str, *, by: str) -> None:
    """Take a topic away, a retired one too; nothing happens if it is not there."""
    sight.changing(tx, conversation)
    if tx.run(s.DROP_TOPIC, of=conversation.id, topic_id=topic_id):
        _tell(tx, conversation, "topic_removed", by=by, topic=topic_id)


def set_other(tx: Tx, conversation: Conversation, policy: Policy, text: str, *, by: str) -> None:
    """Say in words what the conversation is about, instead of the words before.

    Raises `RefusedError("unsupported")` where the YAML has it off, `("invalid")` for no words
    or more than `LONGEST_OTHER` characters.
    """
    if not policy.other_topic:
        raise RefusedError("unsupported")
    words = " ".join(text.split())
    if not 0 < len(words) <= LONGEST_OTHER:
        why = f"Say it in 1 to {LONGEST_OTHER} characters."
        raise RefusedError("invalid", {"fields": {"text": why}})
    if tx.one(s.OTHER_TOPIC, conversation_id=conversation.id) == words:
        return
    tx.run(s.DROP_OTHER, of=conversation.id)
    tx.run(s.ADD_TOPIC, of=conversation.id, topic_id=None, other=words, at=tx.now)
    _tell(tx, conversation, "topic_added", by=by, other=words)


def drop_other(tx: Tx, conversation: Conversation, *, by: str) -> None:
    """Take the typed topic away; nothing happens if there is none."""
    words = tx.one(s.OTHER_TOPIC, conversation_id=conversation.id)
    if words is not None:
        tx.run(s.DROP_OTHER, of=conversation.id)
        _tell(tx, conversation, "topic_removed", by=by, other=words)


def _tell(tx: Tx, conversation: Conversation, verb: str, *, by: str | None, **data: object) -> None:
    conversations.activity(tx, conversation, verb, by=by, **data)
    conversations.changed(tx, conversation)
