"""Which errors of a database pass by: it is at fault, not the work."""

import sqlite3
import sys

# What SQLite says when trying again later may help, as against a mistake of ours.
_SQLITE = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
    "SQLITE_PROTOCOL",
)
# And PostgreSQL, https://www.postgresql.org/docs/current/errcodes-appendix.html: the
# connection, resources (a full disk), an operator, the system; a server that has become a
# standby, a pause that was too long, another transaction, a lock.
_POSTGRESQL = ("08", "53", "57", "58", "25006", "25P03", "40001", "40P01", "40003", "55P03")


def is_passing(error: BaseException) -> bool:
    """Say whether the database, not the work, is at fault, so that trying later may help."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "").startswith(_SQLITE)
    # Nobody has met an error of a driver that was never imported.
    driver = sys.modules.get("psycopg")
    if driver is None or not isinstance(error, driver.Error):
        return False
    if error.sqlstate is None:
        # The driver's own: the connection is gone, or could not be had.
        return isinstance(error, driver.OperationalError)
    return str(error.sqlstate).startswith(_POSTGRESQL)
