"""Tasks made of messages: what there is to fill in, and what became of one."""

from typing import Literal

from msgspec import UNSET

from agent_console.cards.shapes.base import MaybeText, Shape
from bridge.models import CallState


class TicketChoice(Shape, frozen=True, kw_only=True, gc=False):
    """One of several; `label` is a text, or one by language."""

    id: str
    label: str | dict[str, str]


class TicketField(Shape, frozen=True, kw_only=True, gc=False):
    """Something to fill in, beside a title and a text."""

    id: str
    label: str | dict[str, str]
    type: Literal["text", "choice"]
    required: bool
    choices: list[TicketChoice]


class TicketKind(Shape, frozen=True, kw_only=True, gc=False):
    """A kind of task; `label` is a text, or one by language."""

    id: str
    label: str | dict[str, str]
    fields: list[TicketField]


class Ticket(Shape, frozen=True, kw_only=True, gc=False):
    """A task in the thread: `queued` until the other side has it, `failed` with a code for why.

    `url` is where it is in the other system, if that has told.
    """

    id: int
    target: str
    title: str
    state: CallState
    reason: MaybeText = UNSET
    url: MaybeText = UNSET
