"""Tasks that agents made of messages, and what became of each on its way."""

from sqlalchemy import Index, Table, UniqueConstraint

from bridge.models.base import (
    Row,
    maybe_number,
    metadata,
    moment,
    named_ref,
    own_id,
    ref,
    text,
)
from bridge.models.webhooks import CallState

TICKET = Table(
    "tickets",
    metadata,
    own_id(),
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    # The activity that shows it in the thread.
    ref("message_id", "messages.id", required=True, cascade=True),
    named_ref("agent_id", "agents.id", required=True),
    # Where it goes, by its id of the YAML; it may be there no longer.
    text("target", required=True),
    text("title", required=True),
    # As its call was last; calls are forgotten sooner than conversations.
    text("state", required=True),
    text("reason"),
    maybe_number("call_id"),
    # Where it is in the other system, as the receiver has answered.
    text("url"),
    moment("created_at", required=True),
    UniqueConstraint("message_id"),
    Index("ix_tickets_call", "call_id"),
    Index("ix_tickets_conversation", "conversation_id"),
)


class Ticket(Row, frozen=True, gc=False):
    """One task; `target` is an id of the YAML."""

    id: int
    conversation_id: int
    message_id: int
    agent_id: str
    target: str
    title: str
    state: CallState
    reason: str | None
    call_id: int | None
    url: str | None
    created_at: int
