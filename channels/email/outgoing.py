"""A mail of ours as bytes, written by hand.

Python's email package breaks an In-Reply-To or References of more than 78 characters into
encoded words, which Outlook cannot follow, and a file's name at its spaces without an
indent, which makes a field of what was typed. Here nothing typed can end a line.
"""

import base64
import email.utils
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bridge.markup import Dialect, parse, render, to_plain
from channels.email.headers import one_line

# RFC 5322, 2.1.1: no line may be longer than 998 characters.
_LONGEST_LINE = 998
_LONGEST_NAME = 120
_LONGEST_FILE_NAME = 150
_LONGEST_SUBJECT = 200
_MOST_REFERENCES = 12
_REPLY = re.compile(r"(?:(?:re|aw|sv|отв|ответ|відп|rv|rif)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
# RFC 2047, 2: an encoded word has at most 75 characters, 12 of which are its frame.
_WORD_BYTES = 45
_EDGES = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file of ours, with what is in it."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is to be written. `date` is in ms; ids are without brackets."""

    address: str
    name: str
    recipient: str
    subject: str
    message_id: str
    answers: str = ""
    references: Sequence[str] = ()
    date: int
    markdown: str
    files: Sequence[Attached] = ()
    automatic: bool = False


def written(mail: Outgoing) -> bytes:
    """Return the mail as it is handed to a server, with lines that end in CRLF."""
    lines = [
        f"From: {_mailbox(mail.name, mail.address)}",
        f"To: <{mail.recipient}>",
        f"Subject: {_words(mail.subject[:_LONGEST_SUBJECT])}",
        f"Date: {email.utils.formatdate(mail.date / 1000)}",
        f"Message-ID: <{mail.message_id}>",
        *([f"In-Reply-To: <{mail.answers}>"] if mail.answers else []),
        *([f"References: {_ids(mail.references)}"] if mail.references else []),
        *([f"Auto-Submitted: {_origin(mail)}"] if mail.automatic else []),
    ]
    head = "".join(f"{line}\r\n" for line in [*lines, "MIME-Version: 1.0"])
    return head.encode() + _body(mail)


def _origin(mail: Outgoing) -> str:
    """Return how a program wrote this (RFC 3834, 5): so no other program answers it."""
    return "auto-replied" if mail.answers else "auto-generated"


def bare_subject(subject: str) -> str:
    """Return a subject without the "Re:" of however many answers."""
    return one_line(_REPLY.sub("", subject, count=1) if _REPLY.match(subject) else subject)


def answer_to(subject: str, otherwise: str) -> str:
    """Return the subject of an answer: "Re: " once, whatever stands before it already."""
    bare = bare_subject(subject)
    return f"Re: {bare}" if bare else one_line(otherwise)


def sender_name(author: str | None, company: str) -> str:
    """Return `Anna (Shop)`, or what there is of it."""
    if author and company and author != company:
        return f"{author} ({company})"
    return author or company


def _body(mail: Outgoing) -> bytes:
    words = _multipart(
        "alternative",
        mail.message_id,
        _text("plain", to_plain(mail.markdown, "markdown")),
        _text("html", page(mail.markdown)),
    )
    if not mail.files:
        return words
    return _multipart("mixed", mail.message_id, words, *(_file(file) for file in mail.files))


def _multipart(kind: str, message_id: str, *parts: bytes) -> bytes:
    # The id is proof against guessing, so no text can hold a boundary made of it.
    name = hashlib.sha256(f"{kind} {message_id}".encode()).hexdigest()[:32]
    edge = f"\r\n--={name}"
    head = f'Content-Type: multipart/{kind}; boundary="={name}"\r\n'.encode()
    inside = b"".join(f"{edge}\r\n".encode() + part for part in parts)
    return head + inside + f"{edge}--\r\n".encode()


def _text(kind: str, text: str) -> bytes:
    content = _EDGES.sub(b"\r\n", text.encode(errors="replace")) + b"\r\n"
    head = f"Content-Type: text/{kind}; charset=utf-8\r\n"
    if content.isascii() and max(map(len, content.split(b"\r\n"))) <= _LONGEST_LINE:
        return f"{head}Content-Transfer-Encoding: 7bit\r\n\r\n".encode() + content
    return head.encode() + _encoded(content)


def _file(file: Attached) -> bytes:
    mime = file.mime if _MIME.fullmatch(file.mime) else ""
    # A mail in a mail may not be encoded, which would make it another mail.
    mime = "" if mime.startswith(("multipart/", "message/")) else mime
    head = f"Content-Type: {mime or 'application/octet-stream'}\r\n"
    head += "Content-Disposition: attachment"
    head += "".join(f";\r\n {parameter}" for parameter in _name(one_line(file.name) or "file"))
    return f"{head}\r\n".encode() + _encoded(file.content)


def _name(name: str) -> Iterator[str]:
    """Yield a file's name as RFC 2231 has it: pieces, if it is not plain."""
    if re.fullmatch(r"[A-Za-z0-9 ._()+-]{1,70}", name):
        yield f'filename="{name}"'
        return
    encoded = "utf-8''" + quote(name[:_LONGEST_FILE_NAME], safe="", errors="replace")
    pieces = re.findall(r"(?:%..|[^%]){1,24}", encoded)
    yield from (f"filename*{number}*={piece}" for number, piece in enumerate(pieces))


def _encoded(content: bytes) -> bytes:
    lines = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return b"Content-Transfer-Encoding: base64\r\n\r\n" + lines


def page(markdown: str) -> str:
    """Return our markup as the simple HTML that every mail program shows alike."""
    html = render(parse(markdown, "markdown"), Dialect.HTML)
    pieces = re.split(r"(<pre>.*?</pre>)", html, flags=re.DOTALL)
    # What is written as it stands keeps its own lines.
    inner = "".join(
        piece if at % 2 else piece.replace("\n", "<br>\n") for at, piece in enumerate(pieces)
    )
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8"></head>'
        f'<body><div dir="auto">{inner}</div></body></html>\n'
    )


def _mailbox(name: str, address: str) -> str:
    name = one_line(name)[:_LONGEST_NAME]
    if not name:
        return f"<{address}>"
    if name.isascii() and "=?" not in name:
        return f'"{email.utils.quote(name)}" <{address}>'
    return f"{_words(name)} <{address}>"


def _words(text: str) -> str:
    """Return a text as RFC 2047 has it; no line of it is longer than 78 characters."""
    text = one_line(text)
    if text.isascii() and "=?" not in text and len(text) <= 60:
        return text
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Yield the text in base64, cut between characters."""
    piece = b""
    for char in text:
        data = char.encode(errors="replace")
        if len(piece) + len(data) > _WORD_BYTES:
            yield base64.b64encode(piece).decode()
            piece = b""
        piece += data
    yield base64.b64encode(piece).decode()


def _ids(references: Sequence[str]) -> str:
    """Return the chain with each id on a line of its own: the first and the latest of it."""
    kept = list(dict.fromkeys(references))
    if len(kept) > _MOST_REFERENCES:
        kept = [kept[0], *kept[-_MOST_REFERENCES + 1 :]]
    return "\r\n ".join(f"<{one}>" for one in kept)
