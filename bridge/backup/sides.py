"""The two sides between which a database is carried, each in one transaction.

The one that is read is of one moment, however long it takes. The one that is written has
everything at its commit, its tables too, or nothing.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, NullPool, create_engine, event

from bridge import db
from bridge.backup.manifest import BackupError
from bridge.db import postgresql, sqlite
from bridge.models import metadata
from bridge.store.tx import Tx

if TYPE_CHECKING:
    import psycopg

_TABLES = [table.name for table in metadata.sorted_tables]
_INDEXES = ["message_fts", "contact_fts"]


@dataclass(frozen=True, slots=True)
class Side:
    """A database in a transaction: as SQLAlchemy has it, as the store does, and its driver."""

    place: db.Place
    connection: Connection
    tx: Tx
    driver: Any

    @property
    def on_server(self) -> bool:
        """Say whether it is a server's."""
        return not isinstance(self.place, Path)


@contextlib.contextmanager
def read(place: db.Place, *, held: bool, now: int = 0) -> Iterator[Side]:
    """Look at a database as it is at one moment, its tables being up to date.

    Nobody waits for it, unless it is `held`: then nobody writes to it meanwhile, and no
    program may run on it. Raises `DatabaseError`, and what the drivers do.
    """
    if db.standing(place) == "beside":
        # What this program does not know of would be left behind.
        raise BackupError(f"{place} has the tables of a newer deskbridge: do it with that one")
    opened = (
        _file_to_read(place, held=held) if isinstance(place, Path) else _server(place, held=held)
    )
    with opened as connection, connection.begin():
        if not isinstance(place, Path):
            # Nobody empties or alters a table before it has been read; pg_dump does so too.
            names = ", ".join([*_TABLES, *_INDEXES, "alembic_version"])
            connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS SHARE MODE")
        yield _side(place, connection, now)


@contextlib.contextmanager
def written(place: db.Place, *, replacing: bool, now: int) -> Iterator[Side]:
    """Have an empty database to fill, with all tables; it is kept if the context ends well.

    No key is followed before the end. `replacing` empties one that is not. Raises
    `BackupError` for one that is not otherwise, `DatabaseError`, and what the drivers do.
    """
    if isinstance(place, Path):
        with sqlite.upgraded(place) as connection:
            yield _side(place, connection, now)
            _follow_keys(connection)
        return
    with postgresql.upgraded(place, alone=True) as connection:
        side = _side(place, connection, now)
        _empty(side, replacing=replacing)
        with _without_keys(connection):
            yield side


def has_rows(server: db.Server) -> str | None:
    """Return a table of a server's that has rows; raises `DatabaseError`."""
    if db.standing(server) == "none":
        return None
    with contextlib.closing(postgresql.connect(server)) as asked:
        for name in _TABLES:
            there = asked.execute(f"SELECT to_regclass('{name}') IS NOT NULL").fetchone()
            if there and there[0] and asked.execute(f"TABLE {name} LIMIT 1").fetchone():
                return name
    return None


def _side(place: db.Place, connection: Connection, now: int) -> Side:
    driver: Any = connection.connection.dbapi_connection
    if isinstance(place, Path):
        return Side(place, connection, Tx(driver, now), driver)
    from bridge.store.postgresql import PostgresTx  # noqa: PLC0415
    from bridge.store.trips import Trips  # noqa: PLC0415

    return Side(place, connection, PostgresTx(driver, Trips(driver), now), driver)


# --- a file -------------------------------------------------------------------------------


@contextlib.contextmanager
def _file_to_read(path: Path, *, held: bool) -> Iterator[Connection]:
    engine = create_engine(
        "sqlite://", creator=lambda: db.connect(path, read_only=not held), poolclass=NullPool
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if held else "BEGIN")

    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _follow_keys(connection: Connection) -> None:
    astray = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if astray is not None:
        raise sqlite3.IntegrityError(f"a key of {astray[0]} leads to no row of {astray[2]}")


# --- a server -----------------------------------------------------------------------------


@contextlib.contextmanager
def _server(server: db.Server, *, held: bool) -> Iterator[Connection]:
    import psycopg  # noqa: PLC0415

    def open_it() -> "psycopg.Connection[Any]":
        opened = postgresql.connect(server)
        if held:
            _hold(server, opened)
        # It stands still for as long as the other side is at work.
        opened.execute("SET idle_in_transaction_session_timeout = 0")
        opened.execute("SET lock_timeout = 0")
        opened.autocommit = False
        opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        opened.read_only = True
        return opened

    engine = create_engine("postgresql+psycopg://", creator=open_it, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _hold(server: db.Server, opened: "psycopg.Connection[Any]") -> None:
    # Without the turn to write no program begins.
    opened.execute(f"SELECT pg_advisory_lock({postgresql.WRITING})")
    runs = opened.execute(postgresql.IS_RUNNING).fetchone()
    if runs and runs[0]:
        opened.close()
        raise db.DatabaseError(postgresql.taken(server))


def _empty(side: Side, *, replacing: bool) -> None:
    if replacing:
        names = ", ".join([*_TABLES, *_INDEXES])
        side.connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
        return
    for name in _TABLES:
        if side.connection.exec_driver_sql(f"TABLE {name} LIMIT 1").first() is not None:
            raise BackupError(f"{side.place} is not empty: there are rows in {name}")


_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
AND conrelid::regclass::text = ANY (%(tables)s)
"""


@contextlib.contextmanager
def _without_keys(connection: Connection) -> Iterator[None]:
    """Take the foreign keys away and make them again, each of which looks at every row."""
    keys = connection.exec_driver_sql(_KEYS, {"tables": _TABLES}).all()
    for table, name, _ in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, means in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {means}")
