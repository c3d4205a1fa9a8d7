"""Queries behind the agents' lists: pages of a folder, and its counters."""

from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select, tuple_, union

from bridge.models import CONVERSATION, PARTICIPANT, READ_MARK
from bridge.models.base import Row
from bridge.store.statement import Statement, param, value

_p = param
_c = CONVERSATION.c


# --- pages of a folder ----------------------------------------------------------------

Group = Literal["untaken", "taken", "open", "closed", "mine"]
Order = Literal["activity", "oldest", "newest", "waiting", "answered"]


class Place(NamedTuple):
    """Where a conversation stands in a list: its id, and the key it is sorted by."""

    id: int
    key: int


class Filters(NamedTuple):
    """Which filters a page has; their values are parameters of the same names."""

    inbox_id: bool = False
    assignee_id: bool = False
    language: bool = False


# A plus keeps SQLite from taking the index of the column, where that of the order is the
# one that ends after a page.
_IS_OPEN = literal_column("+conversations.state") == "open"
_IS_CLOSED = literal_column("+conversations.state") == "closed"
_IS_UNTAKEN = literal_column("+conversations.assignee_id").is_(None)


def _mine() -> ColumnElement[bool]:
    """Return the condition of what the agent `:me` answers: as assignee or participant (R07)."""
    assigned = select(_c.id).where(_c.assignee_id == _p("me"), _c.state == "open")
    joined = select(PARTICIPANT.c.conversation_id).where(PARTICIPANT.c.agent_id == _p("me"))
    return and_(_IS_OPEN, _c.id.in_(union(assigned, joined)))


# Where the order has an index of its own, and where the group's is used.
_BY_ORDER: dict[Group, list[ColumnElement[bool]]] = {
    "untaken": [_IS_OPEN, _IS_UNTAKEN],
    "taken": [_IS_OPEN, _c.assignee_id.is_not(None)],
    "open": [_IS_OPEN],
    "closed": [_IS_CLOSED],
    "mine": [_mine()],
}
_BY_GROUP: dict[Group, list[ColumnElement[bool]]] = {
    "untaken": [_c.state == "open", _c.assignee_id.is_(None)],
    "taken": [_c.state == "open", _c.assignee_id.is_not(None)],
    "open": [_c.state == "open"],
    "closed": [_c.state == "closed"],
    "mine": [_mine()],
}
_KEYS: dict[Order, tuple[ColumnElement[int], bool]] = {
    # The column, and whether the largest comes first.
    "activity": (_c.last_at, True),
    "oldest": (_c.last_at, False),
    "newest": (_c.id, True),
    "waiting": (_c.waiting_since, False),
    "answered": (_c.last_at, True),
}


def _conditions(group: Group, order: Order, filters: Filters) -> list[ColumnElement[bool]]:
    # Of the open ones the newest may be few, and far behind many closed ones.
    ends_soon = order == "waiting" or (order == "newest" and group == "closed")
    by_order = ends_soon and not filters.assignee_id
    found = [*(_BY_ORDER if by_order else _BY_GROUP)[group]]
    if order in ("waiting", "answered"):
        waits = _c.waiting_since.is_not(None)
        found.append(waits if order == "waiting" else ~waits)
    for name, wanted in zip(("inbox_id", "assignee_id", "language"), filters, strict=True):
        if wanted:
            found.append(_c[name] == _p(name))
    return found


@lru_cache(maxsize=512)
def page(group: Group, order: Order, filters: Filters, *, onward: bool) -> Statement[Place]:
    """Return the query of one page, `:limit` long.

    `onward` starts after the place (`:after_key`, `:after_id`). A "mine" page takes `:me`.
    """
    column, descending = _KEYS[order]
    query: Select[Any] = select(_c.id, column).where(*_conditions(group, order, filters))
    if onward:
        here, there = tuple_(column, _c.id), tuple_(_p("after_key"), _p("after_id"))
        query = query.where(here < there if descending else here > there)
    by = (column.desc(), _c.id.desc()) if descending else (column, _c.id)
    return Statement(Place, query.order_by(*by).limit(_p("limit")))


# --- counters ---------------------------------------------------------------------------

# Beyond this a counter only says "1000+".
MOST_COUNTED = 1001
# Unread ones are looked for among this many of the latest of a folder: a counter must not
# cost more the longer the house exists.
MOST_LOOKED_AT = 2000


class Counts(Row, frozen=True, gc=False):
    """How many conversations of a group an agent has not read, and how many there are."""

    unread: int
    total: int


@lru_cache(maxsize=8)
def count(group: Group) -> Statement[Counts]:
    """Return the counters of a group for the agent `:me`, each capped at `MOST_COUNTED`."""
    latest = (
        select(_c.id, _c.incoming_count)
        .where(*_BY_GROUP[group])
        .order_by(_c.last_at.desc())
        .limit(MOST_LOOKED_AT if group != "closed" else MOST_COUNTED)
        .cte("latest")
    )
    unread = (
        select(literal_column("1"))
        .select_from(
            latest.outerjoin(
                READ_MARK,
                (READ_MARK.c.agent_id == _p("me")) & (READ_MARK.c.conversation_id == latest.c.id),
            )
        )
        .where(latest.c.incoming_count > func.coalesce(READ_MARK.c.seen, 0))
        .limit(MOST_COUNTED)
        .subquery("unread")
    )
    total = select(latest.c.id).limit(MOST_COUNTED).subquery("total")
    return Statement(
        Counts,
        select(
            select(func.count()).select_from(unread).scalar_subquery(),
            select(func.count()).select_from(total).scalar_subquery(),
        ),
    )


@lru_cache(maxsize=1)
def count_for_me() -> Statement[int]:
    """Return the count of unread open conversations that are untaken or the agent `:me`'s."""
    untaken = (
        select(_c.id)
        .where(*_BY_GROUP["untaken"])
        .order_by(_c.last_at.desc())
        .limit(MOST_LOOKED_AT)
        .cte("untaken")
    )
    mine = select(_c.id).where(_mine())
    mine_or_untaken = union(select(untaken.c.id), mine)
    unread = (
        select(literal_column("1"))
        .select_from(
            CONVERSATION.outerjoin(
                READ_MARK,
                (READ_MARK.c.agent_id == _p("me")) & (READ_MARK.c.conversation_id == _c.id),
            )
        )
        .where(_c.id.in_(mine_or_untaken), _c.incoming_count > func.coalesce(READ_MARK.c.seen, 0))
        .limit(MOST_COUNTED)
        .subquery("unread")
    )
    return Statement(value, select(func.count()).select_from(unread))
