"""Which colleagues a note calls by name."""

from sqlalchemy import PrimaryKeyConstraint, Table

from bridge.models.base import metadata, named_ref, ref

MENTION = Table(
    "mentions",
    metadata,
    ref("message_id", "messages.id", required=True, cascade=True),
    named_ref("agent_id", "agents.id", required=True),
    PrimaryKeyConstraint("message_id", "agent_id"),
)
