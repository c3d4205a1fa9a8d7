"""People who are one: found, joined, and made two again."""

from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.params import JSONBody, QueryParameter

from agent_console import actions, cards
from agent_console.audit import Deed
from agent_console.cards import shapes as w
from agent_console.web.api.contacts import card
from agent_console.web.api.given import Acting, Body, Given, Me, Nothing, PathId
from bridge.models import Agent
from bridge.search import LONGEST_QUERY
from bridge.store.transactions import Tx
from bridge.web import MAX_ID
from routing.desk import Desk


class People(w.Shape, frozen=True, kw_only=True, gc=False):
    """People who might be the same one."""

    contacts: list[w.Contact]


class Other(Body, frozen=True, kw_only=True):
    """Who is the same person."""

    other: Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]


@get("/contacts/{contact_id:int}/others")
async def others(
    console: Given,
    me: Me,
    contact_id: PathId,
    q: Annotated[str, QueryParameter(max_length=LONGEST_QUERY)] = "",
) -> People:
    """Find whom a person might be one with: by words, else by the address or number they gave."""
    return People(contacts=await console.read(_others, console.desk, me.agent, contact_id, q))


def _others(tx: Tx, desk: Desk, me: Agent, contact_id: int, words: str) -> list[w.Contact]:
    found = actions.others(tx, desk, me, contact_id, words)
    return [cards.contact(tx, one) for one in found]


@post("/contacts/{contact_id:int}/joins", status_code=200)
async def join(
    console: Given, me: Me, by: Acting, contact_id: PathId, data: JSONBody[Other]
) -> w.Contact:
    """Make another person part of this one."""
    deed = Deed("people_joined", f"contact:{contact_id}", {"other": data.other})
    given = console.desk, me.agent, contact_id, data.other
    await console.act(by, deed, actions.join_contacts, *given)
    return await card(console, me, contact_id)


@delete("/joins/{join_id:int}", status_code=200)
async def undo(console: Given, me: Me, by: Acting, join_id: PathId) -> w.Contact:
    """Make them two again; answers with the one who stayed."""
    deed = Deed("people_parted", f"join:{join_id}")
    undone = await console.act(by, deed, actions.undo_join, console.desk, me.agent, join_id)
    # Also where what was parted has taken the one who stayed out of the caller's sight.
    return await console.read(cards.contact, undone.contact_id)


@post("/contacts/{contact_id:int}/identities/{identity_id:int}/apart", status_code=200)
async def apart(
    console: Given,
    me: Me,
    by: Acting,
    contact_id: PathId,
    identity_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> w.Contact:
    """Make one account a person of its own; answers with the one who stayed."""
    deed = Deed("people_parted", f"contact:{contact_id}", {"identity": identity_id})
    given = console.desk, me.agent, contact_id, identity_id
    await console.act(by, deed, actions.set_apart, *given)
    return await console.read(cards.contact, contact_id)


HANDLERS = [others, join, undo, apart]
