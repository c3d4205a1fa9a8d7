"""The audit trail: who did what, for owners."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, get_args

import msgspec
from litestar import get
from litestar.di import Provide
from litestar.params import FromQuery
from litestar.response import Stream

from agent_console import audit
from agent_console.audit import Action, Deed
from agent_console.cards import shapes as w
from agent_console.spreadsheet import MEDIA_TYPE, Cell, lines
from agent_console.web.api.given import Acting, Given, Limit, Me, Ours, Word, require
from agent_console.web.console import Console
from bridge.models import AuditRow
from bridge.store import audit as a
from bridge.store.transactions import Tx
from bridge.web import MAX_ID, QueryAfter, QueryId

_HEAD = ("at", "agent", "action", "subject", "surface", "address", "detail")
# Rows that are read at once for a file.
_AT_ONCE = 1000


class Act(w.Shape, frozen=True, kw_only=True, gc=False):
    """One act; `subject` is "<kind>:<id>", and `detail` says more of it."""

    id: int
    at: int
    agent: str | None
    action: str
    subject: str | None
    surface: str
    address: str | None
    detail: dict[str, Any]


class Acts(w.Shape, frozen=True, kw_only=True, gc=False):
    """Acts, the latest first; `next` is the `before` of the next page."""

    acts: list[Act]
    actions: list[str]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is looked for; times in ms, from `since` on and before `until`."""

    since: int
    until: int
    agent: str | None
    action: str | None


def looked(
    console: Given,
    me: Me,
    since: QueryAfter = None,
    until: QueryAfter = None,
    agent: Word = None,
    action: FromQuery[Action | None] = None,
) -> Looked:
    """Return what a request looks for."""
    require(console, me, "audit")
    until = MAX_ID if until is None else until
    return Looked(since=since or 0, until=until, agent=agent, action=action)


LOOKED = {"what": Provide(looked, sync_to_thread=False)}


@get("/audit", dependencies=LOOKED)
async def trail(
    console: Given, what: Ours[Looked], before: QueryId = None, limit: Limit = 50
) -> Acts:
    """Return what was done, the latest first."""
    found = await console.read(_page, what, before or MAX_ID, limit)
    onward = found[-1].id if len(found) == limit else None
    return Acts(acts=[_act(one) for one in found], actions=list(get_args(Action)), next=onward)


@get("/audit/export", dependencies=LOOKED, media_type=MEDIA_TYPE)
async def export(console: Given, by: Acting, what: Ours[Looked]) -> Stream:
    """Return what was done as CSV; that it was taken away is the last act in it."""
    await console.write(audit.record, by, Deed("exported", "audit", asdict(what)))
    headers = {"Content-Disposition": 'attachment; filename="deskbridge-audit.csv"'}
    return Stream(_written(console, what), media_type=MEDIA_TYPE, headers=headers)


async def _written(console: Console, what: Looked) -> AsyncIterator[str]:
    """Yield the file page by page, so that no reader is held while it is sent."""
    head: Sequence[str] | None = _HEAD
    before = MAX_ID
    while True:
        found = await console.read(_page, what, before, _AT_ONCE)
        for piece in lines(head, _cells(console, found)):
            yield piece
        if len(found) < _AT_ONCE:
            return
        head, before = None, found[-1].id


def _page(tx: Tx, what: Looked, before: int, limit: int) -> list[AuditRow]:
    of = {"since": what.since, "until": what.until, "before": before, "limit": limit}
    if what.agent is not None:
        return tx.all(a.OF_AGENT, **of, agent=what.agent, action=what.action)
    if what.action is not None:
        return tx.all(a.OF_ACTION, **of, action=what.action)
    return tx.all(a.OF_ALL, **of)


def _cells(console: Console, rows: Sequence[AuditRow]) -> Iterator[Sequence[Cell]]:
    zone = console.settings.locale.timezone
    for row in rows:
        at = datetime.fromtimestamp(row.at / 1000, zone).isoformat(" ", "seconds")
        yield at, row.agent_id, row.action, row.subject, row.surface, row.address, row.detail


def _act(row: AuditRow) -> Act:
    return Act(
        id=row.id,
        at=row.at,
        agent=row.agent_id,
        action=row.action,
        subject=row.subject,
        surface=row.surface,
        address=row.address,
        detail=msgspec.json.decode(row.detail),
    )


HANDLERS = [trail, export]
