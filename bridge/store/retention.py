"""Queries about closed conversations whose time is over."""

from sqlalchemy import func, select, update

from bridge.models import CONVERSATION
from bridge.store.statement import Statement, nothing, param, value

_p = param
_c = CONVERSATION.c
_OVER = (
    _c.state == "closed",
    _c.inbox_id == _p("inbox_id"),
    _c.last_at <= _p("before"),
    # Closed long after the last word in it: its time begins then.
    func.coalesce(_c.closed_at, 0) <= _p("before"),
)

OLD = Statement(value, select(_c.id).where(*_OVER).order_by(_c.last_at).limit(_p("limit")))
COUNT_OLD = Statement(value, select(func.count()).select_from(CONVERSATION).where(*_OVER))
# A claim with the expected state: one that was opened again meanwhile stays.
PURGE_CLOSED = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.state == "closed")
    .values(state="purged", waiting_since=None),
)
