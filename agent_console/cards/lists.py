"""The folders: which conversations, in which order, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent_console.cards.narrowing import Narrow
from bridge.store import board as b
from bridge.store.sight import Sight
from bridge.store.transactions import Tx
from routing.refusal import RefusedError

Folder = Literal["new", "mine", "all", "closed", "deleted"]
Status = Literal["open", "closed", "any"]
Part = Literal["unanswered", "internal", "closed", "snoozed"]
"""A list within a folder: of All, what nobody has answered yet (O21); of Mine, whose notes
one takes part in (O25), and what is over (O26); of both, what is out of the way."""
Sort = Literal["processing", "activity", "oldest", "newest"]

PARTS: Mapping[tuple[Folder, Part], b.Group] = {
    ("all", "unanswered"): "unanswered",
    ("all", "snoozed"): "snoozed",
    ("mine", "internal"): "followed",
    ("mine", "snoozed"): "mine_snoozed",
    ("mine", "closed"): "mine_closed",
}
_OVER: frozenset[b.Group] = frozenset({"closed", "deleted", "mine_closed"})

_ALL = Narrow()

Stretch = tuple[b.Group, b.Order]
"""A part of a folder that has one order; a folder is one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What an agent asks of a list; `status` is of the folder that has both, All.

    `part` is one of the folder's (`PARTS`), or all of it.
    """

    folder: Folder
    sort: Sort
    status: Status = "open"
    part: Part | None = None
    narrow: Narrow = _ALL


def stretches(query: Query) -> list[Stretch]:
    """Return the folder's parts in their order (D43): untaken, taken, closed. Pure."""
    return [stretch for group in groups(query) for stretch in _ordered(group, query.sort)]


def groups(query: Query) -> list[b.Group]:
    """Return what a list is made of, in its order. Pure."""
    if query.part is not None:
        return [PARTS[query.folder, query.part]]
    if query.folder == "all":
        opened: list[b.Group] = ["untaken", "taken"]
        of_status: Mapping[Status, list[b.Group]] = {
            "open": opened,
            "closed": ["closed"],
            "any": [*opened, "snoozed", "closed"],
        }
        return of_status[query.status]
    of_folder: Mapping[Folder, b.Group] = {
        "new": "untaken",
        "mine": "mine",
        "closed": "closed",
        "deleted": "deleted",
    }
    return [of_folder[query.folder]]


def _ordered(group: b.Group, sort: Sort) -> list[Stretch]:
    if sort != "processing":
        return [(group, sort)]
    if group in _OVER:
        # Nobody waits in these.
        return [(group, "activity")]
    # Longest waiting on top, answered ones below (S28, S29).
    return [(group, "waiting"), (group, "answered")]


def page(
    tx: Tx, sight: Sight, query: Query, *, limit: int, after: str | None
) -> tuple[list[int], str | None]:
    """Return the ids of a page in sight and the token of the next one, if there is one.

    Raises `RefusedError("invalid")` for a token that is none of this list.
    """
    parts = stretches(query)
    start, place = read_token(after, parts)
    found: list[tuple[int, b.Place]] = []
    for number in range(start, len(parts)):
        rest = limit + 1 - len(found)
        found += [(number, one) for one in _some(tx, sight, query, parts[number], place, rest)]
        place = None
        if len(found) > limit:
            break
    shown = found[:limit]
    token = _write(*shown[-1]) if len(found) > limit else None
    return [one.id for _, one in shown], token


def _some(
    tx: Tx, sight: Sight, query: Query, stretch: Stretch, after: b.Place | None, limit: int
) -> list[b.Place]:
    filters, given = query.narrow.filters()
    if after is not None:
        given |= {"after_key": after.key, "after_id": after.id}
    if stretch[0] in b.OWN_GROUPS:
        given["me"] = sight.agent
    statement = b.page(*stretch, filters, sight.kind, onward=after is not None)
    return tx.all(statement, limit=limit, **given, **sight.parameters)


def _write(number: int, place: b.Place) -> str:
    return f"{number}.{place.key}.{place.id}"


def read_token(token: str | None, parts: list[Stretch]) -> tuple[int, b.Place | None]:
    """Return the stretch a page begins in, and after which place; raises `RefusedError`. Pure."""
    if token is None:
        return 0, None
    numbers = token.split(".")
    if len(numbers) != 3 or not all(n.isascii() and n.isdigit() and len(n) < 17 for n in numbers):
        raise RefusedError("invalid", {"fields": {"after": "This is no page of the list."}})
    number, key, conversation_id = map(int, numbers)
    if number >= len(parts):
        raise RefusedError("invalid", {"fields": {"after": "This is no page of the list."}})
    return number, b.Place(conversation_id, key)
