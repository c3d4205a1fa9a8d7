"""Floods: customers who wrote more than they may, and what of it is held."""

from typing import Literal

from sqlalchemy import Index, PrimaryKeyConstraint, Table
from sqlalchemy import text as raw

from bridge.models.base import Row, metadata, moment, number, one_of, ref, text

FLOOD = Table(
    "floods",
    metadata,
    # The activity that stands for all that is held, in the thread.
    ref("message_id", "messages.id", required=True, cascade=True),
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    # Whose limit it was.
    text("why", required=True),
    number("held"),
    moment("began_at", required=True),
    # When it is over if nothing more comes.
    moment("ends_at", required=True),
    # When people were told last of how much is held.
    moment("told_at", required=True),
    moment("ended_at"),
    one_of("why", "sender", "inbox", "address"),
    PrimaryKeyConstraint("message_id"),
    Index("ix_floods_conversation", "conversation_id"),
    # Few ever run, and only these are counted and moved with the clock.
    Index(
        "ix_floods_running",
        "ends_at",
        sqlite_where=raw("ended_at IS NULL"),
        postgresql_where=raw("ended_at IS NULL"),
    ),
)


class Flood(Row, frozen=True, gc=False):
    """One flood in one conversation; `held` counts the messages that it stands for."""

    message_id: int
    conversation_id: int
    why: Literal["sender", "inbox", "address"]
    held: int
    began_at: int
    ends_at: int
    told_at: int
    ended_at: int | None
