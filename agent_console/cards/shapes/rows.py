"""A conversation in a list."""

from typing import Literal

from msgspec import UNSET, UnsetType

from agent_console.cards.shapes.base import DraftKind, MaybeText, Shape
from bridge.channel import MediaKind
from bridge.models import MessageKind
from routing.access import Verb

State = Literal["open", "closed", "deleted"]


class RowContact(Shape, frozen=True, kw_only=True, gc=False):
    """Of a contact, what a row shows, and the tags that lists are filtered by."""

    id: int
    name: str | None
    tags: list[str]
    email: MaybeText = UNSET
    avatar_url: MaybeText = UNSET


class Last(Shape, frozen=True, kw_only=True, gc=False):
    """The last message, on one line."""

    kind: MessageKind
    author: str | None
    text: str
    at: int
    message_id: int
    attachment: MediaKind | UnsetType = UNSET


class Item(Shape, frozen=True, kw_only=True, gc=False):
    """What a conversation is about in another system."""

    label: str
    url: MaybeText = UNSET


class Block(Shape, frozen=True, kw_only=True, gc=False):
    """That a customer is kept away: one account of theirs, or the whole person.

    `until` is null for ever; `by` is an agent's id, null where an automation did it.
    """

    id: int
    scope: Literal["identity", "contact"]
    until: int | None
    reason: str
    by: str | None
    at: int


class Conversation(Shape, frozen=True, kw_only=True, gc=False):
    """The part of a row that is the same for every agent.

    `identity` is the account of the contact that writes in it. `answered_by` is "program" for
    as long as no agent has answered and the program has; `rated` is the score that the
    customer gave last. `last_by` is who wrote last, `last` may be a note. `topics` are ids of
    the YAML, `other_topic` is what an agent typed beside them. `team`
    is whose it is to answer; one that the YAML has no more is told as well. `status` is the one
    it was given; without it, an open one has the first open status there is. `paused_at` is
    since when time stands still for it, `snoozed_until` until when it is out of the way.
    """

    id: int
    inbox: str
    thread: str
    contact: RowContact
    identity: int
    state: State
    assignee: str | None
    participants: list[str]
    is_new: bool
    incoming_count: int
    waiting_since: int | None
    language: str | None
    created_at: int
    last_at: int
    closed_at: int | None
    blocked: bool
    last: Last | None
    last_by: Literal["customer", "agent"] | None
    topics: list[str]
    other_topic: MaybeText = UNSET
    block: Block | UnsetType = UNSET
    closed_by: MaybeText = UNSET
    answered_by: Literal["program", "agent"] | UnsetType = UNSET
    rated: int | UnsetType = UNSET
    item: Item | UnsetType = UNSET
    team: MaybeText = UNSET
    status: MaybeText = UNSET
    paused_at: int | UnsetType = UNSET
    snoozed_until: int | UnsetType = UNSET
    snoozed_by: MaybeText = UNSET


class ReadUpTo(Shape, frozen=True, kw_only=True, gc=False):
    """How far the agent has read: unread is `incoming_count - seen`, at least 0."""

    seen: int
    message_id: int


class DraftPreview(Shape, frozen=True, kw_only=True, gc=False):
    """The start of what the agent has not sent yet."""

    kind: DraftKind
    text: str


class Row(Shape, frozen=True, kw_only=True, gc=False):
    """A conversation as one agent sees it in a list.

    `following`: they take part in its notes, and hear of them.
    """

    conversation: Conversation
    can: list[Verb]
    mine: bool
    following: bool
    mark: ReadUpTo
    draft: DraftPreview | None
