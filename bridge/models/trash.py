"""What was deleted and can be restored, and what is known of what was purged."""

from typing import Literal

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from bridge.models.base import Row, metadata, moment, named_ref, one_of, ref, text

DELETED_CONVERSATION = Table(
    "deleted_conversations",
    metadata,
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    named_ref("agent_id", "agents.id", required=True),
    moment("at", required=True),
    # What it was, and what restoring makes it again.
    text("was", required=True),
    PrimaryKeyConstraint("conversation_id"),
    one_of("was", "open", "closed"),
    # Those whose time is over come first.
    Index("ix_deleted_conversations_at", "at"),
)

PURGED_MESSAGE = Table(
    "purged_messages",
    metadata,
    # A hash of what its network calls it: a network that hands it over once more must not
    # bring it back. Nothing else of it is left.
    named_ref("inbox_id", "inboxes.id", required=True),
    text("digest", required=True),
    PrimaryKeyConstraint("inbox_id", "digest"),
)


class DeletedConversation(Row, frozen=True, gc=False):
    """Who has deleted a conversation, when, and what it was."""

    conversation_id: int
    agent_id: str
    at: int
    was: Literal["open", "closed"]
