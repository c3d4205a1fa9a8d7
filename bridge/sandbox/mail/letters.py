"""A mail as a person's mail program writes and shows it."""

import html.parser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import encoders, message_from_bytes, policy
from email.errors import MessageError
from email.header import Header
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate

# Python's newer policies break an In-Reply-To of more than 78 characters into encoded words,
# as no mail program does; the old one leaves it in one piece.
_POLICY = policy.compat32.clone(linesep="\r\n")
_UNSHOWN = frozenset({"head", "script", "style", "title"})
_BREAKS = frozenset({"br", "div", "p", "tr", "li", "h1", "h2", "h3", "blockquote"})


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file in a mail."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail in somebody's mailbox, their own ones (`mine`) too. `at` is in ms.

    `text` is what was typed, without the history below it; ids are with their brackets.
    """

    number: int = 0
    """Which one it is in its mailbox: a Message-ID may come twice."""
    mine: bool
    at: int
    sender: tuple[str, str]
    """Name and address."""
    recipient: tuple[str, str]
    subject: str
    text: str
    files: tuple[Enclosed, ...] = ()
    message_id: str
    answers: str = ""
    references: tuple[str, ...] = ()
    raw: bytes = b""


def written(letter: Letter, history: str = "") -> bytes:
    """Return a person's letter as bytes, with what it answers quoted below."""
    mail = _body(letter, history)
    mail["From"] = formataddr(letter.sender)
    mail["To"] = formataddr(letter.recipient)
    charset = "us-ascii" if letter.subject.isascii() else "utf-8"
    mail["Subject"] = Header(letter.subject, charset).encode()
    mail["Date"] = formatdate(letter.at / 1000)
    mail["Message-ID"] = letter.message_id
    if letter.answers:
        mail["In-Reply-To"] = letter.answers
        mail["References"] = " ".join(letter.references)
    return mail.as_bytes(policy=_POLICY)


def _body(letter: Letter, history: str) -> Message:
    text = f"{letter.text}\n\n{history}" if history else letter.text
    words = MIMEText(text, "plain", "utf-8")
    if not letter.files:
        return words
    mail = MIMEMultipart()
    mail.attach(words)
    for file in letter.files:
        mail.attach(_attached(file))
    return mail


def _attached(file: Enclosed) -> Message:
    main, _, sub = file.mime.partition("/")
    part = MIMEBase(main, sub)
    part.set_payload(file.data)
    encoders.encode_base64(part)
    name = file.name if file.name.isascii() else ("utf-8", "", file.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def history_of(letter: Letter) -> str:
    """Return what a mail program puts below an answer to this letter."""
    date = formatdate(letter.at / 1000).rpartition(" ")[0]
    quoted = "\n".join(f"> {line}".rstrip() for line in letter.text.splitlines())
    return f"On {date} {formataddr(letter.sender, 'utf-8')} wrote:\n{quoted}\n"


def read(raw: bytes, at: int) -> Letter:
    """Return a mail that has come to somebody; raises `ValueError` where it is none."""
    try:
        return _read(message_from_bytes(raw, policy=policy.default), raw, at)
    except (LookupError, AttributeError, TypeError, MessageError) as error:
        # Python's own reader falls over some fields that are not as they should be.
        raise ValueError("this mail cannot be read") from error


def _read(mail: EmailMessage, raw: bytes, at: int) -> Letter:
    return Letter(
        mine=False,
        at=at,
        sender=_mailbox(mail, "from"),
        recipient=_mailbox(mail, "to"),
        subject=str(mail.get("subject", "")),
        text=_text(mail).replace("\r\n", "\n").strip("\n"),
        files=tuple(_files(mail)),
        message_id=str(mail.get("message-id", "")).strip(),
        answers=str(mail.get("in-reply-to", "")).strip(),
        references=tuple(str(mail.get("references", "")).split()),
        raw=raw,
    )


def _mailbox(mail: EmailMessage, field: str) -> tuple[str, str]:
    named: Sequence[object] = getattr(mail.get(field), "addresses", ())
    first = next(iter(named), None)
    return getattr(first, "display_name", ""), getattr(first, "addr_spec", "")


def _text(mail: EmailMessage) -> str:
    """Return the words. Of a page, only its text: nothing of it is shown or fetched here."""
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    text = str(part.get_content())
    return _Words(text).text if part.get_content_subtype() == "html" else text


def _files(mail: EmailMessage) -> Iterator[Enclosed]:
    for part in mail.iter_attachments():
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            yield Enclosed(part.get_filename() or "file", part.get_content_type(), data)


class _Words(html.parser.HTMLParser):
    """The text of a page, a line for each block."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self._unshown = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  # Only the text counts.
        self._unshown += tag in _UNSHOWN
        self.text += "\n" if tag in _BREAKS else ""

    def handle_endtag(self, tag: str) -> None:
        self._unshown -= tag in _UNSHOWN

    def handle_data(self, data: str) -> None:
        self.text += "" if self._unshown > 0 else data
