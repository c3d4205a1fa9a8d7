"""Lists that agents keep under a name."""

from typing import Annotated, Literal

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType

from agent_console import actions, cards
from agent_console.actions.views import LONGEST_NAME, MOST_VIEWS
from agent_console.cards import shapes as w
from agent_console.web.api.given import Body, Given, Me, PathId
from agent_console.web.api.lists import default_sort
from agent_console.web.api.narrowing import (
    TAGS_PATTERN,
    TEAM_PATTERN,
    TOPIC_PATTERN,
    about,
    having,
    narrow,
)
from agent_console.web.auth import Caller
from agent_console.web.auth.guard import VIEWERS_TOO
from agent_console.web.console import Console
from bridge.models import SavedView
from bridge.store.transactions import Tx
from bridge.web import Id

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class ViewQuery(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What a list is asked for, as `GET /api/conversations` takes it."""

    folder: cards.Folder
    sort: cards.Sort | None = None
    part: cards.Part | None = None
    status: cards.Status | None = None
    inbox: _Word | None = None
    assignee: _Word | None = None
    language: _Word | None = None
    last_by: Literal["customer", "agent"] | None = None
    contact: Id | None = None
    topic: Annotated[str, msgspec.Meta(pattern=TOPIC_PATTERN)] | None = None
    tags: Annotated[str, msgspec.Meta(pattern=TAGS_PATTERN)] | None = None
    team: Annotated[str, msgspec.Meta(pattern=TEAM_PATTERN)] | None = None
    has_status: _Word | None = None
    pinned: bool = False
    bot: bool = False


class View(w.Shape, frozen=True, kw_only=True, gc=False):
    """A list under a name: `owner` keeps it, `shared` gives it to everybody."""

    id: int
    name: str
    owner: str
    shared: bool
    query: ViewQuery


class Views(w.Shape, frozen=True, kw_only=True, gc=False):
    """The caller's own in their order, then what others share."""

    views: list[View]


class ViewCounters(w.Shape, frozen=True, kw_only=True, gc=False):
    """The counters of each view, by its id."""

    counters: dict[int, w.Count]


class NewView(Body, frozen=True, kw_only=True):
    """A list to keep."""

    name: Name
    query: ViewQuery
    shared: bool = False


class ViewChange(Body, frozen=True, kw_only=True):
    """What is to be different; what is missing stays."""

    name: Name | UnsetType = UNSET
    query: ViewQuery | UnsetType = UNSET
    shared: bool | UnsetType = UNSET


class ViewOrder(Body, frozen=True, kw_only=True):
    """The caller's own views in their new order."""

    ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_VIEWS)]


@get("/views")
async def views(console: Given, me: Me) -> Views:
    """Return the lists that the caller has in their rail."""
    return Views(views=[_view(one) for one in await console.read(actions.views_of, me.agent)])


@get("/views/counters")
async def counters(console: Given, me: Me) -> ViewCounters:
    """Count each of those lists."""
    return ViewCounters(counters=await console.read(_counted, console, me))


@post("/views", opt={VIEWERS_TOO: True})
async def add(console: Given, me: Me, data: JSONBody[NewView]) -> View:
    """Keep a list under a name."""
    query = _encoded(data.query)
    view = await console.write(actions.add_view, me.agent, data.name, query, shared=data.shared)
    return _view(view)


@put("/views/{view_id:int}", opt={VIEWERS_TOO: True})
async def change(console: Given, me: Me, view_id: PathId, data: JSONBody[ViewChange]) -> View:
    """Name a view anew, share it, or have it hold another list."""
    view = await console.write(
        actions.change_view,
        me.agent,
        view_id,
        name=data.name or None,
        query=None if data.query is UNSET else _encoded(data.query),
        shared=None if data.shared is UNSET else data.shared,
    )
    return _view(view)


@delete("/views/{view_id:int}", opt={VIEWERS_TOO: True})
async def drop(console: Given, me: Me, view_id: PathId) -> None:
    """Forget a view."""
    await console.write(actions.drop_view, me.agent, view_id)


@put("/views/order", status_code=204, opt={VIEWERS_TOO: True})
async def order(console: Given, me: Me, data: JSONBody[ViewOrder]) -> None:
    """Put the caller's own views into an order."""
    await console.write(actions.order_views, me.agent, data.ids)


def _view(row: SavedView) -> View:
    return View(
        id=row.id,
        name=row.name,
        owner=row.agent_id,
        shared=bool(row.shared),
        query=_decoded(row.query),
    )


def _encoded(query: ViewQuery) -> str:
    return msgspec.json.encode(query).decode()


def _decoded(query: str) -> ViewQuery:
    return msgspec.json.decode(query, type=ViewQuery)


def _counted(tx: Tx, console: Console, me: Caller) -> dict[int, w.Count]:
    """Count them all over one look at the house."""
    sight = actions.sight_on(console.desk, me.agent)
    known = cards.counters(tx, narrowed=not sight.whole)
    found = {}
    for row in actions.views_of(tx, me.agent):
        query = _decoded(row.query)
        if query.folder != "deleted" or sight.deleted:
            found[row.id] = cards.count(tx, sight, known, _list_of(query, console))
    return found


def _list_of(query: ViewQuery, console: Console) -> cards.Query:
    narrowed = narrow(
        having(console, about(query.topic, query.tags, pinned=query.pinned), query.has_status),
        query.inbox,
        query.assignee,
        query.language,
        query.last_by,
        query.contact,
        query.team,
    )
    return cards.Query(
        folder=query.folder,
        sort=query.sort or default_sort(console),
        status=query.status or "open",
        part=query.part if (query.folder, query.part) in cards.PARTS else None,
        narrow=narrowed,
    )


HANDLERS = [views, counters, add, change, drop, order]
