"""Queries about the places of staff surfaces: which are lost, and what they are called now."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import and_, distinct, func, or_, select, update

from bridge.models import CONVERSATION, SURFACE_PLACE, SURFACE_THREAD, SurfacePlace
from bridge.store.statement import Statement, nothing, param, value
from bridge.store.surfaces import PLACES
from bridge.store.transactions import Tx

_p = param
_old, _now = SURFACE_THREAD.alias("old"), SURFACE_THREAD.alias("now")


class ShownNow(NamedTuple):
    """In how many conversations of a place another one shows them now; in none without one."""

    surface_id: str | None
    place: str | None
    conversations: int


BACK = Statement(
    nothing,
    update(SURFACE_PLACE)
    .where(
        SURFACE_PLACE.c.surface_id == _p("of"),
        SURFACE_PLACE.c.place == _p("of_place"),
        SURFACE_PLACE.c.lost_at.is_not(None),
    )
    .values(out_from=SURFACE_PLACE.c.lost_at, out_until=_p("at"), lost_at=None, why=None),
)
LOSING = Statement(
    value,
    select(SURFACE_PLACE.c.surface_id).where(SURFACE_PLACE.c.lost_at.is_not(None)).distinct(),
)
# Where what was shown in a place, and is open, is shown now; nowhere else: no surface.
SHOWN_NOW = Statement(
    ShownNow,
    select(_now.c.surface_id, _now.c.place, func.count(distinct(_old.c.conversation_id)))
    .select_from(
        _old.join(CONVERSATION, CONVERSATION.c.id == _old.c.conversation_id).outerjoin(
            _now,
            and_(
                _now.c.conversation_id == _old.c.conversation_id,
                _now.c.thread.is_not(None),
                _now.c.shut_at.is_(None),
                or_(_now.c.surface_id != _old.c.surface_id, _now.c.place != _old.c.place),
            ),
        )
    )
    .where(
        _old.c.surface_id == _p("surface_id"),
        _old.c.place == _p("of_place"),
        CONVERSATION.c.state == "open",
    )
    .group_by(_now.c.surface_id, _now.c.place)
    .order_by(func.count(distinct(_old.c.conversation_id)).desc(), _now.c.place),
)


def places(tx: Tx, surface_id: str) -> dict[str, SurfacePlace]:
    """Return what is known of a surface's places, by place."""
    return {one.place: one for one in tx.all(PLACES, surface_id=surface_id)}


def called_now(place: str, known: Mapping[str, SurfacePlace]) -> str:
    """Return what a place of the YAML is called now."""
    return (known[place].moved_to if place in known else None) or place
