r"""How far the mailbox has been read: what the core keeps for us, with the mail itself.

A UID means something only together with the folder's UIDVALIDITY (RFC 3501, 2.3.1.1).
`\Seen` is no cursor: people read the mailbox too.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

# SEARCH SINCE knows days only, in the server's own time zone.
_MARGIN = timedelta(days=2)
# As IMAP writes them, whatever the language of this machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Rescan:
    """UIDs up to `until` are looked at again, those received since `since` (ms)."""

    since: int
    until: int

    @property
    def day(self) -> str:
        """Return the day to begin with, as SEARCH wants it."""
        day = datetime.fromtimestamp(max(0, self.since) / 1000, UTC) - _MARGIN
        return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `uid` is stored; `at` is when the last of it was received (ms)."""

    validity: int
    uid: int
    at: int
    rescan: Rescan | None = None

    def past(self, uid: int, at: int) -> Self:
        """Return the cursor once this mail is stored."""
        return replace(self, uid=max(self.uid, uid), at=max(self.at, at))

    def rescanned(self) -> Self:
        """Return the cursor once everything to be looked at again is stored."""
        until = self.rescan.until if self.rescan else 0
        return replace(self, uid=max(self.uid, until), rescan=None)

    def __str__(self) -> str:
        """Write it for the core."""
        rescan = [self.rescan.since, self.rescan.until] if self.rescan else None
        return json.dumps([self.validity, self.uid, self.at, rescan], separators=(",", ":"))


def read(text: str | None) -> Cursor | None:
    """Read what the core kept; `None` for nothing, or nothing of ours."""
    try:
        validity, uid, at, rescan = json.loads(text or "null")
        return Cursor(
            int(validity), int(uid), int(at), Rescan(*map(int, rescan)) if rescan else None
        )
    except (ValueError, TypeError):
        return None


def begin(known: Cursor | None, *, validity: int, next_uid: int, now: int, backlog: int) -> Cursor:
    """Return where to read on in a folder that is as the server says.

    A new UIDVALIDITY makes every UID we knew meaningless: what has come since the last mail
    we stored is looked at again, and the core knows what it has already. The very first
    start looks `backlog` ms back, and at nothing for 0.
    """
    if known is not None and known.validity == validity:
        return known
    last = next_uid - 1
    if known is not None:
        return Cursor(validity, 0, known.at, Rescan(known.at, last))
    if backlog:
        return Cursor(validity, 0, now, Rescan(now - backlog, last))
    return Cursor(validity, last, now)
