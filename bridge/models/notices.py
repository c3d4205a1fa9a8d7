"""What the program itself has told and asked a customer, and how they rated the answers."""

from typing import Literal

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint

from bridge.models.base import (
    Row,
    metadata,
    moment,
    named_ref,
    number,
    own_id,
    ref,
    text,
)

Occasion = Literal[
    "begun",
    "agent_joined",
    "agent_changed",
    "close_warning",
    "closed",
    "closed_inactive",
    "still_questions",
    "rating",
    "rated",
    "comment",
    "blocked",
    "offline",
    "flood",
]
"""When the program itself speaks to a customer: `begun`, their message began a conversation."""

NOTICE = Table(
    "notices",
    metadata,
    # One message may say two things: that it is closed, and a question.
    ref("message_id", "messages.id", required=True, cascade=True),
    text("occasion", required=True),
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    moment("at", required=True),
    # Whom it names, or whose answers are to be rated.
    named_ref("agent_id", "agents.id"),
    # The end that a question is about: when the conversation had been closed, then.
    moment("ended_at"),
    # JSON, [[id, words], ...]; null where nothing is offered.
    text("buttons"),
    text("answer"),
    moment("answered_at"),
    PrimaryKeyConstraint("message_id", "occasion"),
    Index("ix_notices_conversation", "conversation_id", "message_id"),
)

RATING = Table(
    "ratings",
    metadata,
    own_id(),
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    moment("ended_at", required=True),
    named_ref("agent_id", "agents.id"),
    number("score"),
    number("scale"),
    text("comment"),
    moment("created_at", required=True),
    moment("changed_at", required=True),
    # One for each end of a conversation, however often its buttons are pressed.
    UniqueConstraint("conversation_id", "ended_at"),
    Index("ix_ratings_agent", "agent_id", "created_at"),
    Index("ix_ratings_created", "created_at"),
)


class Notice(Row, frozen=True, gc=False):
    """One thing that the program has said; `buttons` is JSON."""

    message_id: int
    occasion: Occasion
    conversation_id: int
    at: int
    agent_id: str | None
    ended_at: int | None
    buttons: str | None
    answer: str | None


class Rating(Row, frozen=True, gc=False):
    """How a customer rated one end of a conversation: `score` of `scale`, the most is the best."""

    id: int
    conversation_id: int
    ended_at: int
    agent_id: str | None
    score: int
    scale: int
    comment: str | None
    created_at: int
