"""Who was erased, so that they do not come back by themselves; and the list of it outside.

Nothing is kept of an erased account but a hash of its name, with a salt of this
installation's own. A network that brings an old message again is told that it is known, and
whoever writes anew is somebody new. The same hashes stand in a file beside the database, for
a backup that was made before: a restore erases again whom the list names.
"""

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from bridge.media.files import sync_folder
from bridge.models import Identity
from bridge.store import erasing as e
from bridge.store import people as p
from bridge.store import trash as t
from bridge.store.erasing import digest_of, was_erased
from bridge.store.transactions import Tx

__all__ = [
    "Account",
    "Line",
    "Said",
    "append",
    "digest_of",
    "named",
    "read",
    "remember",
    "salt_of",
    "was_erased",
]


class Account(msgspec.Struct, frozen=True, tag="account"):
    """An account that was erased, or something of theirs that was set aside, and when (ms)."""

    inbox: str
    salt: str
    digest: str
    at: int


class Said(msgspec.Struct, frozen=True, tag="message"):
    """A message that was erased, by the hash that `routing.purging` knows it by."""

    inbox: str
    digest: str


Line = Account | Said
_LINE = msgspec.json.Decoder(Line)


def salt_of(tx: Tx) -> str:
    """Return the salt for who is erased now: the one that was used before, if any."""
    known = tx.all(e.SALTS)
    return known[0] if known else secrets.token_hex(16)


def remember(tx: Tx, lines: Iterable[Line]) -> None:
    """Keep the hashes in the database."""
    inboxes = set(tx.all(p.INBOX_IDS))
    for line in lines:
        if isinstance(line, Account):
            tx.run(
                e.REMEMBER,
                inbox_id=line.inbox,
                salt=line.salt,
                digest=line.digest,
                at=line.at,
            )
        elif line.inbox in inboxes:
            tx.run(t.REMEMBER_PURGED, inbox_id=line.inbox, digest=line.digest)


def named(tx: Tx, lines: Sequence[Line]) -> list[Identity]:
    """Return the accounts of this database that a list names.

    One that was made after its erasure is of somebody who has written anew.
    """
    erased = {
        (one.inbox, one.salt, one.digest): one.at for one in lines if isinstance(one, Account)
    }
    salts = {salt for _, salt, _ in erased}
    return [
        one
        for one in tx.all(e.ALL_IDENTITIES)
        for salt in salts
        if erased.get((one.inbox_id, salt, digest_of(salt, one.inbox_id, one.external_id)), -1)
        >= one.created_at
    ]


def append(path: Path, lines: Sequence[Line]) -> None:
    """Add to the list in a file, to last; raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "wb") as file:
        file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def read(path: Path) -> list[Line]:
    """Return what a file lists; a line that was cut off by a crash is passed over.

    Raises `OSError` for no file, and `ValueError` for one that is no such list.
    """
    return list(_lines(path))


def _lines(path: Path) -> Iterator[Line]:
    for line in path.read_bytes().split(b"\n"):
        if line.endswith(b"}"):
            try:
                yield _LINE.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise ValueError(f"{path} is no list of who was erased: {error}") from error
