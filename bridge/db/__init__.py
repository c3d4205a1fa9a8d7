"""The database: how a connection is opened, brought up to date, and how SQLite differs.

SQLite runs in WAL mode with `synchronous=FULL`: a commit that returned has reached the
disk (RELIABILITY.md, The promise).
"""

from bridge.db.errors import DatabaseError
from bridge.db.sqlite import connect, migrate, sqlite_path, standing

__all__ = ["DatabaseError", "connect", "migrate", "sqlite_path", "standing"]
