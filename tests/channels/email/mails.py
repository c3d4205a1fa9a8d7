"""Mails as people and programs write them, made by hand so that nothing is put right."""

import base64
import itertools
from collections.abc import Mapping, Sequence
from email.header import Header

_numbers = itertools.count(1)
US = "help@example.com"
ANNA = "anna@example.net"


def letter(
    text: str = "Hello",
    *,
    sender: str = ANNA,
    name: str = "",
    to: str = US,
    subject: str | None = None,
    message_id: str | None = None,
    answers: str = "",
    references: Sequence[str] = (),
    html: str | None = None,
    files: Mapping[str, bytes] | None = None,
    **more: str,
) -> bytes:
    """Return a decent mail. Names in `more` are header fields, `_` standing for `-`."""
    unique = message_id or f"mail-{next(_numbers)}@example.net"
    lines = [f"From: {_mailbox(name, sender)}", f"To: {to}", f"Message-ID: <{unique}>"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in more.items()]
    if subject is not None:
        lines.append(f"Subject: {Header(subject, 'utf-8', maxlinelen=76).encode()}")
    if answers:
        lines.append(f"In-Reply-To: <{answers}>")
    if references:
        lines.append("References: " + " ".join(f"<{one}>" for one in references))
    body = leaf(text)
    if html is not None:
        body = multipart("alternative", body, leaf(html, "text/html"))
    if files:
        body = multipart("mixed", body, *(attachment(key, files[key]) for key in files))
    return raw("\n".join([*lines, "MIME-Version: 1.0", ""])).rstrip(b"\r\n") + b"\r\n" + body


def raw(text: str, charset: str = "utf-8") -> bytes:
    """Return a mail that was written by hand, with the line ends that mail has."""
    return text.encode(charset).replace(b"\n", b"\r\n")


def leaf(
    text: str | bytes, kind: str = "text/plain", charset: str = "utf-8", head: str = ""
) -> bytes:
    """Return a part with its head; its content in base64."""
    data = text if isinstance(text, bytes) else text.encode(charset)
    fields = f"Content-Type: {kind}; charset={charset}\n{head}"
    return raw(f"{fields}Content-Transfer-Encoding: base64\n\n") + base64.encodebytes(data)


def attachment(name: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    """Return a file as a part."""
    encoded = Header(name, "utf-8").encode() if not name.isascii() else name
    head = f'Content-Disposition: attachment; filename="{encoded}"\n'
    return leaf(content, kind, head=head)


def multipart(kind: str, *parts: bytes, boundary: str = "", head: str = "") -> bytes:
    """Return parts in one."""
    boundary = boundary or f"=_{next(_numbers)}_boundary"
    between = raw(f"\n--{boundary}\n")
    whole = between.join(
        [raw(f'{head}Content-Type: multipart/{kind}; boundary="{boundary}"\n'), *parts]
    )
    return whole + raw(f"\n--{boundary}--\n")


def mail(body: bytes, **fields: str) -> bytes:
    """Return a body with the head of a mail above its own."""
    given = {"From": ANNA, "To": US, "Message-ID": f"<mail-{next(_numbers)}@example.net>"}
    head = given | {key.replace("_", "-"): value for key, value in fields.items()}
    lines = [f"{key}: {value}" for key, value in head.items()]
    return raw("\n".join([*lines, "MIME-Version: 1.0"])) + b"\r\n" + body


def _mailbox(name: str, address: str) -> str:
    return f"{Header(name, 'utf-8').encode()} <{address}>" if name else address
