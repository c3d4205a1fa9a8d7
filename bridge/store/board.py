"""Queries behind the agents' lists: pages of a folder, and its counters."""

from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, literal_column, select, tuple_, union

from bridge.models import CONVERSATION, PARTICIPANT, READ_MARK
from bridge.store.filters import Filters, conditions
from bridge.store.sight import Kind, seen
from bridge.store.statement import Statement, among, param, value

_p = param
_c = CONVERSATION.c


# --- pages of a folder ----------------------------------------------------------------

Group = Literal[
    "untaken",
    "taken",
    "open",
    "closed",
    "mine",
    "unanswered",
    "followed",
    "mine_closed",
    "deleted",
    "snoozed",
    "mine_snoozed",
]
# Those that depend on who asks: their pages take `:me`.
OWN_GROUPS: frozenset[Group] = frozenset({"mine", "followed", "mine_closed", "mine_snoozed"})
Order = Literal["activity", "oldest", "newest", "waiting", "answered"]


class Place(NamedTuple):
    """Where a conversation stands in a list: its id, and the key it is sorted by."""

    id: int
    key: int


# A plus keeps SQLite from taking the index of the column, where that of the order is the
# one that ends after a page.
_IS_OPEN = literal_column("+conversations.state") == "open"
_IS_CLOSED = literal_column("+conversations.state") == "closed"
_IS_DELETED = literal_column("+conversations.state") == "deleted"
_IS_UNTAKEN = literal_column("+conversations.assignee_id").is_(None)
# There are few of them, so they are looked up by their own index, whatever the order.
_SNOOZED = select(_c.id).where(_c.snoozed_until.is_not(None))
_IS_AWAY = _c.id.in_(_SNOOZED)
_IS_HERE = literal_column("+conversations.snoozed_until").is_(None)


def _mine() -> ColumnElement[bool]:
    """Return the condition of what the agent `:me` answers: as assignee or participant (R07).

    Also what is out of the way for now.
    """
    assigned = select(_c.id).where(_c.assignee_id == _p("me"), _c.state == "open")
    joined = select(PARTICIPANT.c.conversation_id).where(PARTICIPANT.c.agent_id == _p("me"))
    return and_(_IS_OPEN, _c.id.in_(union(assigned, joined)))


_FOLLOWED = select(READ_MARK.c.conversation_id).where(
    READ_MARK.c.agent_id == _p("me"), READ_MARK.c.followed_at.is_not(None)
)


def _mine_closed() -> ColumnElement[bool]:
    """Return the condition of what the agent `:me` answered or followed, and is over (O26)."""
    assigned = select(_c.id).where(_c.assignee_id == _p("me"), _c.state == "closed")
    joined = select(PARTICIPANT.c.conversation_id).where(PARTICIPANT.c.agent_id == _p("me"))
    return and_(_IS_CLOSED, _c.id.in_(union(assigned, joined, _FOLLOWED)))


# Where the order has an index of its own, and where the group's is used.
_BY_ORDER: dict[Group, list[ColumnElement[bool]]] = {
    "untaken": [_IS_OPEN, _IS_UNTAKEN, _IS_HERE],
    "taken": [_IS_OPEN, _c.assignee_id.is_not(None), _IS_HERE],
    "open": [_IS_OPEN],
    "closed": [_IS_CLOSED],
    "deleted": [_IS_DELETED],
    "mine": [_mine(), _IS_HERE],
    "unanswered": [_IS_OPEN, _c.answered_by.is_(None), _IS_HERE],
    "followed": [_IS_OPEN, _c.id.in_(_FOLLOWED)],
    "mine_closed": [_mine_closed()],
    "snoozed": [_IS_OPEN, _IS_AWAY],
    "mine_snoozed": [_mine(), _IS_AWAY],
}
_BY_GROUP: dict[Group, list[ColumnElement[bool]]] = {
    "untaken": [_c.state == "open", _c.assignee_id.is_(None), _IS_HERE],
    "taken": [_c.state == "open", _c.assignee_id.is_not(None), _IS_HERE],
    "open": [_c.state == "open"],
    "closed": [_c.state == "closed"],
    "deleted": [_c.state == "deleted"],
    "mine": [_mine(), _IS_HERE],
    "unanswered": [_c.state == "open", _c.answered_by.is_(None), _IS_HERE],
    "followed": [_IS_OPEN, _c.id.in_(_FOLLOWED)],
    "mine_closed": [_mine_closed()],
    "snoozed": [_IS_OPEN, _IS_AWAY],
    "mine_snoozed": [_mine(), _IS_AWAY],
}
_KEYS: dict[Order, tuple[ColumnElement[int], bool]] = {
    # The column, and whether the largest comes first.
    "activity": (_c.last_at, True),
    "oldest": (_c.last_at, False),
    "newest": (_c.id, True),
    "waiting": (_c.waiting_since, False),
    "answered": (_c.last_at, True),
}


def _conditions(
    group: Group, order: Order, filters: Filters, kind: Kind | None
) -> list[ColumnElement[bool]]:
    # Of the open ones the newest may be few, and far behind many closed ones.
    ends_soon = order == "waiting" or (order == "newest" and group == "closed")
    leading = filters.contact_id or (group == "closed" and filters.lead)
    by_order = leading or (ends_soon and not filters.assignee_id)
    found = [*(_BY_ORDER if by_order else _BY_GROUP)[group]]
    if order in ("waiting", "answered"):
        waits = _c.waiting_since.is_not(None)
        found.append(waits if order == "waiting" else ~waits)
    # What is one's own is always in sight.
    if kind is not None and group not in ("mine", "mine_snoozed"):
        found.append(seen(kind))
    return found + conditions(filters, leading=leading)


@lru_cache(maxsize=512)
def page(
    group: Group, order: Order, filters: Filters, kind: Kind | None = None, *, onward: bool
) -> Statement[Place]:
    """Return the query of one page, `:limit` long, of what a sight of this kind shows.

    `onward` starts after the place (`:after_key`, `:after_id`).
    """
    column, descending = _KEYS[order]
    query: Select[Any] = select(_c.id, column).where(*_conditions(group, order, filters, kind))
    if onward:
        here, there = tuple_(column, _c.id), tuple_(_p("after_key"), _p("after_id"))
        query = query.where(here < there if descending else here > there)
    by = (column.desc(), _c.id.desc()) if descending else (column, _c.id)
    return Statement(Place, query.order_by(*by).limit(_p("limit")))


@lru_cache(maxsize=512)
def narrowed(filters: Filters) -> Statement[int]:
    """Return the query of those conversations in `:ids` that pass the filters."""
    query = select(_c.id).where(among(_c.id), *conditions(filters, leading=False))
    return Statement(value, query)


# --- counters ---------------------------------------------------------------------------

# Beyond this a counter only says "1000+".
MOST_COUNTED = 1001


def _latest(group: Group, limit: int, *columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).where(*_BY_GROUP[group]).order_by(_c.last_at.desc()).limit(limit)


class Counted(NamedTuple):
    """A conversation that is counted: who has it, whose it is to answer, where, by whom it was."""

    id: int
    assignee_id: str | None
    team_id: str | None
    inbox_id: str
    answered_by: str | None


_COUNTED = (_c.id, _c.assignee_id, _c.team_id, _c.inbox_id, _c.answered_by)

# A counter must not cost more the longer the house exists: it looks at the latest ones.
LATEST_UNTAKEN = Statement(Counted, _latest("untaken", 2000, *_COUNTED))
LATEST_TAKEN = Statement(Counted, _latest("taken", 5000, *_COUNTED))
LATEST_CLOSED = Statement(Counted, _latest("closed", MOST_COUNTED, *_COUNTED))
LATEST_SNOOZED = Statement(Counted, _latest("snoozed", 5000, *_COUNTED))
LATEST_DELETED = Statement(Counted, _latest("deleted", MOST_COUNTED, *_COUNTED))
# Where agents see only some, there must be more to find theirs among.
LATEST_CLOSED_OF_ALL = Statement(Counted, _latest("closed", 5000, *_COUNTED))


@lru_cache
def own(group: Group, kind: Kind | None) -> Statement[int]:
    """Return the query of the latest of a group that depends on who asks: `:me`."""
    seen_too = [] if kind is None or group == "mine_snoozed" else [seen(kind)]
    return Statement(value, _latest(group, MOST_COUNTED, _c.id).where(*seen_too))
