"""What did not arrive: listed, tried again and put away by owners and supervisors.

Nothing here is what a customer has said: of what came in only its shape is shown, of what went
out what went over the wire without its words.
"""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import FromQuery, JSONBody, PathParameter

from agent_console import dead
from agent_console.audit import By
from agent_console.cards import shapes as w
from agent_console.dead.listing import Whole
from agent_console.web.api.given import Acting, Given, Limit, Me, Nothing, Word, require
from agent_console.web.console import Console
from bridge.store.dead import Kind
from bridge.store.transactions import Tx
from routing.refusal import RefusedError

DeadId = Annotated[str, PathParameter(min_length=1, max_length=30)]


class DeadItems(w.Shape, frozen=True, kw_only=True, gc=False):
    """What did not arrive, the latest first; `more`: there is more than was asked for."""

    items: list[dead.Item]
    more: bool


@get("/operations/dead")
async def listed(
    console: Given,
    me: Me,
    kind: FromQuery[Kind | None] = None,
    inbox: Word = None,
    limit: Limit = 50,
) -> DeadItems:
    """Return what did not arrive, of one kind or of one inbox, surface or webhook."""
    require(console, me, "health")
    kinds = dead.KINDS if kind is None else (kind,)
    found = await console.read(dead.found, kinds=kinds, inbox=inbox, limit=limit + 1)
    return DeadItems(items=found[:limit], more=len(found) > limit)


@get("/operations/dead/{item_id:str}")
async def shown(console: Given, me: Me, item_id: DeadId) -> Whole:
    """Return one item with what went over the wire, or the shape of what came."""
    require(console, me, "health")
    return await console.read(_whole, item_id)


@post("/operations/dead/{item_id:str}/retry", status_code=204)
async def retry(
    console: Given,
    me: Me,
    by: Acting,
    item_id: DeadId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> None:
    """Try it again: what goes out at once, what came in within seconds.

    409 where nothing can be made of it, or where it has ended otherwise meanwhile.
    """
    require(console, me, "health")
    await console.write(_again, console, by, item_id)


@delete("/operations/dead/{item_id:str}", status_code=204)
async def drop(console: Given, me: Me, by: Acting, item_id: DeadId) -> None:
    """Take it off the list for good; of what came in nothing is left."""
    require(console, me, "health")
    await console.write(_dropped, by, item_id)


def _whole(tx: Tx, item_id: str) -> Whole:
    whole = dead.one(tx, *_named(item_id))
    if whole is None:
        raise RefusedError("not_found")
    return whole


def _again(tx: Tx, console: Console, by: By, item_id: str) -> None:
    kind, number = _named(item_id)
    dead.ask(tx, by, kind, number)
    if kind != "event":
        dead.perform(tx, console.desk, kind, number)


def _dropped(tx: Tx, by: By, item_id: str) -> None:
    dead.drop(tx, by, *_named(item_id))


def _named(item_id: str) -> tuple[Kind, int]:
    known = dead.named(item_id)
    if known is None:
        raise RefusedError("not_found")
    return known


HANDLERS = [listed, shown, retry, drop]
