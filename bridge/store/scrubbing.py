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


def scrub(database: Path) -> None:
    """Write the database anew, beside a program that runs or not.

    Raises `StorageUnavailableError` where it cannot be done now; nothing is lost by that.
    """
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
