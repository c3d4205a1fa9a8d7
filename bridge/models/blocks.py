"""Who may not write to the company, and is not written to."""

from sqlalchemy import Index, Table
from sqlalchemy import text as raw

from bridge.models.base import (
    Row,
    maybe_number,
    metadata,
    moment,
    named_ref,
    number,
    own_id,
    ref,
    text,
)

# What `identities.blocked_until` is for a block without an end.
FOREVER = 2**53 - 1

BLOCK = Table(
    "blocks",
    metadata,
    own_id(),
    ref("contact_id", "contacts.id", required=True, cascade=True),
    # The one account that is blocked; without it the whole person is, whatever they write from.
    ref("identity_id", "identities.id"),
    # Where it was done, so that its end is told there; a block outlives its conversation.
    ref("conversation_id", "conversations.id"),
    # Null where an automation did it.
    named_ref("agent_id", "agents.id"),
    text("reason", required=True),
    # Null: until somebody lifts it.
    moment("until"),
    moment("created_at", required=True),
    moment("ended_at"),
    # Null where it ended by itself.
    named_ref("lifted_by", "agents.id"),
    # How many messages were not taken since, and when the last of them came.
    number("refused"),
    moment("refused_at"),
    # Our word to the customer that they are blocked: the one thing that still goes to them.
    # Not a foreign key: whoever purges a message need not know of this.
    maybe_number("notice_id"),
    Index("ix_blocks_contact", "contact_id", "id"),
    # An account joined to another takes its blocks along.
    Index(
        "ix_blocks_identity",
        "identity_id",
        sqlite_where=raw("identity_id IS NOT NULL"),
        postgresql_where=raw("identity_id IS NOT NULL"),
    ),
)


class Block(Row, frozen=True, gc=False):
    """A customer kept away: `identity_id` is null for the whole person, `until` for ever."""

    id: int
    contact_id: int
    identity_id: int | None
    conversation_id: int | None
    agent_id: str | None
    reason: str
    until: int | None
    created_at: int
    ended_at: int | None
    lifted_by: str | None
    refused: int
    refused_at: int | None
    notice_id: int | None
