"""What has happened with a person, by period and by kind (R47)."""

from dataclasses import asdict, dataclass
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import Provide
from litestar.params import QueryParameter

from agent_console import cards
from agent_console.actions import person, sight_on
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Limit, Me, Ours, PathId
from agent_console.web.console import Console
from bridge.models import Agent
from bridge.store.history import history as happened
from bridge.store.transactions import Tx
from bridge.web import MAX_ID, QueryAfter, QueryId
from routing import wellformed

Verbs = Annotated[
    list[str] | None,
    QueryParameter(max_items=40, description="Only these activities; else all of them."),
]


class History(w.Shape, frozen=True, kw_only=True, gc=False):
    """Activities, the latest first; `next` is the `before` of the next page."""

    messages: list[w.Message]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; times in ms, from `since` on and before `until`."""

    contact_id: int
    identity_id: int | None
    since: int
    until: int
    verbs: str | None


def wanted(
    contact_id: PathId,
    identity: QueryId = None,
    since: QueryAfter = None,
    until: QueryAfter = None,
    verb: Verbs = None,
) -> Wanted:
    """Return what a request looks for."""
    return Wanted(
        contact_id=contact_id,
        identity_id=identity,
        since=since or 0,
        until=MAX_ID if until is None else until,
        # What is no text to every database is no verb, cleaned or not.
        verbs=msgspec.json.encode([*map(wellformed.text, verb)]).decode() if verb else None,
    )


@get(
    "/contacts/{contact_id:int}/history",
    dependencies={"asked": Provide(wanted, sync_to_thread=False)},
)
async def history(
    console: Given, me: Me, asked: Ours[Wanted], before: QueryId = None, limit: Limit = 50
) -> History:
    """Return what has happened with a person, or with one account of theirs, in a period."""
    return await console.read(_history, console, me.agent, asked, before, limit)


def _history(
    tx: Tx, console: Console, me: Agent, asked: Wanted, before: int | None, limit: int
) -> History:
    person(tx, console.desk, me, asked.contact_id)
    sight = sight_on(console.desk, me)
    given = asdict(asked) | sight.parameters
    found = tx.all(happened(sight.kind), **given, before=before or MAX_ID, limit=limit)
    shown = cards.cards(tx, found, console.view)
    return History(messages=shown, next=found[-1].id if len(found) == limit else None)


HANDLERS = [history]
