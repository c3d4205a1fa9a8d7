"""What goes out: one network message at a time, and the network's word for it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bridge.channel.capabilities import MediaKind, TextFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMedia:
    """A file to send; its bytes lie at `path`. `public_id` is its id in the media store.

    `width` and `height` are pixels, known of pictures whose head can be read.
    """

    public_id: str
    kind: MediaKind
    name: str
    mime: str
    size: int
    path: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An answer offered under a message: what it says, and the id its press comes back with.

    An id has at most 64 bytes, which every network can carry.
    """

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """A conversation of another inbox that goes on here, with an address for a recipient.

    The thread of its parts is our name for it. An adapter hands that name back only with an
    answer of which it has proof (`InboundMessage.continues`).
    """

    subject: str
    earlier: Sequence[str] = ()
    """External ids of what the conversation has carried here so far, either way, the oldest
    first."""


async def _nobody_asks() -> None:
    """Take no note of it."""


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
    automatic: bool = False
    """No person wrote it: where programs could answer each other for ever, it says so."""
    external_ids: Sequence[str] = ()
    """For an edit or a delete: the ids the earlier receipt gave."""
    continues: Continuation | None = None
    """Only where `Capabilities.by_address` is: for a conversation of another inbox."""
    goes: Callable[[], Awaitable[None]] = field(default=_nobody_asks, compare=False, repr=False)
    """Where `Capabilities.waits_its_turn` is: awaited once, just before the first byte that may
    carry the part. What is stopped before that has certainly not gone. Raises a `SendError`
    where it may not go after all, which is to be let through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The network's word that it took a part, with the ids it gave (an album: several)."""

    external_ids: Sequence[str]
    delivered: bool = False
    """True where taking a message and delivering it are one (and the network says so)."""
