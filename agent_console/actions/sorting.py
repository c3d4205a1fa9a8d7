"""What conversations are about, and what kind of people write."""

from agent_console.actions.rights import allowed
from agent_console.actions.sight import person
from bridge.models import Agent
from bridge.store.transactions import Tx
from routing import tags, topics
from routing.access import verbs
from routing.desk import Desk
from routing.refusal import RefusedError


def add_topic(tx: Tx, desk: Desk, me: Agent, conversation_id: int, topic_id: str) -> None:
    """Give a conversation one more topic (R53, J26)."""
    conversation = allowed(tx, desk, me, conversation_id, "set_topics")
    topics.add(tx, conversation, topic_id, by=me.id)


def drop_topic(tx: Tx, desk: Desk, me: Agent, conversation_id: int, topic_id: str) -> None:
    """Take a topic away again."""
    conversation = allowed(tx, desk, me, conversation_id, "set_topics")
    topics.drop(tx, conversation, topic_id, by=me.id)


def set_other_topic(tx: Tx, desk: Desk, me: Agent, conversation_id: int, text: str) -> None:
    """Say in words what a conversation is about (R53)."""
    conversation = allowed(tx, desk, me, conversation_id, "set_topics")
    topics.set_other(tx, conversation, desk.policy, text, by=me.id)


def drop_other_topic(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Take the words away again."""
    conversation = allowed(tx, desk, me, conversation_id, "set_topics")
    topics.drop_other(tx, conversation, by=me.id)


def add_tag(tx: Tx, desk: Desk, me: Agent, contact_id: int, tag_id: str) -> None:
    """Give a person a tag (S33)."""
    _check_tagging(tx, desk, me, contact_id)
    tags.add(tx, contact_id, tag_id, by=me.id)


def drop_tag(tx: Tx, desk: Desk, me: Agent, contact_id: int, tag_id: str) -> None:
    """Take a tag away again."""
    _check_tagging(tx, desk, me, contact_id)
    tags.drop(tx, contact_id, tag_id, by=me.id)


def _check_tagging(tx: Tx, desk: Desk, me: Agent, contact_id: int) -> None:
    """Check that `me` may tag people; it is the same whatever becomes of a conversation."""
    person(tx, desk, me, contact_id)
    if "tag" not in verbs(me.role, "open", "untaken", desk.policy):
        raise RefusedError("forbidden")
