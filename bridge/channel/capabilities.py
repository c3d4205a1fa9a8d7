"""What a network can do, and the words that both directions share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

TextFormat = Literal["plain", "markdown"]
MediaKind = Literal["image", "file", "voice", "video", "audio", "sticker"]


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
    typing_lasts: float = 5.0
    """Seconds for which the network shows that somebody is writing."""
    idempotent_send: bool = False
    reports_delivered: bool = False
    reports_read: bool = False
    edits: bool = False
    deletes: bool = False
    threads: bool = False
    """One customer may have several conversations at once (email, the widget)."""
    by_address: bool = False
    """Reaches anybody by an email address alone, also where the conversation began in another
    inbox (`Continuation`)."""
    reply_window_hours: int | None = None
    send_timeout: float = 60.0
    """Seconds after which a send without an answer is given up; SMTP may take ten minutes."""
    message_every: float = 0.0
    """Seconds between two messages to one person. The adapter keeps to it in any case; told of
    it, the core sends to others meanwhile."""
    waits_its_turn: bool = False
    """A part may wait inside the adapter until the network may have it; `OutboundPart.goes`
    is then awaited when it goes."""
    automatic_every: float | None = None
    """Seconds within which one person is sent one automatic message at most, on a network
    where another program may answer it, and ours that one again (RFC 3834)."""
    kept_for: float | None = None
    """Seconds for which the network keeps what it cannot hand to us, before it drops it.
    `None` where nothing is dropped, or nobody has written down when."""
    alarms_after: Sequence[float] = ()
    """After how many seconds in which nothing could be received people are warned that
    messages will be lost; ascending, one warning each."""
