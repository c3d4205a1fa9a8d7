"""What comes in: the events an adapter makes of a network's payloads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bridge.channel.capabilities import MediaKind, TextFormat
from bridge.channel.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The person's account on the network, as far as the network tells.

    `external_id` is the network's own id of the account, unique inside one inbox only.
    `None` in another field means "not told", never "now empty".
    """

    external_id: str
    name: str | None = None
    username: str | None = None
    profile_url: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    photo: str | None = None
    """The adapter's own handle of the account's picture, given back to `Channel.download`.

    Another picture has another handle; "" says that there is none any more.
    """
    verified: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


MediaRole = Literal["attachment", "original", "text"]
"""What a file is to its message: something sent with it, or more of the message itself than
its text shows: its `original`, a page of HTML, or its whole `text`, in UTF-8.

People are never shown the last two among the files: they are offered on the message.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMedia:
    """One attachment of an inbound message.

    `ref` is the adapter's own handle, given back to `Channel.download`; `stored` is the
    public id of a file the adapter has already put into the media store, in which case
    nothing is fetched. `key` names the same file whenever the network speaks of it, where a
    `ref` does not. Of an `original` and of a `text` a message has one at most; what the
    HTML of an original may load is other media of the same message, as `/media/<stored>`,
    and what it names elsewhere begins with `remote:` (`bridge.markup.htmlclean`).
    """

    kind: MediaKind
    ref: str = ""
    key: str = ""
    stored: str | None = None
    name: str = ""
    mime: str = "application/octet-stream"
    size: int | None = None
    role: MediaRole = "attachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Where on the company's site the visitor is, and with what; every fact is optional."""

    url: str | None = None
    title: str | None = None
    first_url: str | None = None
    first_title: str | None = None
    referrer: str | None = None
    browser: str | None = None
    os: str | None = None
    device: str | None = None
    screen: str | None = None
    language: str | None = None
    ip: str | None = None
    utm: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    started_at: int | None = None
    open_pages: int = 0
    online: bool = False


@dataclass(frozen=True, slots=True)
class Album:
    """What several messages of a network that are one to their sender have in common.

    `key` is unique inside the inbox; `place` orders the items, whichever comes first.
    """

    key: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A customer's message. `external_id` is unique inside the inbox; times are ms, UTC."""

    sender: Sender
    external_id: str
    sent_at: int
    thread: str = ""
    text: str = ""
    format: TextFormat = "plain"
    media: Sequence[InboundMedia] = ()
    address: str | None = None
    """Where it was sent from, where that may be many senders' (`flood.address`)."""
    album: Album | None = None
    """Set on every item of an album, which the core makes one message, however they come."""
    reply_to: str | None = None
    """The external id of the message this one answers."""
    uploaded_as: str | None = None
    """The customer as whom stored files were uploaded, where the sender has proven since to
    be that customer."""
    visit: Visit | None = None
    verified: bool | None = None
    """Whether this very message is proven to be from its sender; `None` where the network
    lets nobody write in another's name, or where nobody can tell."""
    continues: bool = False
    """The adapter has proof that this answers a part with a `Continuation`, and comes from
    whom that went to; `thread` is the part's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited:
    """The customer changed a message. May come before the message itself."""

    sender: Sender
    external_id: str
    edited_at: int
    text: str
    format: TextFormat = "plain"
    media: Sequence[InboundMedia] | None = None
    """All the files that the message has from now on, each with a `ref`; of an item of an
    album, its own. Those that it has already are not fetched anew. `None` where the network
    tells of the words alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted:
    """The customer took a message back."""

    sender: Sender
    external_id: str
    deleted_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What the network says became of messages we sent, by the ids of their receipts.

    `read` says that everything up to the newest of `external_ids` was read. A report may
    come before the answer of the send itself.
    """

    recipient: str
    external_ids: Sequence[str]
    state: Literal["delivered", "read", "failed"]
    at: int
    reason: Reason | None = None
    certain: bool = True
    """False where the network may mean what `Channel.send` never sent: a greeting, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUnreachable:
    """Nothing sent to this person arrives any more: left, blocked us, deactivated.

    Parts that were accepted until then but never reported delivered are failed with the reason,
    where the network reports that at all. It may be told again after they have come back.
    """

    sender: Sender
    at: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactReachable:
    """What is sent to this person arrives again: they have let us in."""

    sender: Sender
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTyping:
    """The customer is writing; holds for a few seconds and is never stored."""

    sender: Sender
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUpdated:
    """New facts about a person who has written before; others are ignored.

    `absorbs` names an earlier identity of the same inbox that has proven to be the same
    person (a visitor who signed in): its conversations become the sender's.
    """

    sender: Sender
    absorbs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStarted:
    """Somebody has opened our account on the network and said nothing yet.

    `source` is what the link carried that brought them, if one did.
    """

    sender: Sender
    at: int
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRead:
    """The customer has read the thread up to the message we know as `message_id`."""

    sender: Sender
    thread: str
    message_id: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed:
    """The customer pressed a button under one of our messages.

    `external_id` is the press's own id, `button` the words on it, `id` what
    `Button.id` was, where the network gives it back.
    """

    sender: Sender
    external_id: str
    button: str
    at: int
    id: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionChanged:
    """The customer's reactions to a message are now these (may be none)."""

    sender: Sender
    external_id: str
    reactions: Sequence[str]
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisited:
    """The visitor's page, tabs or presence changed."""

    sender: Sender
    visit: Visit
    at: int


InboundEvent = (
    InboundMessage
    | MessageEdited
    | MessageDeleted
    | DeliveryReport
    | ContactUnreachable
    | ContactReachable
    | ContactTyping
    | ContactUpdated
    | ContactStarted
    | ConversationRead
    | ButtonPressed
    | ReactionChanged
    | PageVisited
)
