"""The database: how a connection is opened, brought up to date, and what differs.

SQLite runs in WAL mode with `synchronous=FULL`, PostgreSQL with `synchronous_commit`: a
commit that returned has reached the disk (RELIABILITY.md, The promise).
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bridge.clock import Clock
from bridge.db import postgresql, sqlite
from bridge.db.errors import DatabaseError
from bridge.db.postgresql import Server
from bridge.db.sqlite import connect, sqlite_path
from bridge.db.versions import Standing, works_on

__all__ = [
    "DatabaseError",
    "Place",
    "Server",
    "Standing",
    "clock_of",
    "connect",
    "migrate",
    "migrate_apart",
    "place_of",
    "sqlite_path",
    "standing",
]

Place = Path | Server
"""Where a database is: in a file, or on a server."""


def place_of(url: str) -> Place:
    """Return where the database of a URL is, password and all; raises `DatabaseError`."""
    return Server(url) if url.startswith("postgresql://") else sqlite_path(url)


def standing(place: Place) -> Standing:
    """Say whether there are tables, and whether they are this program's; changes nothing.

    Raises `DatabaseError` for a database that cannot be read.
    """
    return sqlite.standing(place) if isinstance(place, Path) else postgresql.standing(place)


def migrate(place: Place, before: Callable[[Path], object] | None = None) -> None:
    """Make the tables or bring them up to date, all of it or nothing.

    `before` is called with a file before the tables in it are changed; a server's are copied
    by its own means.

    Raises `DatabaseError` where the database cannot be had or does not let us, is too old,
    or a newer program has changed the tables already.
    """
    if isinstance(place, Path):
        sqlite.migrate(place, before)
    else:
        postgresql.migrate(place)


def clock_of(place: Place, own: Clock | None = None) -> Clock:
    """Return the clock that whoever writes to a place goes by, on a machine that has `own`.

    A file is one machine's. A server's is the one that all of its processes have in common,
    wherever they run; raises `DatabaseError` where it cannot be asked.
    """
    own = own or Clock()
    return own if isinstance(place, Path) else postgresql.clock_of(place, own)


def migrate_apart(place: Place, before: Callable[[Path], object] | None = None) -> None:
    """Do what `migrate` does in a process of its own, where there is anything to do.

    What is loaded for it, 11 MiB, ends with that process: a program that runs for months has
    no use for it. `before` is called in this one. Raises `DatabaseError`.
    """
    stands = standing(place)
    if works_on(stands):
        return
    if isinstance(place, Path) and before is not None and stands == "other":
        sqlite.precede(place, before)
    done = subprocess.run(  # Ourselves.
        # Without -P, whatever lies where it was started could pass for our own packages.
        [sys.executable, "-P", "-m", "bridge.migrations"],
        # Of a process everybody sees the arguments, and there may be a password in it.
        input=str(place) if isinstance(place, Path) else place.url,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DatabaseError(done.stdout or f"cannot bring the tables of {place} up to date")
