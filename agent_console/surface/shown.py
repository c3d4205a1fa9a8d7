"""What a surface is asked to show, in its readers' language and free of any platform's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bridge.channel import OutboundMedia, TextFormat

Mark = Literal["queued", "accepted", "delivered", "read", "failed", "uncertain", "note"]
"""What became of what an agent wrote in the thread, on that very message (DESIGN.md, Marks)."""
Role = Literal["customer", "colleague", "program", "note", "event"]
Look = Literal["new", "answer", "waiting", "late", "closed", "deleted"]
"""What stands out in a list of threads: nobody has it; an answer is due; the customer's turn;
the wait is over its limit; closed; deleted."""
VerbName = str
"""A verb of `agent_console.fanout.pressing`: "take", "assign", "close" ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Where a conversation is shown: ids of the platform's own."""

    place: str
    id: str
    card: str
    """The external id of the message that holds the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button: the verb, its argument, and what it says."""

    verb: VerbName
    label: str
    value: str = ""
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A conversation at a glance, at the head of its thread."""

    conversation_id: int
    title: str
    """Who it is, as colleagues call them."""
    inbox: str
    network: str
    """The kind of the inbox: "telegram", "widget" ..."""
    look: Look
    state: str
    """The look in words, with whoever has it."""
    lines: Sequence[tuple[str, str]]
    """What else is known, each with its label; plain text."""
    said: str
    """The customer's first words; plain text, cut to a few lines."""
    buttons: Sequence[Press]
    more: Sequence[Press] = ()
    """What is needed less often: behind a menu where the platform has one."""
    url: str
    """The conversation in the console."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something said in the conversation, as one message of the platform (an album is one)."""

    key: str
    """One for each post there will ever be: what finds it again where no answer came."""
    role: Role
    author: str
    photo: str | None = None
    """An address of the author's picture that the platform may fetch."""
    text: str = ""
    format: TextFormat = "markdown"
    media: Sequence[OutboundMedia] = ()
    reply_to: str | None = None
    """The external id of what it answers, in the same thread."""
    again: bool = False
    """An earlier attempt may be there already: it says so."""
    edited: bool = False
    buttons: Sequence[Press] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A word to one person about what they wrote or pressed."""

    to: str
    """Their account."""
    text: str
    about: str | None = None
    """The external id of what it is about, in the thread."""
    buttons: Sequence[Press] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form."""

    id: str
    label: str
    kind: Literal["one", "many", "line", "text", "moment"]
    """`moment`: one of the options, or any time, in ms, where the platform lets one be picked."""
    options: Sequence[tuple[str, str]] = ()
    """Of a choice: each answer's value and its words, the likeliest first."""
    chosen: Sequence[str] = ()
    required: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a verb has to be told before it can be done."""

    verb: VerbName
    conversation_id: int
    title: str
    done: str
    """What the button that sends it says."""
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A conversation in a list."""

    conversation_id: int
    title: str
    state: str
    look: Look
    said: str
    url: str
    """Where the thread is on this surface, or the conversation in the console."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What comes of a press or a command: words for the one who asked, a form, or lists."""

    text: str = ""
    refused: bool = False
    form: Form | None = None
    lists: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    """By their headings."""
    buttons: Sequence[Press] = ()
