"""Databases that come to be what another one is: moved, backed up from a server, restored to one.

Each is there whole, proven and for good, or not at all.
"""

import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from sqlalchemy.exc import SQLAlchemyError

from bridge import db
from bridge.backup.carrying import Carried, carry
from bridge.backup.copies import in_hand, settle
from bridge.backup.manifest import BackupError
from bridge.backup.sides import Side, read, written
from bridge.db import postgresql
from bridge.media.files import sync_folder
from bridge.store.tx import Tx


def move(
    source: db.Place,
    target: db.Place,
    now: int,
    and_then: Callable[[Tx], object],
) -> Carried:
    """Carry a database over to an empty place, while nobody writes to it.

    `and_then` is done in the transaction that fills the new one, the last of all. Raises
    `BackupError` and `DatabaseError`: nothing is there then.
    """
    with _told(source, target), read(source, held=True, now=now) as old:
        return filled(old, target, and_then, replacing=False)


def copied_from_server(server: db.Server, target: Path, now: int) -> None:
    """Copy what a server has at one moment into a new file; raises `BackupError`."""
    stands = _standing(server)
    if stands != "current":
        missing = (
            "is no database of deskbridge" if stands == "none" else "has older or newer tables"
        )
        raise BackupError(f"{server} {missing}; deskbridge migrate brings it up to date")
    with _told(server, target), read(server, held=False, now=now) as old:
        filled(old, target, lambda _: None, replacing=False)


def restored_to_server(
    stage: Path, server: db.Server, now: int, and_then: Callable[[Tx], object], *, replacing: bool
) -> Carried:
    """Have a server hold what a file has, which nobody uses; raises as `move` does.

    `and_then` is done when everything is proven and nothing is there yet.
    """
    with _told(stage, server), read(stage, held=True, now=now) as old:
        return filled(old, server, and_then, replacing=replacing)


def filled(
    old: Side, target: db.Place, and_then: Callable[[Tx], object], *, replacing: bool
) -> Carried:
    """Fill a database; a file gets its name only once all of it is on the disk."""
    with _begun(target) as place, written(place, replacing=replacing, now=old.tx.now) as new:
        carried = carry(old, new)
        and_then(new.tx)
    return carried


@contextlib.contextmanager
def _begun(target: db.Place) -> Iterator[db.Place]:
    if not isinstance(target, Path):
        yield target
        return
    if target.exists():
        raise BackupError(f"there is a file already: {target}")
    target.parent.mkdir(parents=True, exist_ok=True)
    begun = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        os.close(os.open(begun, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with in_hand(begun):
            yield begun
        settle(begun)
        begun.replace(target)
        sync_folder(target.parent)
    finally:
        for end in ("", "-wal", "-shm"):
            begun.with_name(begun.name + end).unlink(missing_ok=True)


def _standing(server: db.Server) -> str:
    try:
        return db.standing(server)
    except db.DatabaseError as error:
        raise BackupError(str(error)) from error


@contextlib.contextmanager
def _told(source: db.Place, target: db.Place) -> Iterator[None]:
    """Say in a line what a driver has found, without the row that it quotes below."""
    try:
        yield
    except Exception as error:
        found = getattr(error, "orig", None) or error
        why = str(found).partition("\n")[0]
        if _is_of_server(found):
            server = target if isinstance(target, db.Server) else source
            why = postgresql.explained(cast("db.Server", server), Exception(why))
        elif not isinstance(found, (sqlite3.Error, SQLAlchemyError, OSError)):
            raise
        raise BackupError(f"cannot copy {source} to {target}: {why}") from None


def _is_of_server(error: BaseException) -> bool:
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(error, driver.Error)
