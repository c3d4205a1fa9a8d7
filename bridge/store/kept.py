"""Queries about what adapters have to know again after a restart, or at another process."""

from sqlalchemy import delete, or_, select

from bridge.models import CONVERSATION, SURFACE_KEPT
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, nothing, param, value

_p = param
_k = SURFACE_KEPT.c
# Of which surface or inbox, of what sort; and the one of that sort which has the name.
_OF_SORT = (_k.surface_id == _p("surface_id"), _k.sort == _p("of_sort"))
_ONE = (*_OF_SORT, _k.name == _p("of_name"))
_KEY = ("surface_id", "sort", "name")
_ROW = {one: _p(one) for one in (*_KEY, "value", "kept_until")}


def _pair(name: str, value: str) -> tuple[str, str]:
    return name, value


KEPT = Statement(
    _pair,
    select(_k.name, _k.value).where(*_OF_SORT).order_by(_k.name),
)
KEPT_AS = Statement(
    value,
    select(_k.value).where(*_ONE),
)
KEEP = Statement(
    nothing,
    (kept := upsert(SURFACE_KEPT))
    .values({**_ROW, "conversation_id": _p("conversation_id")})
    .on_conflict_do_update(
        index_elements=_KEY,
        set_={
            "value": kept.excluded.value,
            "conversation_id": kept.excluded.conversation_id,
            "kept_until": kept.excluded.kept_until,
        },
    ),
)
# Says whether it was not kept before.
KEEP_ONCE = Statement(
    nothing,
    upsert(SURFACE_KEPT).values(_ROW).on_conflict_do_nothing(),
)
# Says whether nobody has it, or whoever had it has had it for too long.
CLAIM = Statement(
    nothing,
    (claimed := upsert(SURFACE_KEPT))
    .values(_ROW)
    .on_conflict_do_update(
        index_elements=_KEY,
        set_={"value": claimed.excluded.value, "kept_until": claimed.excluded.kept_until},
        where=_k.kept_until <= _p("ended_by"),
    ),
)
LET_GO = Statement(nothing, delete(SURFACE_KEPT).where(*_ONE))
LET_GO_IF = Statement(nothing, delete(SURFACE_KEPT).where(*_ONE, _k.value == _p("was")))
LET_GO_ABOUT = Statement(
    nothing, delete(SURFACE_KEPT).where(_k.conversation_id == _p("conversation_id"))
)
_PURGED = select(CONVERSATION.c.id).where(CONVERSATION.c.state == "purged")
LET_GO_OLD = Statement(
    nothing,
    delete(SURFACE_KEPT).where(or_(_k.kept_until < _p("before"), _k.conversation_id.in_(_PURGED))),
)
