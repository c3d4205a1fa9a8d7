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
from typing import TYPE_CHECKING, Any

from bridge import db
from bridge.channel import StorageUnavailableError
from bridge.models import metadata

if TYPE_CHECKING:
    import psycopg

_log = logging.getLogger(__name__)

# Seconds to wait for readers who still look at what was before.
_PATIENCE = 60.0
_INDEXES = ("message_fts", "contact_fts")
# Whoever has a view from before a transaction, by its number.
_LOOKS_BACK = """
SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND age(backend_xmin) > age(%s::xid)
"""


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
            ours = ", ".join([*(table.name for table in metadata.sorted_tables), *_INDEXES])
            # What the planner knows of a column are samples of it. New ones are drawn, and
            # where the old ones stood is written anew too, if the database is ours.
            connection.execute(f"ANALYZE {ours}")
            # After that: the old samples too would be written anew for whoever looks back.
            _until_nobody_looks_back(connection)
            connection.execute(f"VACUUM (FULL) {ours}, pg_statistic")
    except psycopg.Error as error:
        raise StorageUnavailableError(f"cannot write the database anew: {error}") from None


def _until_nobody_looks_back(connection: "psycopg.Connection[Any]") -> None:
    """Wait for whoever still sees what was deleted: it would be written anew for them.

    A backup does, and keeps the tables too: whoever asked for them meanwhile would have
    everybody else wait behind.
    """
    mark = connection.execute("SELECT pg_current_xact_id()::xid").fetchone()
    end = time.monotonic() + _PATIENCE
    while connection.execute(_LOOKS_BACK, mark).fetchone():
        if time.monotonic() > end:
            raise StorageUnavailableError("somebody has been reading the database all the time")
        time.sleep(0.05)


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
