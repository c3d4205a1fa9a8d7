"""What did not arrive and waits for a person: deliveries, posts on surfaces, calls to programs.

What could not be read on its way in is in `quarantine.py`; `agent_console.dead` makes one list.
"""

from typing import Literal, NamedTuple

from sqlalchemy import and_, delete, func, literal, literal_column, or_, select, union_all, update

from bridge.models import (
    DELIVERY,
    MESSAGE,
    QUARANTINE,
    REDELIVERY,
    SURFACE_POST,
    SURFACE_THREAD,
    WEBHOOK_CALL,
)
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, nothing, param, value

Kind = Literal["event", "delivery", "post", "call"]

# Wanted so by a person: the message was taken back, or its customer is blocked.
_ON_PURPOSE = ("deleted", "withheld")
# What went over the wire is of no use for longer; in ms.
TRACES_KEPT = 14 * 24 * 3_600_000

_p = param
_d = DELIVERY.c
_s = SURFACE_POST.c
_c = WEBHOOK_CALL.c


class Asked(NamedTuple):
    """One thing that is to be tried again; `place` is an event's inbox or surface."""

    kind: Kind
    number: int
    place: str | None


class Lost(NamedTuple):
    """One thing that did not arrive, or nobody knows; `at` is when it ended so, in ms.

    `trace` is JSON of `bridge.wirelog`, or the beginning of an answer.
    """

    id: int
    place: str
    state: str
    reason: str | None
    detail: str | None
    trace: str | None
    attempts: int
    begun: int
    at: int
    conversation_id: int | None
    message_id: int | None
    what: str


_DELIVERIES = select(
    _d.id,
    _d.place,
    _d.state,
    _d.reason,
    _d.detail,
    _d.trace,
    _d.attempts,
    _d.created_at,
    _d.changed_at,
    _d.conversation_id,
    _d.message_id,
    _d.action,
).where(
    _d.state.in_(("failed", "uncertain")),
    _d.put_away_at.is_(None),
    or_(_d.reason.is_(None), _d.reason.not_in(_ON_PURPOSE)),
)
DELIVERIES = Statement(
    Lost,
    _DELIVERIES.where(
        or_(_p("inbox").is_(None), _d.place == _p("inbox")),
        _d.changed_at >= _p("since"),
        _d.changed_at < _p("until"),
    )
    .order_by(_d.changed_at.desc(), _d.id.desc())
    .limit(_p("limit")),
)
DELIVERY_LOST = Statement(Lost, _DELIVERIES.where(_d.id == _p("id")))
_POSTS = (
    select(
        _s.id,
        SURFACE_THREAD.c.surface_id,
        _s.state,
        _s.reason,
        _s.detail,
        _s.trace,
        _s.tries,
        func.coalesce(MESSAGE.c.created_at, _s.failed_at),
        _s.failed_at,
        SURFACE_THREAD.c.conversation_id,
        _s.message_id,
        SURFACE_THREAD.c.place,
    )
    .join(SURFACE_THREAD, SURFACE_THREAD.c.id == _s.thread_id)
    .outerjoin(MESSAGE, MESSAGE.c.id == _s.message_id)
    .where(_s.failed_at.is_not(None))
)
POSTS = Statement(
    Lost,
    _POSTS.where(
        or_(_p("inbox").is_(None), SURFACE_THREAD.c.surface_id == _p("inbox")),
        _s.failed_at >= _p("since"),
        _s.failed_at < _p("until"),
    )
    .order_by(_s.failed_at.desc(), _s.id.desc())
    .limit(_p("limit")),
)
POST_LOST = Statement(Lost, _POSTS.where(_s.id == _p("id")))
_CALLS = select(
    _c.id,
    _c.webhook_id,
    _c.state,
    _c.reason,
    _c.status,
    _c.answer,
    _c.attempts,
    _c.created_at,
    _c.changed_at,
    _c.conversation_id,
    _c.id,
    _c.event,
).where(_c.state == "failed")
CALLS = Statement(
    Lost,
    _CALLS.where(
        or_(_p("inbox").is_(None), _c.webhook_id == _p("inbox")),
        _c.changed_at >= _p("since"),
        _c.changed_at < _p("until"),
    )
    .order_by(_c.changed_at.desc(), _c.id.desc())
    .limit(_p("limit")),
)
CALL_LOST = Statement(Lost, _CALLS.where(_c.id == _p("id")))

PUT_AWAY = Statement(
    nothing, update(DELIVERY).where(_d.id == _p("of")).values(put_away_at=_p("at"))
)
PUT_POST_AWAY = Statement(
    nothing, update(SURFACE_POST).where(_s.id == _p("of")).values(failed_at=None)
)
# As it was offered last, from the beginning.
POST_AGAIN = Statement(
    nothing,
    update(SURFACE_POST)
    .where(_s.id == _p("of"), _s.state == "failed")
    .values(state="queued", tries=0, failed_at=None, reason=None, detail=None, trace=None),
)
DROP_CALL = Statement(nothing, delete(WEBHOOK_CALL).where(_c.id == _p("of"), _c.state == "failed"))
FORGET_TRACES = Statement(
    nothing,
    update(DELIVERY)
    .where(
        _d.state.in_(("failed", "uncertain")),
        _d.changed_at < _p("before"),
        _d.trace.is_not(None),
    )
    .values(trace=None),
)
FORGET_POST_TRACES = Statement(
    nothing,
    update(SURFACE_POST)
    .where(_s.failed_at < _p("before"), _s.trace.is_not(None))
    .values(trace=None),
)

COUNTS: Statement[tuple[Kind, int]] = Statement(
    lambda kind, count: (kind, count),
    union_all(
        select(literal("event"), func.count()).select_from(QUARANTINE),
        select(literal("delivery"), func.count()).select_from(_DELIVERIES.subquery()),
        select(literal("post"), func.count()).where(_s.failed_at.is_not(None)),
        select(literal("call"), func.count()).where(_c.state == "failed"),
    ),
)

# --- what people have asked for ---

_r = REDELIVERY.c
ASK = Statement(
    nothing,
    upsert(REDELIVERY)
    .values(kind=_p("kind"), subject_id=_p("subject_id"), asked_at=_p("at"))
    .on_conflict_do_nothing(),
)
ASKED = Statement(
    Asked,
    select(_r.kind, _r.subject_id, QUARANTINE.c.inbox_id)
    .select_from(
        REDELIVERY.outerjoin(QUARANTINE, and_(_r.kind == "event", QUARANTINE.c.id == _r.subject_id))
    )
    .order_by(_r.asked_at, _r.kind, _r.subject_id)
    .limit(_p("limit")),
)
IS_ASKED: Statement[int] = Statement(
    value, select(literal_column("1")).where(_r.kind == _p("of_kind"), _r.subject_id == _p("of"))
)
ANSWERED = Statement(
    nothing, delete(REDELIVERY).where(_r.kind == _p("of_kind"), _r.subject_id == _p("of"))
)
