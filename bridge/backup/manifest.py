"""What an archive says of itself: the last of its members."""

import hashlib
from typing import Annotated

import msgspec

from bridge.backup.contents import Sum

DATABASE = "database.sqlite"
MEDIA = "media/"
SECRET = "secret"  # noqa: S105  # The name of a file.
ERASED = "erased.jsonl"
MANIFEST = "manifest.json"
FORMAT = 1


class BackupError(Exception):
    """A backup cannot be made, read or put back; the message says why."""


# They are told as they are, to a terminal.
Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[!-~]{1,200}\Z")]


class Member(msgspec.Struct, frozen=True):
    """One file of the archive; `size` is in bytes."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What was backed up: by which program, when (ms), and what proves it.

    `missing` are files that the database names and the folder did not have, `damaged` those
    whose content was no longer what their name says. `digest` is of
    all the rest of the manifest.
    """

    format: int
    program: str
    database: str
    tables_version: str
    created_at: int
    tables: dict[str, Sum]
    members: list[Member]
    missing: list[Sha256]
    damaged: list[Sha256]
    digest: str = ""

    @property
    def rows(self) -> int:
        """Return how many rows there are in all tables."""
        return sum(one.rows for one in self.tables.values())

    @property
    def files(self) -> int:
        """Return how many attachments' files there are."""
        return sum(one.name.startswith(MEDIA) for one in self.members)


def sealed(manifest: Manifest) -> bytes:
    """Return the manifest as it is written, with its own digest."""
    whole = msgspec.structs.replace(manifest, digest=_digest(manifest))
    return msgspec.json.format(msgspec.json.encode(whole)) + b"\n"


def opened(text: bytes) -> Manifest:
    """Return what `sealed` wrote; raises `BackupError`."""
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BackupError(f"the manifest cannot be read: {error}") from error
    if manifest.digest != _digest(manifest):
        raise BackupError("the manifest was changed: it does not have its own digest")
    if manifest.format != FORMAT:
        raise BackupError(f"the archive has format {manifest.format}; this program knows {FORMAT}")
    return manifest


def _digest(manifest: Manifest) -> str:
    bare = msgspec.structs.replace(manifest, digest="")
    return hashlib.sha256(msgspec.json.encode(bare)).hexdigest()
