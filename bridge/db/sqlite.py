"""SQLite: how a connection is opened, and its file is made and brought up to date.

It runs in WAL mode with `synchronous=FULL`: a commit that returned has reached the
disk (RELIABILITY.md, The promise).
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import OperationalError

from bridge.db.errors import DatabaseError
from bridge.db.upgrading import bring_up_to_date, not_upgraded
from bridge.db.versions import FROM, Standing, stands, works_on
from bridge.migrations import HEAD

# No older one is promised anything.
OLDEST_SQLITE = (3, 35, 0)

# KiB of pages kept in memory: whoever writes comes back to the same ones all the time.
READER_CACHE = 4096
WRITER_CACHE = 24 * 1024

# How long a writer waits for another program's lock before it gives up, in seconds.
LOCK_PATIENCE = 10.0


def sqlite_path(url: str) -> Path:
    """Return the file of a `sqlite:///relative` or `sqlite:////absolute` URL.

    Raises `DatabaseError` for any other URL.
    """
    parts = urlsplit(url)
    if parts.scheme != "sqlite" or parts.netloc or len(parts.path) < 2:
        raise DatabaseError(f"not an SQLite URL: {url!r}; write sqlite:///path/to/file.db")
    return Path(parts.path[1:])


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a connection that one thread at a time may use, with our settings.

    Transactions are begun and ended by hand. A read-only connection cannot write.
    """
    connection = sqlite3.connect(
        path,
        timeout=LOCK_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        connection.close()
        raise DatabaseError(f"{path} cannot be kept in WAL mode; is it on a network drive?")
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{READER_CACHE if read_only else WRITER_CACHE}",
        "temp_store=MEMORY",
        # Four times the default: what many small commits change again and again is copied
        # into the database once.
        "wal_autocheckpoint=4000",
        f"query_only={int(read_only)}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def standing(path: Path) -> Standing:
    """Say whether there is a database, and whether it is of this program; changes nothing.

    Raises `DatabaseError` for a file that cannot be read, or is no database.
    """
    if not path.exists():
        return "none"
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as one:
            version = _version(one)
            # A file without tables is one that was never made whole.
            return "other" if version is None else _standing(one, version)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(f"cannot open the database {path}: {error}") from error


def migrate(path: Path, before: Callable[[Path], object] | None = None) -> None:
    """Create the database or bring its tables up to date, all of it or nothing.

    `before` is called with the path before the tables of one that is there are changed.

    Raises `DatabaseError` when SQLite is too old, the file cannot be written, or a newer
    program has changed the tables already.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseError(
            f"this Python carries SQLite {sqlite3.sqlite_version}; 3.35 or newer is needed"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(connect(path)) as connection:
            version = _version(connection)
            if works_on(_standing(connection, version)):
                return
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(f"cannot open the database {path}: {error}") from error
    if before is not None and _is_older(version):
        before(path)
    _upgrade(path)


def precede(path: Path, before: Callable[[Path], object]) -> None:
    """Call `before` if the tables of the file are to be changed."""
    with contextlib.closing(connect(path, read_only=True)) as connection:
        version = _version(connection)
    if _is_older(version):
        before(path)


def _is_older(version: str | None) -> bool:
    """Say whether tables are to be changed: those of a newer program are left alone."""
    return version is not None and version < HEAD


def _version(connection: sqlite3.Connection) -> str | None:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
    if known.fetchone() is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def _standing(connection: sqlite3.Connection, version: str | None) -> Standing:
    return stands(version, lambda: connection.execute(FROM).fetchone())


def _upgrade(path: Path) -> None:
    try:
        with upgraded(path):
            pass
    except OperationalError as error:
        raise DatabaseError(not_upgraded(path, error)) from error


@contextlib.contextmanager
def upgraded(path: Path) -> Iterator[Connection]:
    """Bring the tables up to date in a transaction that is kept if the context ends well.

    No foreign key is followed in it. Raises `DatabaseError`, and `OperationalError` where the
    file cannot be written.
    """
    engine = _for_migrations(path)
    try:
        with engine.begin() as connection:
            try:
                bring_up_to_date(connection)
            except (DatabaseError, OperationalError) as error:
                raise DatabaseError(not_upgraded(path, error)) from error
            yield connection
    finally:
        engine.dispose()


def _for_migrations(path: Path) -> Engine:
    """Return an engine whose transactions hold the making of tables too.

    The driver by itself would commit before each CREATE, and a process killed in between
    would leave half a database behind. Foreign keys are not followed: to alter a table is
    to make it anew and drop the old one, which must not take other rows with it.
    """

    def opened() -> sqlite3.Connection:
        connection = connect(path)
        connection.execute("PRAGMA foreign_keys=OFF")
        return connection

    engine = create_engine("sqlite://", creator=opened, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
