"""What the page is shown of a phone: JSON, in which every text is only a text."""

import re
from typing import Literal, NotRequired, TypedDict

# A full stop or a bracket behind an address belongs to the sentence.
_ADDRESS = re.compile(r"(https?://\S*[^\s.,;:!?)\]}»”\"'])")

Mark = Literal["", "sent", "delivered", "read"]
"""How far a customer's own message has come, in the terms the network has."""
Verb = Literal[
    "photo",
    "file",
    "voice",
    "sticker",
    "location",
    "contact",
    "quote",
    "edit",
    "delete",
    "typing",
    "block",
    "read",
    "mail",
    "bounce",
]
"""What can be done on the phones of a network, beside writing."""


class Span(TypedDict):
    """A stretch of text in one style; `marks` are `bold`, `code`, `quote` and the like."""

    text: str
    marks: list[str]
    href: NotRequired[str]


class Button(TypedDict):
    """A button; one with an address opens it, all others are told to the shop."""

    label: str
    href: NotRequired[str]


class File(TypedDict):
    """Something to see, hear or keep, at an address of the page's own server."""

    kind: Literal["photo", "voice", "video", "sticker", "file"]
    name: str
    url: str


class Message(TypedDict):
    """One bubble. `at` is in ms."""

    id: str
    mine: bool
    at: int
    subject: NotRequired[str]
    spans: list[Span]
    files: list[File]
    mark: Mark
    edited: bool
    quote: str
    buttons: list[list[Button]]


class Keyboard(TypedDict):
    """The buttons in place of the keyboard, and the message they came with."""

    message: str
    rows: list[list[Button]]


class Owner(TypedDict):
    """Somebody with a phone, and the dialog on it."""

    id: str
    name: str
    blocked: bool
    open: bool
    typing: bool
    messages: list[Message]
    keyboard: NotRequired[Keyboard]


class Phone(TypedDict):
    """One network's phones. `faults` counts the calls that are still to go wrong."""

    id: str
    network: str
    inbox: str
    can: list[str]
    owners: list[Owner]
    faults: int


def plain(text: str) -> list[Span]:
    """Return a text without any formatting."""
    return with_addresses({"text": text, "marks": []})


def with_addresses(span: Span) -> list[Span]:
    """Return a stretch cut so that web addresses in it can be opened, as every app does it."""
    pieces = enumerate(_ADDRESS.split(span["text"]))
    return [
        {**span, "text": piece, "href": piece} if number % 2 else {**span, "text": piece}
        for number, piece in pieces
        if piece
    ]


def is_web(address: str) -> bool:
    """Say whether a page may open this: anything but a web address could run in it."""
    return address.startswith(("https://", "http://"))


def button(label: object, address: object = "") -> Button:
    """Return a button, with its address if it opens one on the web."""
    made: Button = {"label": str(label)}
    return {**made, "href": str(address)} if is_web(str(address)) else made
