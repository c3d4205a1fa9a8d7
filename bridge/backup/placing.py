"""Putting what was unpacked and proven in its place, at one moment."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge import db
from bridge.backup import manifest as m
from bridge.backup.copies import RESTORING, folder_in, settle
from bridge.backup.making import Places
from bridge.backup.sides import has_rows
from bridge.media.files import Files, sync_folder

_CONTENTS = "[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an archive is unpacked: on the disks on which it will stay."""

    folder: Path
    media: Path

    @property
    def places(self) -> Places:
        """Return what is unpacked, as an installation of its own."""
        return Places(
            self.folder / m.DATABASE, self.media, self.folder / m.SECRET, self.folder / m.ERASED
        )

    @classmethod
    @contextlib.contextmanager
    def beside(cls, places: Places) -> "Iterator[Stage]":
        """Make one beside the place of an installation, for as long as the context lasts."""
        places.database.parent.mkdir(parents=True, exist_ok=True)
        places.media.mkdir(parents=True, exist_ok=True)
        with (
            folder_in(places.database.parent, RESTORING) as folder,
            folder_in(places.media, RESTORING) as media,
        ):
            yield cls(folder, media)


def refuse_what_is_there(place: db.Place, places: Places) -> None:
    """Raise `BackupError` where there is a database or a file already; `DatabaseError` too."""
    if isinstance(place, Path):
        if place.exists():
            raise m.BackupError(f"there is a database already: {place}; --force replaces it")
    elif name := has_rows(place):
        raise m.BackupError(
            f"{place} is not empty: there are rows in {name}; --force replaces all that is there"
        )
    if next(places.media.glob(_CONTENTS), None) is not None:
        raise m.BackupError(f"there are files already in {places.media}; --force adds to them")


def put(stage: Stage, places: Places, *, with_secret: bool) -> None:
    """Move what is staged into its place, the files first, the database last.

    What can fail is done before anything is replaced. A crash in between leaves files that no
    row names, and the old database whole, or the new one.
    """
    settle(stage.places.database)
    put_files(stage, places)
    _without_log(places.database)
    put_beside(stage, places, with_secret=with_secret)
    # Of the old one's, or SQLite would play them into the new one.
    for name in ("-wal", "-shm"):
        places.database.with_name(places.database.name + name).unlink(missing_ok=True)
    stage.places.database.replace(places.database)
    sync_folder(places.database.parent)


def put_files(stage: Stage, places: Places) -> None:
    """Move the attachments' files to those that are there; without a row they are harmless."""
    kept = Files(places.media)
    for path in stage.media.glob(_CONTENTS):
        kept.take(path, path.name)


def put_beside(stage: Stage, places: Places, *, with_secret: bool) -> None:
    """Move into its place what is kept beside the database; each is whole, or as it was."""
    _put_whole(stage.places.erased, places.erased)
    if with_secret:
        _put_whole(stage.places.secret, places.secret)
    sync_folder(places.database.parent)


def _put_whole(staged: Path, place: Path) -> None:
    if staged.exists():
        with staged.open("rb") as file:
            os.fsync(file.fileno())
        staged.replace(place)


def _without_log(database: Path) -> None:
    """Have all of a database that is to be replaced in its one file, if it can be read."""
    if database.exists():
        with (
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(sqlite3.connect(database)) as old,
        ):
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
