"""Queries about who follows a conversation, and whom its notes call by name."""

from typing import NamedTuple

from sqlalchemy import select, update

from bridge.models import MENTION, READ_MARK
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, adding, among, nothing, param

_p = param


class Mentioned(NamedTuple):
    """A note and an agent whom it calls."""

    message_id: int
    agent_id: str


ADD_MENTION = Statement(nothing, adding(MENTION, "message_id", "agent_id"))
MENTIONS_IN = Statement(
    Mentioned,
    select(MENTION.c.message_id, MENTION.c.agent_id)
    .where(among(MENTION.c.message_id))
    .order_by(MENTION.c.message_id, MENTION.c.agent_id),
)

# Changes nothing for whoever follows already.
FOLLOW = Statement(
    nothing,
    upsert(READ_MARK)
    .values(
        agent_id=_p("agent_id"),
        conversation_id=_p("conversation_id"),
        seen=0,
        message_id=0,
        updated_at=_p("at"),
        followed_at=_p("at"),
    )
    .on_conflict_do_update(
        index_elements=["agent_id", "conversation_id"],
        set_={"followed_at": _p("at")},
        where=READ_MARK.c.followed_at.is_(None),
    ),
)
UNFOLLOW = Statement(
    nothing,
    update(READ_MARK)
    .where(
        READ_MARK.c.agent_id == _p("agent_id"),
        READ_MARK.c.conversation_id == _p("conversation_id"),
        READ_MARK.c.followed_at.is_not(None),
    )
    .values(followed_at=None),
)
