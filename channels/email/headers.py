"""The head of a mail or of one of its parts. Pure, guarded, and linear in its length.

Python's own header parser is not used for what strangers write: it is right in almost all
cases, but takes more than linear time over nested comments and long lists, raises over
some, and cannot join a character that was cut between two encoded words.
"""

import base64
import binascii
import email.message
import email.utils
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from channels.email.charsets import decode

MOST_FIELDS = 2000
LONGEST_FIELD = 64 * 1024
# Of a name or a subject nobody reads more, and nobody may make us.
LONGEST_TEXT = 2000

_END = re.compile(rb"\r?\n\r?\n|\r\r")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(=\?[^?\s]{1,60}\?[BbQq]\?[^?]*\?=)\s+(?==\?[^?\s]{1,60}\?[BbQq]\?)")
_ID = re.compile(r"<([^<>\s@]{1,400}@[^<>\s@]{1,253})>")
# Direction marks and zero-width letters make one name look like another.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields in their order: name in small letters, value as it came, unfolded."""

    fields: tuple[tuple[str, bytes], ...] = ()

    @classmethod
    def read(cls, head: bytes) -> Self:
        """Read a head; a line that is no field is left out."""
        fields: list[tuple[str, bytes]] = []
        for line in _unfolded(head):
            match = _FIELD.fullmatch(line)
            if match and len(fields) < MOST_FIELDS:
                name = match[1].decode("ascii").lower()
                fields.append((name, match[2].strip()[:LONGEST_FIELD]))
        return cls(tuple(fields))

    def all(self, name: str) -> list[str]:
        """Return every value of a field, as text that is not decoded."""
        return [decode(value) for key, value in self.fields if key == name]

    def raw(self, name: str) -> str:
        """Return the first value of a field as it stands, or an empty text."""
        return next(iter(self.all(name)), "")

    def text(self, name: str) -> str:
        """Return a field that is meant for people, on one line."""
        return one_line(decode_words(self.raw(name)[:LONGEST_TEXT]))

    def ids(self, name: str) -> list[str]:
        """Return the message ids in a field, without their brackets."""
        return [found for value in self.all(name) for found in _ID.findall(value)]

    def mailboxes(self, name: str) -> list["Mailbox"]:
        """Return the people in a field."""
        return [box for value in self.all(name) for box in mailboxes(value)]

    def parameter(self, name: str, parameter: str) -> str:
        """Return a parameter of a field, as `charset` of Content-Type."""
        return _parameter(self.raw(name), parameter)

    def value(self, name: str) -> str:
        """Return a field without its parameters, in small letters."""
        return self.raw(name).split(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address, and the name in front of it. The domain is in its ASCII form."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """Return what stands behind the @."""
        return self.address.rpartition("@")[2]


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Return the head and the body."""
    if raw[:2] == b"\r\n" or raw[:1] == b"\n":
        return b"", raw.lstrip(b"\r\n")
    end = _END.search(raw)
    return (raw, b"") if end is None else (raw[: end.start()], raw[end.end() :])


def _unfolded(head: bytes) -> Iterator[bytes]:
    field: list[bytes] = []
    for line in head.splitlines():
        if line[:1] in (b" ", b"\t") and field:
            field.append(line)
            continue
        if field:
            yield b"".join(field)
        field = [line]
    if field:
        yield b"".join(field)


def one_line(text: str) -> str:
    """Return the text on one line, with nothing in it that cannot be seen."""
    return " ".join(_UNSEEN.sub(" ", text).split())


# --- encoded words (RFC 2047) ---


def decode_words(text: str) -> str:
    """Return the text with its encoded words read; what cannot be read stays as it is."""
    if "=?" not in text:
        return text
    text = _BETWEEN_WORDS.sub(r"\1", text)
    pieces: list[str] = []
    waiting: tuple[str, bytes] | None = None
    end = 0
    for match in _WORD.finditer(text):
        data = _word_bytes(match[2], match[3])
        between = text[end : match.start()]
        if waiting and (between or waiting[0] != match[1].lower()):
            pieces.append(decode(waiting[1], waiting[0].partition("*")[0]))
            waiting = None
        pieces.append(between)
        # One character may be cut between two words, so their bytes are joined first.
        waiting = (match[1].lower(), (waiting[1] if waiting else b"") + data)
        end = match.end()
    if waiting:
        pieces.append(decode(waiting[1], waiting[0].partition("*")[0]))
    return "".join(pieces) + text[end:]


def _word_bytes(encoding: str, word: str) -> bytes:
    raw = word.encode("utf-8", "surrogateescape")
    if encoding in "Qq":
        return quopri.decodestring(raw.replace(b"_", b" "), header=False)
    return unbase64(raw)


def unbase64(raw: bytes) -> bytes:
    """Decode base64 as leniently as mail needs: any line breaks, any padding."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    # One letter alone carries six bits, which are no byte.
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


# --- parameters (RFC 2231) ---


def _parameter(value: str, name: str) -> str:
    holder = email.message.Message()
    holder["x"] = value[:4000].replace("\r", " ").replace("\n", " ")
    try:
        found = holder.get_param(name, "", header="x")
        text = email.utils.collapse_rfc2231_value(found)
    except (ValueError, TypeError, LookupError, IndexError):
        return ""
    return one_line(decode_words(text))


# --- addresses ---


def mailboxes(value: str) -> list[Mailbox]:
    """Return the people in an address list. An address in a name or a comment is none of them."""
    found = (_mailbox(*piece) for piece in _pieces(value[:LONGEST_FIELD]))
    return [box for box in found if box is not None]


def _pieces(value: str) -> Iterator[tuple[str, str | None]]:
    """Yield what stands outside and inside of angle brackets, for each of a list's items."""
    outside: list[str] = []
    inside: str | None = None
    at = 0
    while at < len(value):
        char = value[at]
        if char == '"':
            at, text = _quoted(value, at)
            outside.append(text)
            continue
        if char == "(":
            at = _after_comment(value, at)
            continue
        if char == "<":
            end = value.find(">", at)
            end = len(value) if end < 0 else end
            inside = value[at + 1 : end] if inside is None else inside
            at = end
        elif char in ",;":
            yield "".join(outside), inside
            outside, inside = [], None
        elif char == ":" and inside is None:
            outside = []  # The name of a group.
        else:
            outside.append(char)
        at += 1
    yield "".join(outside), inside


def _quoted(value: str, at: int) -> tuple[int, str]:
    text: list[str] = []
    at += 1
    while at < len(value) and value[at] != '"':
        at += 1 if value[at] == "\\" else 0
        text.append(value[at : at + 1])
        at += 1
    return at + 1, "".join(text)


def _after_comment(value: str, at: int) -> int:
    depth = 0
    while at < len(value):
        depth += {"(": 1, ")": -1}.get(value[at], 0)
        at += 2 if value[at] == "\\" else 1
        if not depth:
            break
    return at


def _mailbox(outside: str, inside: str | None) -> Mailbox | None:
    # "a@b <c@d>": what stands in brackets is the address, the other is only called so.
    address = normal_address(outside if inside is None else inside)
    if address is None:
        return None
    name = "" if inside is None else one_line(decode_words(outside))
    return Mailbox(address, name[:200].strip("'\" "))


_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f]{1,64}@([^\s@<>()\[\]\\,;:\"/]{1,253})")


def normal_address(raw: str) -> str | None:
    """Return an address in the one form we know people by, or `None` for what is none.

    In small letters: no server that matters tells two people apart by capitals.
    """
    match = _ADDRESS.fullmatch(raw.strip())
    if match is None or ".." in match[1] or match[1][0] in ".-":
        return None
    local, _, domain = raw.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return None
    address = f"{local}@{domain.rstrip('.')}".lower()
    return None if "\ufffd" in address or _UNSEEN.search(address) else address
