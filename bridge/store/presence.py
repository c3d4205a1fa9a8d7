"""Queries about who is here, and when agents were last at work in a conversation."""

from typing import Literal

from sqlalchemy import select, update

from bridge.models import AGENT, CONVERSATION, TIMER, Presence
from bridge.models.base import Row, columns
from bridge.store.statement import Statement, nothing, param, value

_p = param
_a = AGENT.c
_c = CONVERSATION.c


class Attendance(Row, frozen=True, gc=False):
    """Of an agent, what their presence is made of."""

    id: str
    presence: Presence
    presence_chosen: Literal["break", "offline"] | None
    here_since: int | None
    missed: int


class PresenceNow(Row, frozen=True, gc=False):
    """What an agent's presence is, and since when."""

    id: str
    presence: Presence
    presence_at: int | None


_ATTENDANCE = select(*columns(AGENT, Attendance))
ATTENDANCE_OF = Statement(Attendance, _ATTENDANCE.where(_a.id == _p("id")))
ATTENDANCE = Statement(Attendance, _ATTENDANCE.where(_a.retired_at.is_(None)).order_by(_a.id))
SET_PRESENCE = Statement(
    nothing,
    update(AGENT).where(_a.id == _p("of")).values(presence=_p("presence"), presence_at=_p("at")),
)
SET_CHOSEN = Statement(
    nothing, update(AGENT).where(_a.id == _p("of")).values(presence_chosen=_p("chosen"))
)
SET_HERE = Statement(nothing, update(AGENT).where(_a.id == _p("of")).values(here_since=_p("since")))
COUNT_MISSED = Statement(
    nothing, update(AGENT).where(_a.id == _p("of")).values(missed=_a.missed + 1)
)
FORGET_MISSED = Statement(
    nothing, update(AGENT).where(_a.id == _p("of"), _a.missed > 0).values(missed=0)
)
PRESENCES_SINCE = Statement(
    PresenceNow,
    select(*columns(AGENT, PresenceNow)).where(_a.presence_at >= _p("since")).order_by(_a.id),
)
HAS_TIMER = Statement(
    value,
    select(TIMER.c.due_at).where(TIMER.c.subject == _p("subject"), TIMER.c.kind == _p("kind")),
)

# Only the silence of the one who answers counts, and only while somebody waits for it.
WORKED_IN = Statement(
    nothing,
    update(CONVERSATION)
    .where(
        _c.id == _p("of"),
        _c.assignee_id == _p("agent"),
        _c.waiting_since.is_not(None),
    )
    .values(active_at=_p("at")),
)
