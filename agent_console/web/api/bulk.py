"""Many conversations at once: which they are, and one verb for all of them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import Provide
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType

from agent_console import actions, cards
from agent_console.actions import bulk
from agent_console.audit import Action, By, Deed, record
from agent_console.cards import shapes as w
from agent_console.web.api.given import Acting, Body, Given, Me, Ours
from agent_console.web.api.lists import asked, check_folder
from agent_console.web.api.narrowing import NARROWED
from agent_console.web.auth.guard import VIEWERS_TOO
from agent_console.web.refusals import answering
from bridge.models import Agent
from bridge.store.transactions import Tx
from bridge.web import Id
from routing.desk import Desk

# In one request, and in one selection.
MOST_AT_ONCE = 200
MOST_SELECTED = 5000


class Selection(w.Shape, frozen=True, kw_only=True, gc=False):
    """Every conversation of a list, in its order; `more`: there are more than can be selected."""

    ids: list[int]
    more: bool


class Order(Body, frozen=True, kw_only=True):
    """What is to be done in which conversations.

    `to` is an agent, a team, a status, a topic, a tag or a time; `close` gives that topic to
    those that need one to be closed.
    """

    ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    do: bulk.Do
    to: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | None = None


class Refusal(w.Shape, frozen=True, kw_only=True, gc=False):
    """Where it was not done, and why: a code and its detail, as of one refused alone."""

    id: int
    contact: str | None
    code: str
    detail: dict[str, Any] | UnsetType = UNSET


class Outcome(w.Shape, frozen=True, kw_only=True, gc=False):
    """In which conversations it was done, and in which not."""

    done: list[int]
    refused: list[Refusal]
    cursor: str


class Meant(Body, frozen=True, kw_only=True):
    """Some conversations."""

    ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=MOST_SELECTED)]


class Unsent(w.Shape, frozen=True, kw_only=True, gc=False):
    """How many messages wait to go out."""

    messages: int


@get("/selection", dependencies=NARROWED | {"wanted": Provide(asked, sync_to_thread=False)})
async def selection(console: Given, me: Me, wanted: Ours[cards.Query]) -> Selection:
    """Return all that a list holds, loaded or not (S25)."""
    return await console.read(_selection, console.desk, me.agent, wanted)


def _selection(tx: Tx, desk: Desk, me: Agent, query: cards.Query) -> Selection:
    check_folder(me, desk.policy, query.folder)
    ids, more = cards.page(tx, actions.sight_on(desk, me), query, limit=MOST_SELECTED, after=None)
    return Selection(ids=ids, more=more is not None)


@post("/bulk", status_code=200, opt={VIEWERS_TOO: True})
async def do(console: Given, me: Me, by: Acting, data: JSONBody[Order]) -> Outcome:
    """Do the same in many conversations; each is answered for itself.

    Some at a time, so that nobody who writes has to wait for all of them.
    """
    order = bulk.Order(data.do, data.to)
    with answering():
        bulk.check(order)
    refused: list[bulk.Refused] = []
    ids = list(dict.fromkeys(data.ids))
    for start in range(0, len(ids), bulk.AT_ONCE):
        some = ids[start : start + bulk.AT_ONCE]
        refused += await console.write(_some, console.desk, me.agent, by, some, order)
    not_done = {one.conversation_id for one in refused}
    return Outcome(
        done=[one for one in ids if one not in not_done],
        refused=[_refusal(one) for one in refused],
        cursor=console.hub.cursor(),
    )


# What the trail keeps.
_AUDITED: Mapping[bulk.Do, Action] = {
    "delete": "conversation_deleted",
    "restore": "conversation_restored",
    "purge": "conversation_purged",
}


def _some(
    tx: Tx, desk: Desk, me: Agent, by: By, ids: Sequence[int], order: bulk.Order
) -> list[bulk.Refused]:
    refused = bulk.some(tx, desk, me, ids, order)
    if action := _AUDITED.get(order.do):
        for one in set(ids) - {one.conversation_id for one in refused}:
            record(tx, by, Deed(action, f"conversation:{one}"))
    return refused


def _refusal(one: bulk.Refused) -> Refusal:
    return Refusal(
        id=one.conversation_id,
        contact=one.contact,
        code=one.why.code,
        detail=one.why.detail or UNSET,
    )


@post("/bulk/unsent", status_code=200)
async def unsent(console: Given, me: Me, data: JSONBody[Meant]) -> Unsent:
    """Return how many messages would not go out if these were deleted."""
    count = await console.read(actions.unsent, console.desk, me.agent, data.ids)
    return Unsent(messages=count)


HANDLERS = [selection, do, unsent]
