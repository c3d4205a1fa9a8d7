"""Queries about what agents were mailed because they had not seen it."""

from typing import NamedTuple

from sqlalchemy import func, select

from bridge.models import (
    MESSAGE,
    READ_MARK,
    SURFACE_ACTIVE,
    SURFACE_POST,
    SURFACE_THREAD,
    Message,
)
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, nothing, param, value

_p = param
_m = MESSAGE.c
_r = READ_MARK.c


class Mark(NamedTuple):
    """Up to which message somebody has read, and up to which they were mailed; `at` in ms."""

    read: int
    mailed: int
    at: int | None


MARK_OF = Statement(
    Mark,
    select(_r.message_id, _r.mailed_id, _r.mailed_at).where(
        _r.agent_id == _p("agent_id"), _r.conversation_id == _p("conversation_id")
    ),
)
# What an agent has answered since, somebody has seen.
UNSEEN = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .where(
        _m.conversation_id == _p("conversation_id"),
        _m.kind == "incoming",
        _m.id > _p("after"),
        _m.flood_id.is_(None),
        _m.deleted_at.is_(None),
        _m.id
        > select(func.coalesce(func.max(_m.id), 0))
        .where(
            _m.conversation_id == _p("conversation_id"),
            _m.kind == "outgoing",
            _m.agent_id.is_not(None),
        )
        .correlate(None)
        .scalar_subquery(),
    )
    .order_by(_m.id),
)
# When somebody last did something on a surface on which a message is to be seen.
ACTIVE_BESIDE = Statement(
    value,
    select(func.max(SURFACE_ACTIVE.c.active_at))
    .select_from(
        SURFACE_ACTIVE.join(
            SURFACE_THREAD, SURFACE_THREAD.c.surface_id == SURFACE_ACTIVE.c.surface_id
        ).join(SURFACE_POST, SURFACE_POST.c.thread_id == SURFACE_THREAD.c.id)
    )
    .where(
        SURFACE_ACTIVE.c.agent_id == _p("agent_id"),
        SURFACE_THREAD.c.conversation_id == _p("conversation_id"),
        SURFACE_POST.c.message_id == _p("message_id"),
        SURFACE_POST.c.state == "shown",
    ),
)
PUT_MAILED = Statement(
    nothing,
    upsert(READ_MARK)
    .values(
        agent_id=_p("agent_id"),
        conversation_id=_p("conversation_id"),
        seen=0,
        message_id=0,
        updated_at=_p("at"),
        mailed_id=_p("message_id"),
        mailed_at=_p("at"),
    )
    .on_conflict_do_update(
        index_elements=["agent_id", "conversation_id"],
        set_={"mailed_id": _p("message_id"), "mailed_at": _p("at")},
    ),
)
