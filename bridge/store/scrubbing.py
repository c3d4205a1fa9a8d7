"""Having nothing left of what was deleted: not in a free page, not in the log, not in the index.

SQLite leaves what was deleted where it lay until something else needs the room. So all of the
database is written anew, and its log emptied. Writers wait meanwhile: 13 s of work a GB
were measured, and what the disk adds to it.
"""

import contextlib
import logging
import sqlite3
import time
from pathlib import Path

from bridge import db
from bridge.channel import StorageUnavailableError

_log = logging.getLogger(__name__)

# Seconds to wait for readers who still look at what was before.
_PATIENCE = 60.0
_INDEXES = ("message_fts", "contact_fts")


def scrub(place: db.Place) -> None:
    """Write the database anew, beside a program that runs or not.

    Raises `StorageUnavailableError` where it cannot be done now; nothing is lost by that.
    """
    if isinstance(place, Path):
        _scrub_file(place)
    else:
        _scrub_server(place)


def _scrub_server(server: db.Server) -> None:
    """Have a server write its tables anew; what its log still holds it writes over by itself."""
    import psycopg  # noqa: PLC0415

    from bridge.db.postgresql import connect  # noqa: PLC0415

    try:
        with contextlib.closing(connect(server)) as connection:
            connection.execute("VACUUM (FULL)")
    except psycopg.Error as error:
        raise StorageUnavailableError(f"cannot write the database anew: {error}") from None


def _scrub_file(database: Path) -> None:
    try:
        with contextlib.closing(db.connect(database)) as connection:
            # The room for it is on the disk, not in memory.
            connection.execute("PRAGMA temp_store=FILE")
            connection.execute("PRAGMA secure_delete=ON")
            for index in _INDEXES:
                # A word that is searched for no more stands there until this.
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608
            connection.execute("VACUUM")
            _empty_log(connection)
    except sqlite3.Error as error:
        raise StorageUnavailableError(f"cannot write the database anew: {error}") from error


def _empty_log(connection: sqlite3.Connection) -> None:
    end = time.monotonic() + _PATIENCE
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > end:
            raise StorageUnavailableError("somebody has been reading the database all the time")
        time.sleep(0.05)
