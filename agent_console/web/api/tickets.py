"""Tasks that agents make of messages, for others in the house."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody

from agent_console import actions
from agent_console.cards import shapes as w
from agent_console.web.api.given import Body, Given, Me, Nothing, PathId
from bridge.settings import LocalText, Ticket, TicketField
from bridge.web import MAX_ID
from routing.tickets import LONGEST_TITLE, MOST_MESSAGES, NewTicket

_TICKETS = "/conversations/{conversation_id:int}/tickets"
# What is typed is a person's, and what is picked was said: together no book.
_LONGEST_TEXT = 50_000

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
MessageId = Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]


class TicketForm(Body, frozen=True, kw_only=True):
    """A task: `target` is its kind, `fields` by their ids, `messages` those it is made of."""

    target: Name
    title: Annotated[str, msgspec.Meta(max_length=LONGEST_TITLE)]
    text: Annotated[str, msgspec.Meta(max_length=_LONGEST_TEXT)]
    fields: Annotated[
        dict[Name, Annotated[str, msgspec.Meta(max_length=1000)]], msgspec.Meta(max_length=50)
    ] = msgspec.field(default_factory=dict)
    messages: Annotated[list[MessageId], msgspec.Meta(max_length=MOST_MESSAGES)] = msgspec.field(
        default_factory=list
    )


class TicketMade(w.Shape, frozen=True, kw_only=True, gc=False):
    """A task that was taken, and is on its way; the thread shows what becomes of it."""

    id: int


@post(_TICKETS)
async def create_ticket(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[TicketForm]
) -> TicketMade:
    """Make a task of messages, and send it where its kind goes."""
    new = NewTicket(
        target=data.target,
        title=data.title,
        text=data.text,
        fields=data.fields,
        messages=data.messages,
    )
    made = await console.write(actions.create_ticket, console.desk, me.agent, conversation_id, new)
    return TicketMade(id=made)


@post(_TICKETS + "/{ticket_id:int}/retry", status_code=204)
async def retry_ticket(
    console: Given,
    me: Me,
    conversation_id: PathId,
    ticket_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> None:
    """Send a task again that has failed."""
    await console.write(actions.retry_ticket, console.desk, me.agent, conversation_id, ticket_id)


def ticket_kind(kind_id: str, kind: Ticket) -> w.TicketKind:
    """Return a kind of task as the console shows it."""
    return w.TicketKind(
        id=kind_id,
        label=kind.name.written(),
        fields=[_field(key, one) for key, one in kind.fields.items()],
    )


def _field(field_id: str, field: TicketField) -> w.TicketField:
    return w.TicketField(
        id=field_id,
        label=field.label.written(),
        type=field.type,
        required=field.required,
        choices=[_choice(key, words) for key, words in field.choices.items()],
    )


def _choice(choice_id: str, words: LocalText) -> w.TicketChoice:
    return w.TicketChoice(id=choice_id, label=words.written())


HANDLERS = [create_ticket, retry_ticket]
