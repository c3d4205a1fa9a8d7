"""What agents are shown, as it goes over the wire.

Times are milliseconds since the epoch, UTC. A field that may be missing is `Unset`; one
that is always there and may be empty is `None`.
"""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from bridge.channel import MediaKind, Reason
from bridge.models import DeliveryState, HealthState, MessageKind, Presence, Role
from routing.access import Verb

MaybeText = str | UnsetType
DraftKind = Literal["reply", "note"]


class Shape(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The base of everything sent."""


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


class Message(Shape, frozen=True, kw_only=True, gc=False):
    """One thing said, noted or done. `client_id` is told to its own sender only.

    `verified` says whether the message is proven to be from whom it names, where a network
    lets people write in others' names; where it is not, the program itself does not answer.
    `inbox` is the one that a customer's message has come by; their conversation may have
    begun in another. `sent_at` is when it was written, where it came much later (`at`).
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

    `until` is null for ever; `by` is an agent's id.
    """

    id: int
    scope: Literal["identity", "contact"]
    until: int | None
    reason: str
    by: str
    at: int


class PastBlock(Block, frozen=True, kw_only=True, gc=False):
    """A block that stands or stood; `refused` messages were not taken meanwhile.

    `identity` is the account's id. Without `lifted_by` it ended by itself.
    """

    refused: int
    identity: int | UnsetType = UNSET
    ended_at: int | UnsetType = UNSET
    lifted_by: MaybeText = UNSET


class Conversation(Shape, frozen=True, kw_only=True, gc=False):
    """The part of a row that is the same for every agent.

    `identity` is the account of the contact that writes in it. `answered_by` is "program" for
    as long as no agent has answered and the program has; `rated` is the score that the
    customer gave last. `last_by` is who wrote last, `last` may be a note. `topics` are ids of
    the YAML, `other_topic` is what an agent typed beside them. `team`
    is whose it is to answer; one that the YAML has no more is told as well.
    """

    id: int
    inbox: str
    thread: str
    contact: RowContact
    identity: int
    state: Literal["open", "closed"]
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


class ReadUpTo(Shape, frozen=True, kw_only=True, gc=False):
    """How far the agent has read: unread is `incoming_count - seen`, at least 0."""

    seen: int
    message_id: int


class DraftPreview(Shape, frozen=True, kw_only=True, gc=False):
    """The start of what the agent has not sent yet."""

    kind: DraftKind
    text: str


class Row(Shape, frozen=True, kw_only=True, gc=False):
    """A conversation as one agent sees it in a list."""

    conversation: Conversation
    can: list[Verb]
    mine: bool
    mark: ReadUpTo
    draft: DraftPreview | None


class Identity(Shape, frozen=True, kw_only=True, gc=False):
    """An account of the contact on a network; `kind` is the network's."""

    id: int
    inbox: str
    kind: str
    external_id: str
    verified: bool
    first_seen: int
    name: MaybeText = UNSET
    username: MaybeText = UNSET
    profile_url: MaybeText = UNSET


class Join(Shape, frozen=True, kw_only=True, gc=False):
    """Another person whom an agent found to be this one: their name, who found it, and when."""

    id: int
    name: str | None
    by: str
    at: int


class Contact(Shape, frozen=True, kw_only=True, gc=False):
    """A person. `attributes` are what the site told about them; the latest block comes first."""

    id: int
    name: str | None
    email: str | None
    phone: str | None
    language: str | None
    created_at: int
    attributes: dict[str, str]
    identities: list[Identity]
    joins: list[Join]
    blocks: list[PastBlock]
    avatar_url: MaybeText = UNSET


class ContactNote(Shape, frozen=True, kw_only=True, gc=False):
    """What an agent wrote down about a person."""

    id: int
    text: str
    by: str
    at: int


class Visit(Shape, frozen=True, kw_only=True, gc=False):
    """The visitor's stay on the site: `seconds` so far, `online` now."""

    open_pages: int
    started_at: int
    seconds: int
    online: bool
    ip: MaybeText = UNSET
    browser: MaybeText = UNSET
    os: MaybeText = UNSET
    device: MaybeText = UNSET
    screen: MaybeText = UNSET
    language: MaybeText = UNSET
    first_url: MaybeText = UNSET
    first_title: MaybeText = UNSET
    referrer: MaybeText = UNSET
    current_url: MaybeText = UNSET
    current_title: MaybeText = UNSET
    utm: dict[str, str] | UnsetType = UNSET
    source: MaybeText = UNSET


class Count(Shape, frozen=True, kw_only=True, gc=False):
    """Conversations of a folder; 1001 means "1000+"."""

    unread: int
    total: int


class Folders(Shape, frozen=True, kw_only=True, gc=False):
    """The counters. `unread_total` counts what waits for this agent: untaken or theirs."""

    new: Count
    mine: Count
    all: Count
    closed: Count
    unread_total: int


class Gap(Shape, frozen=True, kw_only=True, gc=False):
    """A time in which a channel received nothing; `lost`: messages of it may be missing."""

    begun: int
    ended: int
    lost: bool


class ChannelHealth(Shape, frozen=True, kw_only=True, gc=False):
    """How a channel is: its state, a code for why, and a sentence for the administrator.

    `down_since` is when messages stopped coming in, `warned` how many of the warnings were
    given that they will be lost, `gap` the last time of that kind that is over.
    """

    inbox: str
    state: HealthState
    since: int
    down_since: int | None
    warned: int
    received_at: int | None
    sent_at: int | None
    gap: Gap | None
    reason: Reason | UnsetType = UNSET
    sentence: MaybeText = UNSET


class AgentRef(Shape, frozen=True, kw_only=True, gc=False):
    """A colleague: `online` while a console of theirs is open, `presence` whether they work."""

    id: str
    name: str
    role: Role
    online: bool
    presence: Presence
    retired: bool | UnsetType = UNSET


class QuickReply(Shape, frozen=True, kw_only=True, gc=False):
    """A ready answer, its variables filled in."""

    id: str
    shortcut: str
    title: str
    text: str
    source: Literal["yaml", "agent"]


class TopicRef(Shape, frozen=True, kw_only=True, gc=False):
    """A topic of the YAML; `label` is a text, or one by language."""

    id: str
    label: str | dict[str, str]
    retired: bool | UnsetType = UNSET


class TagRef(Shape, frozen=True, kw_only=True, gc=False):
    """A tag of the YAML; `label` is a text, or one by language."""

    id: str
    label: str | dict[str, str]
    color: str
    pinned: bool
    retired: bool | UnsetType = UNSET


class TagCount(Shape, frozen=True, kw_only=True, gc=False):
    """In how many conversations a tag is; 1001 means "1000+"."""

    id: str
    count: int
