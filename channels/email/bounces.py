"""Reports that a mail of ours did not arrive (RFC 3464), and which mail that was. Pure.

Believed only about a mail that carries our proof for the very address that failed: whoever
can write that has been sent the mail.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bridge.channel import Reason
from channels.email.headers import Headers, mailboxes, split
from channels.email.loops import NULL_SENDER, Aside
from channels.email.mime import Part
from channels.email.threads import Threads

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_TOKEN = re.compile(r"db\.[a-z2-7]*\.[a-z2-7]{16}\.[a-z2-7]{24}@[a-z0-9.-]{1,253}", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[A-Za-z0-9.-]{1,253}")
_LONGEST = 100_000
_MOST = 20
# By subject and detail of the enhanced status code (RFC 3463).
_REASONS: Mapping[str, Reason] = {
    "1": "no_such_recipient",
    "2.1": "account_gone",
    "2.2": "mailbox_full",
    "3.4": "too_large",
    "2.3": "too_large",
    "7": "rejected",
}


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that failed: to whom, its id, and why in a word."""

    recipient: str
    message_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Failed:
    addresses: tuple[str, ...]
    status: str


def read(root: Part, aside: Aside | None, threads: Threads) -> list[Bounce]:
    """Return what a report says failed for good; nothing for a delay, or a forgery."""
    status = next((one for one in root.walk() if one.type == "message/delivery-status"), None)
    if status is None:
        return _from_words(root, threads) if aside is not None and _is_report(aside) else []
    ids, written_to = _original(root)
    bounces: list[Bounce] = []
    for failed in _failures(status.content()[:_LONGEST]):
        people = [*failed.addresses, *written_to]
        bounces += _proven(ids, people, reason_of(failed.status), threads)
    return list(dict.fromkeys(bounces))


def _is_report(aside: Aside) -> bool:
    return aside is NULL_SENDER or "report" in aside.why


def reason_of(status: str) -> Reason:
    """Return what an enhanced status code means, `5.1.1` for instance."""
    match = _STATUS.search(status)
    if match is None:
        return "unreachable"
    return _REASONS.get(f"{match[2]}.{match[3]}") or _REASONS.get(match[2]) or "unreachable"


def _failures(content: bytes) -> Iterator[_Failed]:
    """Yield the recipients whose mail was given up; those delayed or relayed are none."""
    for block in re.split(rb"\r?\n\r?\n", content.strip())[: _MOST + 1]:
        fields = Headers.read(block)
        if fields.value("action") == "failed":
            named = (fields.raw("original-recipient"), fields.raw("final-recipient"))
            addresses = [box for one in named for box in mailboxes(one.partition(";")[2])]
            yield _Failed(tuple(box.address for box in addresses), fields.raw("status"))


def _original(root: Part) -> tuple[list[str], list[str]]:
    """Return the ids and the recipients of the mail that is given back."""
    for part in root.walk():
        if part.type == "text/rfc822-headers":
            headers = Headers.read(split(part.content())[0])
        elif part.type == "message/rfc822" and part.parts:
            headers = part.parts[0].headers
        else:
            continue
        return headers.ids("message-id"), [box.address for box in headers.mailboxes("to")]
    return [], []


def _from_words(root: Part, threads: Threads) -> list[Bounce]:
    """Read a report of the old kind, that quotes the mail in its text."""
    text = "\n".join(
        part.content()[:_LONGEST].decode("ascii", "replace")
        for part in list(root.walk())[:_MOST]
        if part.type.startswith("text/") or not part.parts
    )
    ids = list(dict.fromkeys(_TOKEN.findall(text)))[:_MOST]
    people = list(dict.fromkeys(one.lower() for one in _ADDRESS.findall(text)))[:_MOST]
    return list(dict.fromkeys(_proven(ids, people, reason_of(text), threads)))


def _proven(
    ids: list[str], people: list[str], reason: Reason, threads: Threads
) -> Iterator[Bounce]:
    for message_id in ids:
        for person in people:
            if threads.thread_of(message_id, person) is not None:
                yield Bounce(person, message_id.lower(), reason)
