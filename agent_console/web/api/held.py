"""What a flood holds, for whoever unfolds it."""

from collections.abc import Mapping

from litestar import get

from agent_console import actions, cards
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Limit, Me, PathId
from agent_console.web.auth.guard import BOTS_TOO
from agent_console.web.console import Console
from bridge.models import Agent
from bridge.store.floods import HELD_AFTER
from bridge.store.transactions import Tx
from bridge.web import QueryAfter, QueryId


class HeldPage(w.Shape, frozen=True, kw_only=True, gc=False):
    """What a flood holds, in ascending order, and whether there is more after it."""

    messages: list[w.Message]
    has_after: bool


@get("/conversations/{conversation_id:int}/held", opt={BOTS_TOO: True})
async def held(
    console: Given,
    me: Me,
    conversation_id: PathId,
    flood: QueryId = None,
    after: QueryAfter = None,
    limit: Limit = 50,
) -> HeldPage:
    """Return what a flood holds that stands in the thread as the message `flood`, page by page."""
    given = {"conversation_id": conversation_id, "flood": flood or 0, "after": after or 0}
    found, more = await console.read(_held, console, me.agent, given, limit)
    return HeldPage(messages=found, has_after=more)


def _held(
    tx: Tx, console: Console, me: Agent, given: Mapping[str, int], limit: int
) -> tuple[list[w.Message], bool]:
    actions.seen(tx, console.desk, me, given["conversation_id"])
    found = tx.all(HELD_AFTER, **given, limit=limit + 1)
    page = found[:limit]
    return cards.cards_for(tx, page, console.view, me.id), len(found) > limit


HANDLERS = [held]
