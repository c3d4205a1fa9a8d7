"""The people who write, and what agents know of them."""

from typing import Annotated

import msgspec
from litestar import get, patch, post
from litestar.params import JSONBody
from msgspec import UNSET

from agent_console import actions, cards
from agent_console.actions import ContactEdit
from agent_console.audit import Deed
from agent_console.cards import shapes as w
from agent_console.web.api.given import Acting, Body, Given, Me, PathId
from agent_console.web.auth import Caller
from agent_console.web.console import Console
from bridge.models import Agent
from bridge.store import bulk as b
from bridge.store.transactions import Tx
from routing.desk import Desk


class Rows(w.Shape, frozen=True, kw_only=True, gc=False):
    """Conversations, the latest first."""

    rows: list[w.Row]


class ContactNotes(w.Shape, frozen=True, kw_only=True, gc=False):
    """Notes about a person, the oldest first."""

    notes: list[w.ContactNote]


class NewNote(Body, frozen=True, kw_only=True):
    """What is to be remembered of a person."""

    text: Annotated[str, msgspec.Meta(max_length=50_000)]


@get("/contacts/{contact_id:int}")
async def contact(console: Given, me: Me, contact_id: PathId) -> w.Contact:
    """Return a person with all accounts."""
    return await card(console, me, contact_id)


async def card(console: Console, me: Caller, contact_id: int) -> w.Contact:
    """Return a person of whom the caller sees a conversation."""
    return await console.read(_card, console.desk, me.agent, contact_id)


def _card(tx: Tx, desk: Desk, me: Agent, contact_id: int) -> w.Contact:
    actions.person(tx, desk, me, contact_id)
    return cards.contact(tx, contact_id)


@patch("/contacts/{contact_id:int}")
async def edit(
    console: Given, me: Me, by: Acting, contact_id: PathId, data: JSONBody[ContactEdit]
) -> w.Contact:
    """Change what is known of a person."""
    named = [name for name, told in msgspec.structs.asdict(data).items() if told is not UNSET]
    await console.act(
        by,
        Deed("contact_edited", f"contact:{contact_id}", {"fields": named}),
        actions.edit_contact,
        console.desk,
        me.agent,
        contact_id,
        data,
        zone=console.settings.locale.timezone,
        more_fields=console.settings.contact_fields.keys(),
    )
    return await card(console, me, contact_id)


@get("/contacts/{contact_id:int}/conversations")
async def conversations(console: Given, me: Me, contact_id: PathId) -> Rows:
    """Return every conversation with a person."""
    return Rows(rows=await console.read(_conversations, console.desk, me.agent, contact_id))


def _conversations(tx: Tx, desk: Desk, me: Agent, contact_id: int) -> list[w.Row]:
    actions.person(tx, desk, me, contact_id)
    sight = actions.sight_on(desk, me)
    query = b.conversations_with(sight.kind)
    return cards.rows(tx, me, desk.policy, tx.all(query, contact_id=contact_id, **sight.parameters))


@get("/contacts/{contact_id:int}/notes")
async def notes(console: Given, me: Me, contact_id: PathId) -> ContactNotes:
    """Return what agents wrote down about a person."""
    return ContactNotes(notes=await console.read(_notes, console.desk, me.agent, contact_id))


def _notes(tx: Tx, desk: Desk, me: Agent, contact_id: int) -> list[w.ContactNote]:
    actions.person(tx, desk, me, contact_id)
    return cards.notes(tx, contact_id)


@post("/contacts/{contact_id:int}/notes")
async def add_note(
    console: Given, me: Me, contact_id: PathId, data: JSONBody[NewNote]
) -> w.ContactNote:
    """Write something down about a person."""
    stored = await console.write(
        actions.add_contact_note, console.desk, me.agent, contact_id, data.text
    )
    return cards.note(stored)


HANDLERS = [contact, edit, conversations, notes, add_note]
