"""Queries about floods and what they hold."""

from typing import NamedTuple

from sqlalchemy import BigInteger, cast, func, select, update

from bridge.models import CONVERSATION, FLOOD, MESSAGE, SURFACE_THREAD, Flood, Message
from bridge.models.base import columns
from bridge.store.statement import Statement, adding, among, nothing, param, value

_p = param
_f = FLOOD.c
_m = MESSAGE.c
_c = CONVERSATION.c
_row = select(*columns(FLOOD, Flood))

FLOOD_BY_ID = Statement(Flood, _row.where(_f.message_id == _p("id")))
FLOODS_IN = Statement(Flood, _row.where(among(_f.message_id)))
ADD_FLOOD = Statement(
    nothing,
    adding(FLOOD, "message_id", "conversation_id", "why", "began_at", "ends_at", "told_at"),
)
COUNT_HELD = Statement(
    nothing,
    update(FLOOD)
    .where(_f.message_id == _p("of"))
    .values(held=_f.held + 1, ends_at=_p("ends_at"), told_at=_p("told_at")),
)
LET_GO = Statement(nothing, update(FLOOD).where(_f.message_id == _p("of")).values(held=_f.held - 1))
END_FLOOD = Statement(
    nothing, update(FLOOD).where(_f.message_id == _p("of")).values(ended_at=_p("at"))
)
MOVE_FLOODS = Statement(
    nothing,
    update(FLOOD).where(_f.ended_at.is_(None)).values(ends_at=_f.ends_at + _p("by")),
)
SET_FLOOD = Statement(
    nothing, update(CONVERSATION).where(_c.id == _p("of")).values(flood_id=_p("flood"))
)
HOLD = Statement(nothing, update(MESSAGE).where(_m.id == _p("of")).values(flood_id=_p("flood")))
# The line is shown again with what it says now.
SAY_ANEW = Statement(
    nothing, update(MESSAGE).where(_m.id == _p("of")).values(revision=_m.revision + 1)
)
HELD_AFTER = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .where(
        _m.conversation_id == _p("conversation_id"),
        _m.flood_id == _p("flood"),
        _m.id > _p("after"),
    )
    .order_by(_m.id)
    .limit(_p("limit")),
)
# The last that is held, unless an agent has answered since, or it was taken back.
LAST_UNANSWERED = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .where(
        _m.conversation_id == _p("conversation_id"),
        _m.flood_id == _p("flood"),
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
    .order_by(_m.id.desc())
    .limit(1),
)
OPENED_LINE = Statement(
    value,
    select(func.min(_m.id)).where(
        _m.conversation_id == _p("conversation_id"), _m.kind == "activity"
    ),
)
# Surfaces look again at what came before what they have shown last.
LOOK_BACK = Statement(
    nothing,
    update(SURFACE_THREAD)
    .where(
        SURFACE_THREAD.c.conversation_id == _p("conversation_id"),
        SURFACE_THREAD.c.message_id >= _p("message_id"),
    )
    .values(message_id=_p("message_id") - 1),
)


class Running(NamedTuple):
    """How many floods there are now in an inbox, and how many messages they hold."""

    inbox_id: str
    floods: int
    held: int


RUNNING = Statement(
    Running,
    select(_c.inbox_id, func.count(), cast(func.sum(_f.held), BigInteger))
    .join_from(FLOOD, CONVERSATION, _c.id == _f.conversation_id)
    .where(_f.ended_at.is_(None))
    .group_by(_c.inbox_id),
)
