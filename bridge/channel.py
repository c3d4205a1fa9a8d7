"""The contract between the program and a network that customers write from.

An adapter turns a network's payloads into the events below, hands them to a `Sink`, and
sends one `OutboundPart` at a time. It never splits, never retries, never stores: the core
does. Only the standard library is imported here, so that an adapter can be read, and
tested, without the rest of the house.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal, Protocol, runtime_checkable

from bridge.clock import Clock

TextFormat = Literal["plain", "markdown"]
MediaKind = Literal["image", "file", "voice", "video", "audio", "sticker"]


# --- Why something did not arrive ----------------------------------------------------

Reason = Literal[
    # The customer.
    "visitor_left",  # They have left the site; they read it if they come back.
    "blocked",  # They have blocked us, or allow us no messages.
    "blacklisted",  # Our account on the network has blocked them.
    "account_gone",  # Their account was deleted, banned or closed.
    "no_such_recipient",  # There is no such account or address, and perhaps never was.
    "mailbox_full",  # There is no room left for them to receive anything in.
    "closed_window",  # The time the network gives to answer their last message is over.
    "unreachable",  # The network carries nothing to them, for another reason or an unknown one.
    # The message.
    "too_long",  # The text is longer than the network takes.
    "too_large",  # Its files, or all of it, have more bytes than the network takes.
    "file_refused",  # The network does not take a file of this kind, or for this person.
    "media_gone",  # A file is not there any more.
    "unsupported",  # The network has nothing like it.
    "not_changeable",  # The network lets nobody change or delete this message any more.
    "rejected",  # The network does not take this message, for another reason.
    # Our account on the network.
    "credentials_refused",  # The token or the password is wrong, revoked or expired.
    "no_permission",  # Our account may not do this until it is given the right.
    "suspended",  # The network has stopped our account: banned, unpaid, to be verified.
    "misconfigured",  # Something else in the channel's settings must be mended.
    # The network.
    "throttled",  # It wants us to go more slowly.
    "unavailable",  # It cannot be reached, or does not work.
    "timeout",  # It did not answer, or something between us did in its place.
    "unknown",  # It gave no reason, or none that can be understood.
    # The program.
    "expired",  # It waited in our queue until it was of no use any more.
    "interrupted",  # The program was stopped while it was on the wire.
    "internal",  # A module of ours failed.
    "deleted",  # It was taken back before it went out.
    "not_sent",  # What it was to change had never been sent.
    "not_yours",  # Whoever wrote it may not write in this conversation.
]
"""Why something did not arrive, each code with words in every language of the console.

A code stands for what a person would do about it; what only the vendor tells apart goes
into the sentence of the error.
"""


# --- What a network can do -----------------------------------------------------------


class TextUnit(StrEnum):
    """The unit a network counts the length of a text in."""

    CODE_POINTS = "code_points"
    UTF16 = "utf16"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the core may ask of a network; read instead of asking which network this is.

    Lengths count in `text_unit`; media limits and `max_request` are bytes. `None` means
    the network sets no limit of its own.
    """

    max_text: int | None = None
    text_unit: TextUnit = TextUnit.CODE_POINTS
    max_caption: int | None = None
    media: Mapping[MediaKind, int] = field(default_factory=dict)
    albums: bool = False
    rich_text: bool = False
    max_buttons: int = 0
    quotes: bool = False
    typing: bool = False
    idempotent_send: bool = False
    reports_delivered: bool = False
    reports_read: bool = False
    edits: bool = False
    deletes: bool = False
    threads: bool = False
    """One customer may have several conversations at once (email, the widget)."""
    reply_window_hours: int | None = None
    send_timeout: float = 60.0
    """Seconds after which a send without an answer is given up; SMTP may take ten minutes."""


# --- What comes in -------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMedia:
    """One attachment of an inbound message.

    `ref` is the adapter's own handle, given back to `Channel.download`; `stored` is the
    public id of a file the adapter has already put into the media store, in which case
    nothing is fetched.
    """

    kind: MediaKind
    ref: str = ""
    stored: str | None = None
    name: str = ""
    mime: str = "application/octet-stream"
    size: int | None = None


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
    reply_to: str | None = None
    """The external id of the message this one answers."""
    uploaded_as: str | None = None
    """The customer as whom stored files were uploaded, where the sender has proven since to
    be that customer."""
    visit: Visit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited:
    """The customer changed a message. May come before the message itself."""

    sender: Sender
    external_id: str
    edited_at: int
    text: str
    format: TextFormat = "plain"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUnreachable:
    """Nothing sent to this person arrives any more: left, blocked us, deactivated.

    Parts that were accepted but never reported delivered are failed with the reason.
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
    | ConversationRead
    | ButtonPressed
    | ReactionChanged
    | PageVisited
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one event given to `Sink.accept`.

    `refused` is final: the same event would be refused again, `reason` says why.
    `parked` means kept until the message it speaks of arrives. Ids are ours, where known.
    """

    outcome: Literal["stored", "duplicate", "refused", "parked", "ignored"]
    reason: str | None = None
    conversation_id: int | None = None
    message_id: int | None = None
    cursor: str | None = None
    """Where the event log stood right after; a view followed from here misses nothing."""
    view: "MessageView | None" = None
    """A stored message as its customer sees it, where that needs no further look."""


class Sink(Protocol):
    """Where an adapter hands what it received. Returns only when all of it is synced."""

    async def accept(
        self, events: Sequence[InboundEvent], cursor: str | None = None
    ) -> Sequence[Answer]:
        """Store the events, and a poller's cursor with them, in one transaction.

        Raises `StorageUnavailable` when nothing was stored; the caller must then not
        acknowledge, so that the network sends again.
        """
        ...

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Keep aside what could not be translated, shown to people, and go on."""
        ...

    async def cursor(self) -> str | None:
        """Return the poller's cursor stored last, or `None`."""
        ...


class StorageUnavailableError(Exception):
    """Nothing was stored: the database is locked, full or gone. Trying again may help."""


# --- What goes out -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMedia:
    """A file to send. `read` yields its bytes; `public_id` is its id in the media store."""

    public_id: str
    kind: MediaKind
    name: str
    mime: str
    size: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An answer offered under a message: what it says, and the id its press comes back with.

    An id has at most 64 bytes, which every network can carry.
    """

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundPart:
    """Exactly one network message (an album is one)."""

    recipient: str
    thread: str
    message_id: int
    text: str = ""
    format: TextFormat = "markdown"
    media: Sequence[OutboundMedia] = ()
    reply_to: str | None = None
    """The external id of the message this one answers."""
    buttons: Sequence[Button] = ()
    """At most `Capabilities.max_buttons`; they go under the text."""
    author: str | None = None
    """The agent's name, for networks that show one."""
    external_ids: Sequence[str] = ()
    """For an edit or a delete: the ids the earlier receipt gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The network's word that it took a part, with the ids it gave (an album: several)."""

    external_ids: Sequence[str]
    delivered: bool = False
    """True where taking a message and delivering it are one (and the network says so)."""


class SendError(Exception):
    """A send that did not end well. The message is for people: no secrets, no text.

    `reason` is the code that every surface can word in the reader's language.
    """

    reason: Reason

    def __init__(self, message: str, *, reason: Reason) -> None:
        """Say in one sentence what happened, and classify it by a code."""
        super().__init__(message)
        self.reason = reason


class ThrottledError(SendError):
    """Too fast: nothing was sent, and nothing will be for `after` seconds."""

    def __init__(self, message: str, *, after: float, reason: Reason = "throttled") -> None:
        """`after` is what the network asked for, in seconds."""
        super().__init__(message, reason=reason)
        self.after = after


class UnavailableError(SendError):
    """Certainly not sent (never connected, a clean refusal for now): may be sent again."""


class RejectedError(SendError):
    """The network will never take this part: too long, wrong kind of file."""


class UnreachableError(SendError):
    """The network will not carry anything to this person: blocked, left, deleted.

    `external_ids` are the ids under which the part would be reported if it turns up after
    all: a visitor who comes back reads what was said while they were away.
    """

    def __init__(self, message: str, *, reason: Reason, external_ids: Sequence[str] = ()) -> None:
        """Say why, and under which ids a later proof may come."""
        super().__init__(message, reason=reason)
        self.external_ids = external_ids


class MisconfiguredError(SendError):
    """Our account is wrong (token revoked, right missing): nothing goes until it is mended."""


class OutcomeUnknownError(SendError):
    """The first byte may have gone and no answer came: nobody may send it again unasked."""


# --- What an adapter is given, and is ------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentView:
    """A file as its customer may see it; `url` is signed and expires."""

    id: str
    name: str
    mime: str
    size: int
    kind: MediaKind
    state: Literal["ready", "pending", "failed"]
    url: str
    preview_url: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """The message that another one answers."""

    id: int
    text: str
    author: Literal["visitor", "agent", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message as its customer may see it: never a note, never a colleague's id."""

    id: int
    thread: str
    author: Literal["visitor", "agent", "system"]
    author_name: str | None
    external_id: str | None
    text: str
    rich: Sequence[Mapping[str, object]] | None
    attachments: Sequence[AttachmentView]
    reply_to: QuoteView | None
    at: int
    edited: bool = False
    deleted: bool = False
    activity: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadView:
    """One of the customer's own conversations."""

    thread: str
    state: Literal["open", "closed"]
    last_at: int
    last_text: str
    last_author: Literal["visitor", "agent", "system"]
    unread: int
    agent_name: str | None
    agent_read_id: int
    """The customer's messages up to this id have been read by the one who answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanges:
    """What changed for one customer up to `cursor`; `reset` means "load afresh"."""

    cursor: str
    messages: Sequence[MessageView] = ()
    threads: Sequence[ThreadView] = ()
    typing: Sequence[tuple[str, str]] = ()
    """(thread, name of the one who is writing)."""
    reset: bool = False


class CustomerView(Protocol):
    """What a customer may see of their own conversations, for networks that show it.

    A customer is named by their external id. Every cursor is opaque.
    """

    async def threads(self, customer: str) -> tuple[Sequence[ThreadView], str]:
        """Return the customer's conversations, the latest first, and the cursor."""
        ...

    async def messages(
        self, customer: str, thread: str, *, before: int | None, after: int | None, limit: int
    ) -> tuple[Sequence[MessageView], bool, str]:
        """Return a page in ascending order, whether there is more before it, the cursor."""
        ...

    async def message(self, customer: str, message_id: int) -> MessageView | None:
        """Return one message of theirs, or `None`."""
        ...

    def follow(self, customer: str, cursor: str) -> AsyncIterator[CustomerChanges]:
        """Yield what changes after `cursor`, for ever; ends after a `reset`."""
        ...

    async def unconfirmed(self) -> Sequence[str]:
        """Return the customers to whom something was sent and never confirmed."""
        ...


def customer_owner(inbox_id: str, external_id: str) -> str:
    """Return the `owner` of what a customer uploads: only they can send it."""
    return f"visitor:{inbox_id}/{external_id}"


class MediaDoor(Protocol):
    """The media store, as far as an adapter may use it."""

    async def receive(
        self, chunks: AsyncIterator[bytes], *, name: str, owner: str, limit: int
    ) -> AttachmentView:
        """Keep a file; its type is told from its content.

        Raises `MediaTooLargeError` past `limit` bytes, `MediaRefusedError` for content
        that may not be kept.
        """
        ...


class MediaTooLargeError(Exception):
    """The file is larger than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        """Name the limit that was passed."""
        super().__init__(f"the file is larger than {limit} bytes")
        self.limit = limit


class MediaRefusedError(Exception):
    """The file may not be kept: empty, or not what it claims to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelContext:
    """What the composition root gives to an adapter.

    `secret` is this inbox's own key material, derived from the installation's secret, for
    signing what the adapter hands out.
    """

    inbox_id: str
    inbox_name: str
    clock: Clock
    public_url: str
    secret: bytes
    customers: CustomerView
    media: MediaDoor
    max_upload: int
    max_length: int
    locale: str
    locales: Sequence[str]
    trusted_proxies: Sequence[str] = ()
    public_link: Callable[[OutboundMedia], str] | None = None
    """An address from which the network itself fetches a file, for networks that take no
    upload. It ends in a name with the file's ending, opens that file alone, and expires."""


class Channel(ABC):
    """One configured account on one network."""

    kind: ClassVar[str]
    capabilities: Capabilities

    @abstractmethod
    async def check(self) -> str:
        """Prove the credentials and name the account; raises `MisconfiguredError`."""

    @abstractmethod
    async def run(self, sink: Sink) -> None:
        """Receive until cancelled. Raising means: restart me, after a pause."""

    @abstractmethod
    async def send(self, part: OutboundPart, *, key: str) -> Receipt:
        """Send exactly one network message, once.

        `key` is the same for every attempt at the same part. Raises a `SendError`; any
        other exception is a bug and counts as `OutcomeUnknownError`.
        """

    @abstractmethod
    def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield the bytes of an inbound attachment."""


@runtime_checkable
class CanEdit(Protocol):
    """The network lets us change a message that was sent."""

    async def edit(self, part: OutboundPart, *, key: str) -> Receipt:
        """Replace the text of `part.external_ids`; raises as `Channel.send`."""
        ...


@runtime_checkable
class CanDelete(Protocol):
    """The network lets us take a message back."""

    async def delete(self, part: OutboundPart, *, key: str) -> Receipt:
        """Delete `part.external_ids`; raises as `Channel.send`."""
        ...


@runtime_checkable
class CanShowTyping(Protocol):
    """The network shows the customer that somebody is writing."""

    async def show_typing(self, recipient: str, thread: str, name: str) -> None:
        """Show it for a few seconds. A failure is nobody's loss."""
        ...


@runtime_checkable
class CanMarkRead(Protocol):
    """The network shows the customer that their messages were read."""

    async def mark_read(self, recipient: str, thread: str, external_id: str) -> None:
        """Mark everything up to `external_id` as read."""
        ...
