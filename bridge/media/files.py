"""The files themselves, each under the hash of its content.

A file is whole before its name exists: written aside, synced, renamed, and the folder
synced. A customer's file name never reaches the disk (RELIABILITY.md, holes 3 and 5).
"""

import contextlib
import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_INCOMING = "incoming"
_PREVIEWS = "previews"
# What nobody has written to for so long (s) its writer has left half-written.
_LEFT_AFTER = 3_600


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
        self._files.take(self._path, sha256)
        return sha256

    def drop(self) -> None:
        """Forget a file that was not kept."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def path_of(root: Path, sha256: str) -> Path:
    """Return where the content with this hash lies below `root`."""
    return root / sha256[:2] / sha256[2:4] / sha256


def forget_content(root: Path, sha256: str) -> None:
    """Remove the content and its preview, however young; raises `OSError`."""
    path_of(root, sha256).unlink(missing_ok=True)
    (root / _PREVIEWS / f"{sha256}.webp").unlink(missing_ok=True)


class Files:
    """A folder of files by content; several processes may have it in common."""

    def __init__(self, root: Path) -> None:
        """Use `root`, made if missing; what was left half-written long ago goes."""
        self.root = root
        for name in (_INCOMING, _PREVIEWS):
            (root / name).mkdir(parents=True, exist_ok=True)
        self.drop_left()
        # Between a look at a file's age and its removal, nothing may make it new.
        self._tidying = threading.Lock()

    def now(self) -> float:
        """Return the time that a file written now is given, in seconds; raises `OSError`.

        A folder on another machine goes by that one's clock.
        """
        probe = self.root / _INCOMING / secrets.token_hex(16)
        probe.touch()
        try:
            return probe.stat().st_mtime
        finally:
            probe.unlink(missing_ok=True)

    def drop_left(self) -> None:
        """Remove what its writer has left half-written; others may be writing beside us."""
        now = self.now()
        for one in (self.root / _INCOMING).iterdir():
            with contextlib.suppress(FileNotFoundError):
                if now - one.stat().st_mtime > _LEFT_AFTER:
                    one.unlink()

    def take(self, written: Path, sha256: str) -> None:
        """Give a written and synced file the name of its content, to last."""
        target = self.path(sha256)
        with self._tidying:
            made = [folder for folder in target.parents[:2] if not folder.exists()]
            target.parent.mkdir(parents=True, exist_ok=True)
            # The janitor judges by age: content that comes again is new again.
            os.utime(written)
            written.rename(target)
        for folder in (target.parent, *(folder.parent for folder in made)):
            sync_folder(folder)

    def path(self, sha256: str) -> Path:
        """Return where the content with this hash lies."""
        return path_of(self.root, sha256)

    def preview_path(self, sha256: str) -> Path:
        """Return where the small picture of this content lies, once it is made."""
        return self.root / _PREVIEWS / f"{sha256}.webp"

    def remove_old(self, sha256: str, seconds: float, now: float) -> bool:
        """Remove the content and its preview, unless it has come again meanwhile."""
        path = self.path(sha256)
        with self._tidying:
            if not path.exists() or now - path.stat().st_mtime <= seconds:
                return False
            aside = self.root / _INCOMING / secrets.token_hex(16)
            path.rename(aside)
            if now - aside.stat().st_mtime <= seconds:
                # Another process has had it again in between, where no lock of ours is seen.
                aside.rename(path)
                sync_folder(path.parent)
                return False
            aside.unlink()
        self.preview_path(sha256).unlink(missing_ok=True)
        return True

    def older_than(self, seconds: float, now: float) -> Iterator[str]:
        """Yield the hash of every file last written more than so many seconds ago."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if now - path.stat().st_mtime > seconds:
                yield path.name


def sync_folder(folder: Path) -> None:
    """Have the names in a folder last, as its files do."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
