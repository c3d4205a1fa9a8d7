"""A message, with its files, its marks and what came of it."""

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from agent_console.cards.shapes.base import MaybeText, Shape
from agent_console.cards.shapes.tickets import Ticket
from bridge.channel import MediaKind
from bridge.models import DeliveryState, MessageKind


class Attachment(Shape, frozen=True, kw_only=True, gc=False):
    """A file; `url` downloads it, `preview_url` is a small picture drawn by us.

    `as_link`: it was too large for the network, and the customer was given an address.
    `size_limit`: how many bytes it may have had, where it failed for its size.
    """

    id: str
    name: str
    type: str
    size: int
    kind: MediaKind
    state: Literal["ready", "pending", "failed"]
    url: str
    preview_url: MaybeText = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    as_link: bool | UnsetType = UNSET
    size_limit: int | UnsetType = UNSET


class More(Shape, frozen=True, kw_only=True, gc=False):
    """What there is of a message beside the text that is shown.

    `text_url` gives all of its words, `original` says that there is a page as it was sent
    (`/api/messages/{id}/original`).
    """

    text_url: MaybeText = UNSET
    original: bool | UnsetType = UNSET


class Mark(Shape, frozen=True, kw_only=True, gc=False):
    """What became of an outgoing message: the worst state of its parts.

    `of` is set where the state is that of a change which has not arrived (yet).
    """

    state: DeliveryState
    at: int
    of: Literal["edit", "delete"] | UnsetType = UNSET
    reason: MaybeText = UNSET
    detail: MaybeText = UNSET
    may_be_double: bool | UnsetType = UNSET


class Mailed(Shape, frozen=True, kw_only=True, gc=False):
    """How a message goes by mail to a customer who has left, or went.

    `planned` means at `at`; `to` is the address with most of its name left out.
    """

    state: DeliveryState | Literal["planned"]
    at: int
    to: str
    reason: MaybeText = UNSET
    may_be_double: bool | UnsetType = UNSET


class Author(Shape, frozen=True, kw_only=True, gc=False):
    """Who wrote a message. A customer's name stands in their contact."""

    kind: Literal["customer", "agent", "system"]
    id: MaybeText = UNSET
    name: MaybeText = UNSET


class Quote(Shape, frozen=True, kw_only=True, gc=False):
    """The message that another one answers; `author` is an agent's id or the customer."""

    id: int
    text: str
    author: str | None
    kind: MessageKind


class Activity(Shape, frozen=True, kw_only=True, gc=False):
    """What happened in a conversation, by a verb and what belongs to it."""

    verb: str
    data: dict[str, Any]


class Flood(Shape, frozen=True, kw_only=True, gc=False):
    """What a line of the thread stands for: `held` messages, written over a limit.

    `why` says whose: the customer's own, that of all the inbox, that of an address. It goes on
    without `ended_at`.
    """

    why: Literal["sender", "inbox", "address"]
    held: int
    ended_at: int | UnsetType = UNSET


class Message(Shape, frozen=True, kw_only=True, gc=False):
    """One thing said, noted or done. `client_id` is told to its own sender only.

    `verified` says whether the message is proven to be from whom it names, where a network
    lets people write in others' names; where it is not, the program itself does not answer.
    `inbox` is the one that a customer's message has come by; their conversation may have
    begun in another. `sent_at` is when it was written, where it came much later (`at`).
    `mentions` are the agents whom a note calls.
    """

    id: int
    conversation_id: int
    kind: MessageKind
    author: Author
    text: str
    attachments: list[Attachment]
    at: int
    revision: int
    rich: list[dict[str, Any]] | UnsetType = UNSET
    reply_to: Quote | UnsetType = UNSET
    edited_at: int | UnsetType = UNSET
    deleted: bool | UnsetType = UNSET
    mark: Mark | UnsetType = UNSET
    mail: Mailed | UnsetType = UNSET
    inbox: MaybeText = UNSET
    sent_at: int | UnsetType = UNSET
    client_id: MaybeText = UNSET
    verified: bool | UnsetType = UNSET
    more: More | UnsetType = UNSET
    activity: Activity | UnsetType = UNSET
    mentions: list[str] | UnsetType = UNSET
    ticket: Ticket | UnsetType = UNSET
    flood: Flood | UnsetType = UNSET
