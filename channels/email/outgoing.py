"""A mail of ours as bytes: its head written by hand, its body by Python's email package.

The package breaks an In-Reply-To or References of more than 78 characters into encoded
words, which Outlook cannot follow. Nothing that was typed can end a line of the head.
"""

import email.utils
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

from bridge.markup import Dialect, parse, render, to_plain
from channels.email.headers import one_line

# RFC 5322, 2.1.1: no line may be longer than 998 characters.
_LONGEST_NAME = 120
_LONGEST_SUBJECT = 200
_MOST_REFERENCES = 12
_REPLY = re.compile(r"(?:(?:re|aw|sv|отв|ответ|відп|rv|rif)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_POLICY = SMTP.clone(cte_type="7bit")


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
        f"Subject: {_words(mail.subject[:_LONGEST_SUBJECT], 'Subject')}",
        f"Date: {email.utils.formatdate(mail.date / 1000)}",
        f"Message-ID: <{mail.message_id}>",
        *([f"In-Reply-To: <{mail.answers}>"] if mail.answers else []),
        *([f"References: {_ids(mail.references)}"] if mail.references else []),
        # RFC 3834: so that no other program answers what no person wrote.
        *(["Auto-Submitted: auto-generated"] if mail.automatic else []),
    ]
    head = "".join(f"{line}\r\n" for line in lines)
    return head.encode() + _body(mail).as_bytes()


def answer_to(subject: str, otherwise: str) -> str:
    """Return the subject of an answer: "Re: " once, whatever stands before it already."""
    bare = one_line(_REPLY.sub("", subject, count=1) if _REPLY.match(subject) else subject)
    return f"Re: {bare}" if bare else one_line(otherwise)


def sender_name(author: str | None, company: str) -> str:
    """Return `Anna (Shop)`, or what there is of it."""
    if author and company and author != company:
        return f"{author} ({company})"
    return author or company


def _body(mail: Outgoing) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message.set_content(to_plain(mail.markdown, "markdown"), charset="utf-8")
    message.add_alternative(page(mail.markdown), subtype="html", charset="utf-8")
    for file in mail.files:
        mime = file.mime if _MIME.fullmatch(file.mime) else "application/octet-stream"
        kind, _, subtype = mime.partition("/")
        if kind in ("multipart", "message"):
            kind, subtype = "application", "octet-stream"
        name = one_line(file.name)[:200] or "file"
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=name)
    return message


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
    return f"{_words(name, 'From')} <{address}>"


def _words(text: str, field: str) -> str:
    """Return a text as RFC 2047 has it, in lines of at most 76 characters."""
    text = one_line(text)
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, maxlinelen=76, header_name=field).encode(linesep="\r\n")


def _ids(references: Sequence[str]) -> str:
    """Return the chain with each id on a line of its own: the first and the latest of it."""
    kept = list(dict.fromkeys(references))
    if len(kept) > _MOST_REFERENCES:
        kept = [kept[0], *kept[-_MOST_REFERENCES + 1 :]]
    return "\r\n ".join(f"<{one}>" for one in kept)
