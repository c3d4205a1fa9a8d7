"""Queries about what is told to programs outside."""

from sqlalchemy import delete, func, select, update

from bridge.models import WEBHOOK_CALL, WebhookCall
from bridge.models.base import columns
from bridge.store.statement import Statement, insertion, nothing, param, value

_p = param
_c = WEBHOOK_CALL.c
_row = select(*columns(WEBHOOK_CALL, WebhookCall))
_older = WEBHOOK_CALL.alias("older")

ADD_CALL = insertion(
    WEBHOOK_CALL,
    [
        "webhook_id",
        "public_id",
        "event",
        "conversation_id",
        "body",
        "state",
        "due_at",
        "created_at",
        "changed_at",
        "expires_at",
    ],
)
CALL_BY_ID = Statement(WebhookCall, _row.where(_c.id == _p("id")))
CALL_BY_PUBLIC_ID = Statement(WebhookCall, _row.where(_c.public_id == _p("public_id")))
# The oldest of each conversation, where its time has come; what is about none has no order.
DUE_CALLS = Statement(
    WebhookCall,
    _row.where(
        _c.webhook_id == _p("webhook_id"),
        _c.state == "queued",
        _c.due_at <= _p("now"),
        ~select(_older.c.id)
        .where(
            _older.c.webhook_id == _c.webhook_id,
            _older.c.conversation_id == _c.conversation_id,
            _older.c.state == "queued",
            _older.c.id < _c.id,
        )
        .exists(),
    )
    .order_by(_c.due_at, _c.id)
    .limit(_p("limit")),
)
NEXT_CALL_DUE = Statement(
    value,
    select(func.min(_c.due_at)).where(
        _c.webhook_id == _p("webhook_id"), _c.state == "queued", _c.due_at > _p("now")
    ),
)
# Each as long after now as it was, where it was written by the clock from before.
FOLLOW_CLOCK = Statement(
    nothing,
    update(WEBHOOK_CALL)
    .where(_c.state == "queued", _c.changed_at <= _p("before"))
    .values(due_at=_c.due_at + _p("by"), expires_at=_c.expires_at + _p("by")),
)
# Only what has not ended meanwhile.
_tried = (
    update(WEBHOOK_CALL)
    .where(_c.id == _p("of"), _c.state == "queued")
    .values(
        attempts=_c.attempts + 1,
        changed_at=_p("at"),
        status=_p("status"),
        reason=_p("reason"),
        answer=_p("answer"),
    )
)
END_CALL = Statement(nothing, _tried.values(state=_p("state")))
PUT_OFF_CALL = Statement(nothing, _tried.values(due_at=_p("due_at")))
SEND_CALL_AGAIN = Statement(
    nothing,
    update(WEBHOOK_CALL)
    .where(_c.id == _p("of"), _c.state != "queued")
    .values(
        state="queued", attempts=0, due_at=_p("at"), changed_at=_p("at"), expires_at=_p("until")
    ),
)
CALLS = Statement(
    WebhookCall,
    _row.where(_c.state == _p("state"))
    .order_by(_c.changed_at.desc(), _c.id.desc())
    .limit(_p("limit")),
)
COUNT_CALLS = Statement(
    lambda webhook_id, state, count: (webhook_id, state, count),
    select(_c.webhook_id, _c.state, func.count()).group_by(_c.webhook_id, _c.state),
)
FORGET_CALLS = Statement(
    nothing,
    delete(WEBHOOK_CALL).where(
        _c.id.in_(
            select(_older.c.id)
            .where(
                _older.c.state == _p("state"),
                _older.c.state != "queued",
                _older.c.changed_at < _p("before"),
            )
            .limit(_p("limit"))
        )
    ),
)
