"""Queries about what staff did on surfaces and is still to be acted on."""

from sqlalchemy import delete, func, select, update

from bridge.models import (
    SURFACE_HEARD,
    SURFACE_SIGN,
    SURFACE_VISIT,
    SurfaceHeard,
    SurfaceSign,
    SurfaceVisit,
)
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, among, nothing, param, value

_p = param
_h = SURFACE_HEARD.c
_r = SURFACE_SIGN.c

ADD_HEARD = Statement(
    nothing,
    upsert(SURFACE_HEARD)
    .values(
        {
            one: _p(one)
            for one in (
                "surface_id",
                "key",
                "place",
                "thread",
                "external_id",
                "album",
                "event",
                "due_at",
            )
        }
        | {"tries": 0}
    )
    .on_conflict_do_nothing(index_elements=["surface_id", "key"]),
)
_HEARD = select(*columns(SURFACE_HEARD, SurfaceHeard))
DUE_HEARD = Statement(
    SurfaceHeard,
    _HEARD.where(
        _h.surface_id == _p("surface_id"),
        _h.done_at.is_(None),
        _h.due_at <= _p("now"),
        _h.id > _p("after"),
    )
    .order_by(_h.id)
    .limit(_p("limit")),
)
NEXT_HEARD = Statement(
    value,
    select(func.min(_h.due_at)).where(
        _h.surface_id == _p("surface_id"), _h.done_at.is_(None), _h.due_at > _p("after")
    ),
)
HELD = Statement(
    SurfaceHeard,
    _HEARD.where(
        _h.surface_id == _p("surface_id"),
        _h.place == _p("of_place"),
        _h.external_id == _p("external_id"),
        _h.done_at.is_(None),
    )
    .order_by(_h.id)
    .limit(1),
)
ALBUM = Statement(
    SurfaceHeard,
    _HEARD.where(
        _h.surface_id == _p("surface_id"),
        _h.place == _p("of_place"),
        _h.album == _p("of_album"),
        _h.done_at.is_(None),
    ).order_by(_h.id),
)
STILL_HEARD = Statement(
    SurfaceHeard, _HEARD.where(among(_h.id), _h.done_at.is_(None)).order_by(_h.id)
)
REHEARD = Statement(
    nothing, update(SURFACE_HEARD).where(_h.id == _p("of")).values(event=_p("to_event"))
)
# What was done stays known by its key; its words are the message's alone.
HEARD_DONE = Statement(
    nothing, update(SURFACE_HEARD).where(_h.id == _p("of")).values(done_at=_p("at"), event="")
)
# What was set aside, from the beginning; known by its key, so it is acted on once.
HEARD_ANEW = Statement(
    nothing,
    update(SURFACE_HEARD)
    .where(_h.surface_id == _p("of_surface"), _h.key == _p("of_key"), _h.done_at.is_not(None))
    .values(event=_p("to_event"), due_at=_p("at"), done_at=None, tries=0),
)
HEARD_AGAIN = Statement(
    nothing,
    update(SURFACE_HEARD).where(_h.id == _p("of")).values(tries=_h.tries + 1, due_at=_p("at")),
)
# Each as long after now as it was, where the clock from before could have said so.
FOLLOW_CLOCK = Statement(
    nothing,
    update(SURFACE_HEARD)
    .where(among(_h.surface_id), _h.done_at.is_(None), _h.due_at <= _p("until"))
    .values(due_at=_h.due_at + _p("by")),
)
FORGET_HEARD = Statement(nothing, delete(SURFACE_HEARD).where(_h.done_at < _p("before")))

MOVE_HEARD = Statement(
    nothing,
    update(SURFACE_HEARD)
    .where(_h.surface_id == _p("of"), _h.place == _p("old"), _h.done_at.is_(None))
    .values(place=_p("new")),
)

ADRIFT = Statement(
    nothing,
    update(SURFACE_HEARD)
    .where(
        _h.surface_id == _p("surface_id"),
        _h.place == _p("of_place"),
        _h.thread == _p("of_thread"),
        _h.done_at.is_(None),
    )
    .values(thread=_p("adrift")),
)
HELD_IN = Statement(
    value,
    select(_h.external_id).where(
        _h.surface_id == _p("surface_id"),
        _h.place == _p("of_place"),
        _h.thread == _p("of_thread"),
        _h.external_id.is_not(None),
        _h.done_at.is_(None),
    ),
)

# --- reactions ---

_SIGNS = select(*columns(SURFACE_SIGN, SurfaceSign))
SIGN = Statement(
    SurfaceSign,
    _SIGNS.where(
        _r.surface_id == _p("surface_id"),
        _r.place == _p("of_place"),
        _r.external_id == _p("of"),
        _r.account == _p("of_account"),
        _r.name == _p("of_name"),
    ),
)
SIGNS_ON = Statement(
    SurfaceSign,
    _SIGNS.where(
        _r.surface_id == _p("surface_id"),
        _r.place == _p("of_place"),
        _r.external_id == _p("of"),
        _r.gone == 0,
    ),
)
PUT_SIGN = Statement(
    nothing,
    (sign := upsert(SURFACE_SIGN))
    .values(
        {
            one: _p(one)
            for one in ("surface_id", "place", "external_id", "account", "name", "at", "gone")
        }
    )
    .on_conflict_do_update(
        index_elements=["surface_id", "place", "external_id", "account", "name"],
        set_={"at": sign.excluded.at, "gone": sign.excluded.gone},
    ),
)
MOVE_SIGNS = Statement(
    nothing,
    update(SURFACE_SIGN)
    .where(_r.surface_id == _p("of"), _r.place == _p("old"))
    .values(place=_p("new")),
)
FORGET_SIGNS = Statement(nothing, delete(SURFACE_SIGN).where(_r.at < _p("before")))

# --- inboxes that were opened ---

PUT_VISIT = Statement(
    nothing,
    (visit := upsert(SURFACE_VISIT))
    .values({one: _p(one) for one in ("surface_id", "account", "at")})
    .on_conflict_do_update(
        index_elements=["surface_id", "account"], set_={"at": visit.excluded.at}
    ),
)
VISITS = Statement(
    SurfaceVisit,
    select(*columns(SURFACE_VISIT, SurfaceVisit))
    .where(SURFACE_VISIT.c.surface_id == _p("surface_id"), SURFACE_VISIT.c.at > _p("since"))
    .order_by(SURFACE_VISIT.c.at),
)
FORGET_VISITS = Statement(nothing, delete(SURFACE_VISIT).where(SURFACE_VISIT.c.at < _p("before")))
