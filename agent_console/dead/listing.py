"""The list: what, where, why, how often, since when. No customer's word is in it."""

from collections.abc import Collection, Mapping
from typing import Any, Literal, get_args

import msgspec

from bridge import wirelog
from bridge.store import dead as d
from bridge.store import quarantine as q
from bridge.store.dead import Kind, Lost
from bridge.store.statement import Statement
from bridge.store.transactions import Tx

KINDS: tuple[Kind, ...] = get_args(Kind)
State = Literal["set_aside", "failed", "uncertain"]
# Larger than any time.
FOREVER = 2**53

_LISTS: Mapping[Kind, Statement[Lost]] = {
    "delivery": d.DELIVERIES,
    "post": d.POSTS,
    "call": d.CALLS,
}
_ONE: Mapping[Kind, Statement[Lost]] = {
    "delivery": d.DELIVERY_LOST,
    "post": d.POST_LOST,
    "call": d.CALL_LOST,
}


class Item(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that did not arrive; times are in ms, sizes in bytes.

    `id` is `<kind>-<number>`; `where` an inbox, a surface or a webhook. `what` is how it came
    (`update`, `event`), what was to be done (`send`, `edit`), a surface's place, or an event's
    name. `why` is a code or a type's name, `said` a sentence for people. `times` counts how
    often it came, or was tried. `retried` says when it was taken in again last, in vain;
    `asked` that it is about to be tried again; `can_retry` that it can be at all.
    """

    id: str
    kind: Kind
    where: str
    state: State
    what: str
    why: str
    said: str | None
    times: int
    first_at: int
    at: int
    size: int | None = None
    conversation: int | None = None
    message: int | None = None
    retried: int | None = None
    asked: bool = False
    can_retry: bool = True


class Whole(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One item with what went over the wire: its calls, or the shape of what came."""

    item: Item
    wire: Any


def named(item_id: str) -> tuple[Kind, int] | None:
    """Return the kind and the number in an id, or `None` for what is no id. Pure."""
    kind, _, number = item_id.partition("-")
    for known in KINDS:
        if kind == known and number.isascii() and number.isdecimal() and len(number) < 19:
            return known, int(number)
    return None


def found(
    tx: Tx,
    *,
    kinds: Collection[Kind] = KINDS,
    inbox: str | None = None,
    since: int = 0,
    until: int = FOREVER,
    limit: int,
) -> list[Item]:
    """Return what did not arrive from `since` to before `until` (ms), the latest first."""
    given = {"inbox": inbox, "since": since, "until": until, "limit": limit}
    items: list[Item] = []
    if "event" in kinds:
        items += [_set_aside(tx, one) for one in tx.all(q.FOUND, **given)]
    for kind, statement in _LISTS.items():
        if kind in kinds:
            items += [_lost(tx, kind, one) for one in tx.all(statement, **given)]
    return sorted(items, key=lambda item: item.at, reverse=True)[:limit]


def item(tx: Tx, kind: Kind, number: int) -> Item | None:
    """Return one item, or `None` where it is not in the list (any more)."""
    if kind == "event":
        row = tx.one(q.ONE, id=number)
        return None if row is None else _set_aside(tx, row)
    lost = tx.one(_ONE[kind], id=number)
    return None if lost is None else _lost(tx, kind, lost)


def one(tx: Tx, kind: Kind, number: int) -> Whole | None:
    """Return one item with what went over the wire, or `None` as `item` does."""
    known = item(tx, kind, number)
    return None if known is None else Whole(item=known, wire=_wire(tx, kind, number))


def _wire(tx: Tx, kind: Kind, number: int) -> Any:
    if kind == "event":
        return wirelog.outline(tx.the(q.RAW, id=number))
    lost = tx.the(_ONE[kind], id=number)
    if lost.trace is None:
        return None
    if kind == "call":
        # What a receiver answers may repeat what it was told: `deskbridge webhook show` has it.
        return {"answered": str(lost.detail), "said": wirelog.redacted(lost.trace)}
    return msgspec.json.decode(lost.trace)


def _set_aside(tx: Tx, row: q.Set) -> Item:
    return Item(
        id=f"event-{row.id}",
        kind="event",
        where=row.inbox_id,
        state="set_aside",
        what=row.form,
        why=row.why,
        said=None,
        times=row.times,
        first_at=row.at,
        at=row.last_at,
        size=row.size,
        retried=row.tried_at,
        asked=_is_asked(tx, "event", row.id),
        can_retry=row.form != "words" and row.kept == row.size,
    )


def _lost(tx: Tx, kind: Kind, row: Lost) -> Item:
    detail = None if kind == "call" else row.detail
    status = f" {row.detail}" if kind == "call" and row.detail is not None else ""
    return Item(
        id=f"{kind}-{row.id}",
        kind=kind,
        where=row.place,
        state="uncertain" if row.state == "uncertain" else "failed",
        what=row.what,
        why=(row.reason or "unknown") + status,
        said=detail,
        times=row.attempts,
        first_at=row.begun,
        at=row.at,
        conversation=row.conversation_id,
        message=row.message_id if kind != "call" else None,
        asked=_is_asked(tx, kind, row.id),
    )


def _is_asked(tx: Tx, kind: Kind, number: int) -> bool:
    return tx.one(d.IS_ASKED, of_kind=kind, of=number) is not None
