"""What decides who sees a conversation, beside what stands in the conversation itself."""

from typing import Literal

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, Table

from bridge.models.base import metadata, moment, named_ref, number, ref, text

See = Literal["all", "teams", "own", "mine"]

# Who had a conversation and handed it on, until they have it again. Written only where
# somebody's sight is narrowed.
HAND_OVER = Table(
    "hand_overs",
    metadata,
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    named_ref("agent_id", "agents.id", required=True),
    moment("at", required=True),
    PrimaryKeyConstraint("conversation_id", "agent_id"),
)

# By what it was decided who sees a conversation before an event changed that: whoever saw it
# then and does not now is told that it is gone, and nobody else learns of it.
SIGHT_BEFORE = Table(
    "sights_before",
    metadata,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    # Not a foreign key: it is told of one that is no longer there, too.
    number("conversation_id"),
    text("assignee_id"),
    text("team_id"),
    # JSON arrays of ids.
    text("participants", required=True),
    text("topics", required=True),
    text("handed_on", required=True),
)
