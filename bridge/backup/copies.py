"""Copies of a database that is in use, made by SQLite itself: never torn, never half."""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bridge import db
from bridge.backup.manifest import BackupError
from bridge.media.files import sync_folder
from bridge.settings.sections.server import Backup, Storage

_BESIDE = "before"
# What a folder is called in which a copy is made beside the database.
FOLDER = ".backup-"
# And one into which an archive is unpacked.
RESTORING = ".restore-"
# It is made wherever the archive lies, among what is not ours.
VERIFYING = ".deskbridge-verify-"


def copied(source: Path, target: Path) -> None:
    """Copy a database that somebody may be writing to into a new file, to last.

    It holds what was committed at one moment, and needs no file beside it. Raises
    `BackupError`; what was begun of it is gone then.
    """
    begun = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        with _new(begun):
            _copy(source, begun)
            begun.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error, db.DatabaseError) as error:
        raise BackupError(f"cannot copy the database {source}: {error}") from error


@contextlib.contextmanager
def _new(path: Path) -> Iterator[None]:
    """Make a file that only its owner reads, and remove it unless it was given its name."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with in_hand(path):
            yield
    finally:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def in_hand(path: Path) -> Iterator[None]:
    """Have a file or a folder known as one in the making; a kill ends that too."""
    held = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


@contextlib.contextmanager
def folder_in(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a folder for as long as the context lasts; those that were killed go first."""
    for left in parent.glob(f"{prefix}*"):
        # What another user has left is theirs to remove, and in nobody's way.
        with contextlib.suppress(PermissionError):
            _forget([left])
    with (
        tempfile.TemporaryDirectory(dir=parent, prefix=prefix) as folder,
        in_hand(Path(folder)),
    ):
        yield Path(folder)


def forget_unfinished(database: Path, media: Path | None = None) -> None:
    """Remove what copying and restoring have left beside a database, and among its files.

    Only of those that were killed.
    """
    beside = database.parent
    _forget(beside.glob(f"{FOLDER}*"))
    _forget(beside.glob(f".{database.stem}*.partial-*[0-9]"))
    for folder in filter(None, (beside, media)):
        _forget(folder.glob(f"{RESTORING}*"))


def _forget(paths: Iterable[Path]) -> None:
    for path in list(paths):
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            held = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _removed(path)
            finally:
                os.close(held)


def _removed(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
        return
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with (
        contextlib.closing(db.connect(source, read_only=True)) as original,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        # In one step: in several, each commit meanwhile would have it begin again. Who writes
        # does not wait for it.
        original.backup(copy, pages=-1)
    settle(target)


def settle(database: Path) -> None:
    """Have all of a database in its one file, on the disk."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    with database.open("rb") as file:
        os.fsync(file.fileno())


def keep_copy(database: Path, most: int) -> Path:
    """Copy the database beside itself under the time of day, and keep the last `most` so made.

    Raises `BackupError`.
    """
    forget_unfinished(database)
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    target = database.with_name(f"{database.stem}.{_BESIDE}-{now}{database.suffix}")
    copied(database, target)
    for old in copies_beside(database)[:-most]:
        old.unlink(missing_ok=True)
    return target


def before_migrating(wanted: Backup, say: Callable[[str], object]) -> Callable[[Path], None] | None:
    """Return what `bridge.db.migrate` is to do first, or `None` where nothing is wanted."""
    if not wanted.before_migration:
        return None

    def before(database: Path) -> None:
        kept = keep_copy(database, wanted.keep)
        say(f"The database as it was before its tables changed: {kept}")

    return before


def migrated(storage: Storage, say: Callable[[str], object]) -> db.Place:
    """Return the database, brought up to date after it was copied; raises `DatabaseError` too."""
    place = db.place_of(storage.database.reveal())
    db.migrate(place, before_migrating(storage.backup, say))
    return place


def copies_beside(database: Path) -> list[Path]:
    """Return the copies that were kept beside a database, the oldest first."""
    pattern = f"{database.stem}.{_BESIDE}-[0-9]*{database.suffix}"
    return sorted(database.parent.glob(pattern))
