"""What conversations are about, and what kind of people write."""

from agent_console.actions.rights import allowed
from agent_console.actions.sight import person
from bridge.models import Agent
from bridge.store.transactions import Tx
from routing import conversations, doing, notices, tags, topics
from routing.access import Verb, verbs
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


def set_status(tx: Tx, desk: Desk, me: Agent, conversation_id: int, status_id: str) -> None:
    """Give a conversation a status, and do what the YAML has done then (R50).

    Where that closes it or opens it again, `me` must be allowed to.
    """
    conversation = allowed(tx, desk, me, conversation_id, "set_status")
    chosen = desk.statuses.get(status_id)
    if chosen is not None and chosen.kind != conversation.state:
        needed: Verb = "close" if chosen.kind == "closed" else "reopen"
        allowed(tx, desk, me, conversation_id, needed)
    doing.choose_status(tx, desk, conversation, status_id, by=me.id)
    if chosen is not None and chosen.kind == "open" and conversation.state == "closed":
        notices.joined(tx, desk, conversations.get(tx, conversation_id))


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
