"""The files themselves, each under the hash of its content.

A file is whole before its name exists: written aside, synced, renamed, and the folder
synced. A customer's file name never reaches the disk (RELIABILITY.md, holes 3 and 5).
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_INCOMING = "incoming"
_PREVIEWS = "previews"


class Incoming:
    """A file on its way in."""

    def __init__(self, files: "Files") -> None:
        """Begin an empty file beside the others."""
        self._files = files
        self._path = files.root / _INCOMING / secrets.token_hex(16)
        self._file: IO[bytes] = self._path.open("xb")
        self._hash = hashlib.sha256()
        self.size = 0
        self.head = b""

    def write(self, chunk: bytes) -> None:
        """Append; the first bytes are kept in `head` for telling the type."""
        self._file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)
        if len(self.head) < 4096:
            self.head = (self.head + chunk)[:4096]

    def keep(self) -> str:
        """Sync the file and give it its name; return the hash of its content."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        sha256 = self._hash.hexdigest()
        target = self._files.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._path.rename(target)
        # The janitor judges by age: content that comes again is new again.
        os.utime(target)
        _sync(target.parent)
        return sha256

    def drop(self) -> None:
        """Forget a file that was not kept."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class Files:
    """A folder of files by content."""

    def __init__(self, root: Path) -> None:
        """Use `root`, made if missing; what an earlier process left half-written goes."""
        self.root = root
        for name in (_INCOMING, _PREVIEWS):
            (root / name).mkdir(parents=True, exist_ok=True)
        for left in (root / _INCOMING).iterdir():
            left.unlink()

    def path(self, sha256: str) -> Path:
        """Return where the content with this hash lies."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def preview_path(self, sha256: str) -> Path:
        """Return where the small picture of this content lies, once it is made."""
        return self.root / _PREVIEWS / f"{sha256}.webp"

    def remove(self, sha256: str) -> None:
        """Remove the content and its preview."""
        self.path(sha256).unlink(missing_ok=True)
        self.preview_path(sha256).unlink(missing_ok=True)

    def older_than(self, seconds: float, now: float) -> Iterator[str]:
        """Yield the hash of every file last written more than so many seconds ago."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if now - path.stat().st_mtime > seconds:
                yield path.name


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
