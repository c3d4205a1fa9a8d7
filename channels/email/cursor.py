r"""How far the mailbox has been read: what the core keeps for us, with the mail itself.

A UID means something only together with the folder's UIDVALIDITY (RFC 3501, 2.3.1.1), and
that only in its own mailbox: many have the same. `\Seen` is no cursor: people read it too.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

# SEARCH SINCE knows days only, in the server's own time zone.
_MARGIN = timedelta(days=2)
# How long a UIDVALIDITY is.
_BITS = 32
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
    """Everything up to `uid` is stored; `at` is when the last of it was received (ms).

    `place` is the folder's, by `place_of`; 0 where an older version kept none.
    """

    validity: int
    uid: int
    at: int
    rescan: Rescan | None = None
    place: int = 0

    def past(self, uid: int, at: int) -> Self:
        """Return the cursor once this mail is stored."""
        return replace(self, uid=max(self.uid, uid), at=max(self.at, at))

    def rescanned(self) -> Self:
        """Return the cursor once everything to be looked at again is stored."""
        until = self.rescan.until if self.rescan else 0
        return replace(self, uid=max(self.uid, until), rescan=None)

    def again(self, folder: "Folder") -> "Cursor":
        """Return where to begin in a folder of whose UIDs we know none."""
        since = min(self.at, self.rescan.since) if self.rescan else self.at
        return Cursor(folder.validity, 0, self.at, Rescan(since, folder.next_uid - 1), folder.place)

    def __str__(self) -> str:
        """Write it for the core.

        The place stands in front of the UIDVALIDITY's 32 bits: a version that knows of none
        sees another validity, and looks again at what has come since.
        """
        rescan = [self.rescan.since, self.rescan.until] if self.rescan else None
        validity = self.place << _BITS | self.validity
        return json.dumps([validity, self.uid, self.at, rescan], separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it was opened: whose, and from which UID on new mail will be.

    `told`: the server has said so itself; what we found out by looking is lower if the last
    mails were deleted.
    """

    place: int
    validity: int
    next_uid: int
    told: bool = True

    def is_where(self, known: Cursor) -> bool:
        """Say whether UIDs that we knew still mean what they did.

        They do not in another mailbox; nor where the server was put back to an earlier state
        and gives the same numbers to other mails.
        """
        same = known.validity == self.validity and known.place in {0, self.place}
        last = known.rescan.until if known.rescan else known.uid
        return same and not (self.told and last >= self.next_uid)


def place_of(host: str, user: str, folder: str) -> int:
    """Return a number for a folder that no other one has."""
    words = json.dumps([host.lower(), user, folder]).encode()
    return int.from_bytes(hashlib.sha256(words).digest()[:6], "big")


def read(text: str | None) -> Cursor | None:
    """Read what the core kept; `None` for nothing, or nothing of ours."""
    try:
        written, uid, at, rescan = json.loads(text or "null")
        place, validity = divmod(int(written), 1 << _BITS)
        return Cursor(
            validity, int(uid), int(at), Rescan(*map(int, rescan)) if rescan else None, place
        )
    except (ValueError, TypeError):
        return None


def begin(known: Cursor | None, folder: Folder, *, now: int, backlog: int) -> Cursor:
    """Return where to read on in a folder that is as the server says.

    Where the UIDs we knew mean nothing any more, what has come since the last mail we stored
    is looked at again, and the core knows what it has already. The very first start looks
    `backlog` ms back, and at nothing for 0.
    """
    if known is not None and folder.is_where(known):
        return replace(known, place=folder.place)
    if known is not None:
        return known.again(folder)
    if backlog:
        return Cursor(0, 0, now, Rescan(now - backlog, 0)).again(folder)
    return Cursor(folder.validity, folder.next_uid - 1, now, place=folder.place)
