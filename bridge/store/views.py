"""Queries about the lists that agents keep."""

from sqlalchemy import delete, func, or_, select, update

from bridge.models import SAVED_VIEW, SavedView
from bridge.models.base import columns
from bridge.store.statement import Statement, insertion, nothing, param, value

_p = param
_v = SAVED_VIEW.c
_ALL = columns(SAVED_VIEW, SavedView)

# One's own in the order one gave them, then what others share.
VIEWS_OF = Statement(
    SavedView,
    select(*_ALL)
    .where(or_(_v.agent_id == _p("me"), _v.shared == 1))
    .order_by(_v.agent_id != _p("me"), _v.agent_id, _v.place, _v.id),
)
VIEW_BY_ID = Statement(SavedView, select(*_ALL).where(_v.id == _p("id")))
HOW_MANY = Statement(
    value, select(func.count()).select_from(SAVED_VIEW).where(_v.agent_id == _p("me"))
)
ADD_VIEW = insertion(SAVED_VIEW, ["agent_id", "name", "shared", "place", "query", "created_at"])
CHANGE_VIEW = Statement(
    nothing,
    update(SAVED_VIEW)
    .where(_v.id == _p("of"))
    .values(name=_p("name"), shared=_p("shared"), query=_p("query")),
)
PLACE_VIEW = Statement(
    nothing,
    update(SAVED_VIEW).where(_v.id == _p("of"), _v.agent_id == _p("me")).values(place=_p("place")),
)
DROP_VIEW = Statement(nothing, delete(SAVED_VIEW).where(_v.id == _p("of")))
