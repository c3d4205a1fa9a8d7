"""Which conversation a mail belongs to, told by ids that nobody else can make. Pure.

The Message-IDs we send carry the thread and a proof (HMAC) of thread and recipient, so that
an answer finds back whatever else its writer's program does, and only if it comes from the
address we wrote to. Names of threads are made with the same key: nobody can aim at one.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

_OURS = re.compile(r"db\.([a-z2-7]*)\.([a-z2-7]{16})\.([a-z2-7]{24})@(.+)")
# Before the name of a conversation that began elsewhere; no name of ours has it.
_TAKEN_OVER = "~"
LONGEST_ID = 250
_LONGEST_SUBJECT = 120


def taken_over(name: str) -> str:
    """Return the thread of a conversation that began in another inbox, by the core's name."""
    return _TAKEN_OVER + name


def name_elsewhere(thread: str) -> str | None:
    """Return the core's name again; `None` for a thread that began here."""
    return thread.removeprefix(_TAKEN_OVER) if thread.startswith(_TAKEN_OVER) else None


class Threads:
    """Makes and reads what only this inbox can make."""

    def __init__(self, secret: bytes, domain: str) -> None:
        """`domain` is the inbox's own, as in the ids of the mails it sends."""
        self._secret = secret
        self._domain = domain.lower()

    def name(self, sender: str, root: str) -> str:
        """Return the name of the thread that the mail `root` began with `sender`."""
        return self._sign("thread", sender, root, size=10)

    def message_id(self, *, thread: str, recipient: str, unique: str) -> str:
        """Return the id of a mail to be sent: the same for the same `unique`."""
        mark = self._sign("mail", unique, size=10)
        proof = self._sign("proof", thread, recipient, mark, size=15)
        return f"db.{_base32(thread.encode())}.{mark}.{proof}@{self._domain}"

    def thread_of(self, message_id: str, person: str) -> str | None:
        """Return the thread of a mail we sent to this very person; `None` for anything else."""
        match = _OURS.fullmatch(message_id.lower())
        if match is None or match[4] != self._domain:
            return None
        thread = _unbase32(match[1])
        proof = self._sign("proof", thread, person, match[2], size=15)
        return thread if hmac.compare_digest(proof, match[3]) else None

    def claimed(self, message_id: str) -> str | None:
        """Return the thread that an id in the form of ours names, proven or not."""
        match = _OURS.fullmatch(message_id.lower())
        return _unbase32(match[1]) if match else None

    def looks_ours(self, message_id: str) -> bool:
        """Say whether an id has the form of ours, proven or not."""
        return _OURS.fullmatch(message_id.lower()) is not None

    def _sign(self, purpose: str, *words: str, size: int) -> str:
        # Lengths in between: ("ab", "c") must not be ("a", "bc").
        message = json.dumps([purpose, *words]).encode()
        return _base32(hmac.digest(self._secret, message, hashlib.sha256)[:size])


def _base32(data: bytes) -> str:
    """Encode for an id: small letters, which survive programs that change capitals."""
    return base64.b32encode(data).decode().rstrip("=").lower()


def _unbase32(text: str) -> str:
    try:
        return base64.b32decode(text.upper() + "=" * (-len(text) % 8)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


# --- what an answer needs to know of the mail it answers ---


@dataclass(frozen=True, slots=True)
class Trace:
    """A mail's own Message-ID and subject, kept inside the id that the core knows it by.

    The adapter keeps nothing itself, so what it needs to answer a mail has to be in there.
    """

    digest: str
    message_id: str = ""
    subject: str = ""

    def __str__(self) -> str:
        """Write it as an external id."""
        known = json.dumps([self.message_id, self.subject], ensure_ascii=False).encode()
        return f"{self.digest}.{base64.urlsafe_b64encode(known).decode().rstrip('=')}"


def trace(digest: str, message_id: str, subject: str) -> Trace:
    """Return the trace of a mail; an endless id is left out, an endless subject cut."""
    kept = message_id if len(message_id) <= LONGEST_ID else ""
    return Trace(digest, kept, subject[:_LONGEST_SUBJECT])


def read_trace(external_id: str | None) -> Trace | None:
    """Read an external id of ours; `None` for any other."""
    digest, dot, packed = (external_id or "").partition(".")
    if not dot:
        return None
    try:
        known = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        message_id, subject = known
        return Trace(digest, str(message_id), str(subject))
    except (ValueError, TypeError):
        return None
