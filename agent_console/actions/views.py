"""Lists that agents keep under a name: their own, or everybody's."""

from collections.abc import Sequence

from bridge.models import Agent, SavedView
from bridge.store import log
from bridge.store import views as v
from bridge.store.transactions import Tx
from routing.refusal import RefusedError

# Each is counted whenever the counters are.
MOST_VIEWS = 30
LONGEST_NAME = 60


def views_of(tx: Tx, me: Agent) -> list[SavedView]:
    """Return the agent's own views in their order, then those that others share."""
    return tx.all(v.VIEWS_OF, me=me.id)


def add_view(tx: Tx, me: Agent, name: str, query: str, *, shared: bool) -> SavedView:
    """Keep a list; raises `RefusedError("forbidden")` for who may not share one."""
    _check_sharing(me, shared=shared)
    place = tx.the(v.HOW_MANY, me=me.id)
    if place >= MOST_VIEWS:
        why = f"There are {MOST_VIEWS} already: forget one first."
        raise RefusedError("invalid", {"fields": {"name": why}})
    view_id = tx.the(
        v.ADD_VIEW,
        agent_id=me.id,
        name=_named(name),
        shared=int(shared),
        place=place,
        query=query,
        created_at=tx.now,
    )
    view = tx.the(v.VIEW_BY_ID, id=view_id)
    _tell(tx, view)
    return view


def change_view(
    tx: Tx,
    me: Agent,
    view_id: int,
    *,
    name: str | None = None,
    query: str | None = None,
    shared: bool | None = None,
) -> SavedView:
    """Change a view; what is `None` stays."""
    before = _theirs(tx, me, view_id)
    if shared is not None:
        _check_sharing(me, shared=shared)
    tx.run(
        v.CHANGE_VIEW,
        of=view_id,
        name=before.name if name is None else _named(name),
        query=before.query if query is None else query,
        shared=before.shared if shared is None else int(shared),
    )
    after = tx.the(v.VIEW_BY_ID, id=view_id)
    _tell(tx, before, after)
    return after


def drop_view(tx: Tx, me: Agent, view_id: int) -> None:
    """Forget a view; the conversations in it stay as they are."""
    view = _theirs(tx, me, view_id)
    tx.run(v.DROP_VIEW, of=view_id)
    _tell(tx, view)


def order_views(tx: Tx, me: Agent, view_ids: Sequence[int]) -> None:
    """Put the agent's own views into this order; ids of others' change nothing."""
    for place, view_id in enumerate(view_ids):
        tx.run(v.PLACE_VIEW, of=view_id, me=me.id, place=place)
    log.append(tx, "views.changed", private_to=me.id)


def _theirs(tx: Tx, me: Agent, view_id: int) -> SavedView:
    """Return a view that `me` may change: their own, or a shared one for the senior."""
    view = tx.one(v.VIEW_BY_ID, id=view_id)
    if view is None or (view.agent_id != me.id and not view.shared):
        raise RefusedError("not_found")
    if view.agent_id != me.id and not _is_senior(me):
        raise RefusedError("forbidden")
    return view


def _check_sharing(me: Agent, *, shared: bool) -> None:
    if shared and not _is_senior(me):
        raise RefusedError("forbidden")


def _is_senior(me: Agent) -> bool:
    return me.role in ("owner", "supervisor")


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise RefusedError("invalid", {"fields": {"name": "Give it a name."}})
    return name[:LONGEST_NAME]


def _tell(tx: Tx, *views: SavedView) -> None:
    """Tell whoever has it in their rail, or had."""
    everybody = any(one.shared for one in views)
    log.append(tx, "views.changed", private_to=None if everybody else views[0].agent_id)
