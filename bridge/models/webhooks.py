"""What is to be told to programs outside, by signed requests, and what became of it."""

from typing import Literal

from sqlalchemy import Index, Table, UniqueConstraint
from sqlalchemy import text as raw

from bridge.models.base import (
    Row,
    maybe_number,
    metadata,
    moment,
    number,
    one_of,
    own_id,
    ref,
    text,
)

CallState = Literal["queued", "sent", "failed"]

WEBHOOK_CALL = Table(
    "webhook_calls",
    metadata,
    own_id(),
    # By its id of the YAML; it may be there no longer.
    text("webhook_id", required=True),
    # What receivers know it by, the same however often it is sent.
    text("public_id", required=True),
    text("event", required=True),
    # Its lane: what is told of one conversation goes in order. Gone with what it tells of.
    ref("conversation_id", "conversations.id", cascade=True),
    # As it is sent, to the byte: a receiver that sees it twice sees the same.
    text("body", required=True),
    text("state", required=True),
    number("attempts"),
    moment("due_at", required=True),
    moment("created_at", required=True),
    moment("changed_at", required=True),
    moment("expires_at", required=True),
    # Of the last attempt: the answer's status and the beginning of its text.
    maybe_number("status"),
    text("reason"),
    text("answer"),
    one_of("state", "queued", "sent", "failed"),
    UniqueConstraint("public_id"),
    # The lanes, oldest first.
    Index(
        "ix_webhook_calls_lane",
        "webhook_id",
        "conversation_id",
        "id",
        sqlite_where=raw("state = 'queued'"),
        postgresql_where=raw("state = 'queued'"),
    ),
    Index(
        "ix_webhook_calls_due",
        "webhook_id",
        "due_at",
        sqlite_where=raw("state = 'queued'"),
        postgresql_where=raw("state = 'queued'"),
    ),
    # What has ended, to be listed and in time forgotten.
    Index(
        "ix_webhook_calls_ended",
        "state",
        "changed_at",
        sqlite_where=raw("state != 'queued'"),
        postgresql_where=raw("state != 'queued'"),
    ),
    # When a conversation goes, what is told of it is looked for.
    Index("ix_webhook_calls_conversation", "conversation_id"),
)


class WebhookCall(Row, frozen=True, gc=False):
    """One thing to be told to one webhook; `body` is JSON, `answer` whatever came back."""

    id: int
    webhook_id: str
    public_id: str
    event: str
    conversation_id: int | None
    body: str
    state: CallState
    attempts: int
    due_at: int
    created_at: int
    changed_at: int
    expires_at: int
    status: int | None
    reason: str | None
    answer: str | None
