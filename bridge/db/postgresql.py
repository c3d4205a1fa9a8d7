"""PostgreSQL: how a connection is opened, and its tables are made and brought up to date.

The driver is imported only where a connection is opened: whoever keeps to SQLite does
without it. What is said to a person never holds the password.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from bridge.clock import Clock, CommonClock
from bridge.db.errors import DatabaseError
from bridge.db.upgrading import bring_up_to_date, not_upgraded
from bridge.db.versions import FROM, Standing, stands, works_on
from bridge.migrations import WORKS_FROM

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection

# No older one is promised anything.
OLDEST = 15

# How long a writer waits for another program's turn to end before it gives up, in seconds.
LOCK_PATIENCE = 10
# How long a server that says nothing is waited for, in seconds.
CONNECT_PATIENCE = 10
# A transaction that stands still for so long (s) has lost its program, or that its machine; one
# of a process that has the turn to write sooner: others wait for it.
LONGEST_PAUSE = 60
LONGEST_TURN = 5

# Whoever writes holds the first, from the start of a transaction to its end: one at a time,
# in every process, as on SQLite. Every process of the program holds the second, with its own
# number after it.
WRITING = 0x6465736B_01
RUNNING = 0x6465736B

# In ms, as our clocks have it.
NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

# Every statement of the program several times over: once with each pattern of what is null.
PREPARED = 2_000


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a server. Its text names it without the password."""

    url: str = field(repr=False)

    def __str__(self) -> str:
        """Return the address as it may be shown to anybody."""
        parts = urlsplit(self.url)
        user = f"{parts.username}@" if parts.username else ""
        return f"postgresql://{user}{parts.netloc.rpartition('@')[2]}{parts.path}"


def connect(server: Server) -> "psycopg.Connection[Any]":
    """Open a connection that one thread at a time may use, with our settings.

    Transactions are begun and ended by hand. Raises `psycopg.Error`.
    """
    import psycopg  # noqa: PLC0415

    connection = psycopg.connect(
        server.url,
        autocommit=True,
        **_defaults(server.url),
    )
    connection.prepared_max = PREPARED
    _adapt(connection)
    connection.execute(_SET, prepare=False)
    return connection


_SETTINGS = {
    "lock_timeout": f"{LOCK_PATIENCE}s",
    "idle_in_transaction_session_timeout": f"{LONGEST_PAUSE}s",
    # The server finds out in a minute and a half that our machine is gone, and lets go.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "6",
    # Short statements, many of them: to compile one costs more than to run it.
    "jit": "off",
    "client_min_messages": "error",
}


# A server may have been told to acknowledge sooner. What is said to be stored must be.
_SYNCED = (
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
)
# All at once: each by itself would be one more way there and back.
_SET = "; ".join([*(f"SET {name} = '{value}'" for name, value in _SETTINGS.items()), _SYNCED])


def _defaults(url: str) -> dict[str, Any]:
    """Return what the address does not say itself."""
    said = {name.partition("=")[0] for name in urlsplit(url).query.split("&")}
    ours = {
        "connect_timeout": CONNECT_PATIENCE,
        "application_name": "deskbridge",
        # We find out as soon that the server's machine is gone.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
    }
    return {name: setting for name, setting in ours.items() if name not in said}


def _adapt(connection: "psycopg.Connection[Any]") -> None:
    """Have numbers and texts go over as what the columns are, so that one plan serves all."""
    from psycopg.types.numeric import Int8Dumper  # noqa: PLC0415
    from psycopg.types.string import StrDumper  # noqa: PLC0415

    from bridge.db.numerics import NumericLoader  # noqa: PLC0415

    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(str, StrDumper)
    connection.adapters.register_loader("numeric", NumericLoader)


def standing(server: Server) -> Standing:
    """Say whether there are tables, and whether they are this program's; changes nothing.

    Raises `DatabaseError` for a server that cannot be asked.
    """
    with _asked(server) as connection:
        return _standing(connection)


def clock_of(server: Server, own: Clock) -> CommonClock:
    """Return the server's clock, as a machine sees it that has `own`; raises `DatabaseError`."""
    clock = CommonClock(own)
    with _asked(server) as connection:
        asked = clock.monotonic()
        row = connection.execute(f"SELECT {NOW}").fetchone()
        clock.learn(row[0] if row else clock.now(), asked=asked, answered=clock.monotonic())
    return clock


def migrate(server: Server) -> None:
    """Make the tables or bring them up to date, all of it or nothing.

    Raises `DatabaseError` when the server cannot be reached or does not let us, is too old,
    or a newer program has changed the tables already.
    """
    with _asked(server) as connection:
        if works_on(_standing(connection)):
            return
    _upgrade(server)


@contextlib.contextmanager
def _asked(server: Server) -> Iterator["psycopg.Connection[Any]"]:
    """Open a connection to a server that is fit for us."""
    import psycopg  # noqa: PLC0415

    try:
        with contextlib.closing(connect(server)) as connection:
            _fit(server, connection)
            yield connection
    except psycopg.Error as error:
        raise DatabaseError(explained(server, error)) from None


def _fit(server: Server, connection: "psycopg.Connection[Any]") -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise DatabaseError(
            f"{server} is PostgreSQL {version}; {OLDEST} or newer is needed: upgrade the server, "
            "or name another one in storage.database"
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseError(
            f"{server} keeps its texts in {encoding}; make a database for deskbridge with "
            "CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
        )


def _standing(connection: "psycopg.Connection[Any]") -> Standing:
    known = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    if not known or not known[0]:
        return "none"
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return stands(row[0] if row else None, lambda: connection.execute(FROM).fetchone())


def _upgrade(server: Server) -> None:
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    try:
        with upgraded(server):
            pass
    except DBAPIError as error:
        raise DatabaseError(not_upgraded(server, explained(server, error.orig))) from None


@contextlib.contextmanager
def upgraded(server: Server, *, alone: bool = False) -> "Iterator[Connection]":
    """Bring the tables up to date in a transaction that is kept if the context ends well.

    It has the turn to write, without which no program begins. `alone` refuses while one runs
    on the database. Raises `DatabaseError`, and `DBAPIError` where the server is lost.
    """
    from sqlalchemy import NullPool, create_engine  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: patient(server), poolclass=NullPool
    )
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING})")
            if alone and connection.exec_driver_sql(IS_RUNNING).scalar_one():
                raise DatabaseError(taken(server))
            _leave_room(server, connection)
            try:
                bring_up_to_date(connection)
            except DatabaseError as error:
                raise DatabaseError(not_upgraded(server, error)) from None
            except DBAPIError as error:
                raise DatabaseError(not_upgraded(server, explained(server, error.orig))) from None
            yield connection
    finally:
        engine.dispose()


def _leave_room(server: Server, connection: "Connection") -> None:
    """Refuse while a program runs that cannot work on the tables that are to be."""
    if connection.exec_driver_sql("SELECT to_regclass('processes')").scalar_one() is None:
        return
    oldest = connection.exec_driver_sql(_OLDEST_RUNNING).scalar_one()
    if oldest is not None and oldest < WORKS_FROM:
        raise DatabaseError(
            f"a deskbridge that is too old to work beside this one runs on {server}: bring all of "
            "them to the version in between first, or stop them"
        )


# The locks by which the processes of the program on this database are known; `objid` is whose.
RUNNING_HERE = (
    "FROM pg_locks WHERE locktype = 'advisory' AND granted "  # noqa: S608  # A number of ours.
    f"AND CAST(classid AS BIGINT) = {RUNNING} AND objsubid = 2 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
IS_RUNNING = f"SELECT EXISTS (SELECT 1 {RUNNING_HERE})"
# A connection that lives holds its process's number.
_OLDEST_RUNNING = (
    "SELECT min(tables) FROM processes WHERE id IN (SELECT CAST(objid AS BIGINT) "  # noqa: S608  # A number of ours.
    f"{RUNNING_HERE})"
)


def taken(server: Server) -> str:
    """Return what is said where another program runs on the database."""
    return (
        f"another deskbridge already runs on {server}: stop it first. A second desk needs a "
        "database of its own (storage.database)"
    )


def patient(server: Server) -> "psycopg.Connection[Any]":
    """Return a connection for one long transaction, which SQLAlchemy begins and ends."""
    connection = connect(server)
    connection.autocommit = False
    # A long one may wait for whoever reads, and make an index for an hour.
    connection.execute("SET lock_timeout = 0")
    connection.execute("SET idle_in_transaction_session_timeout = 0")
    connection.commit()
    return connection


# What the server or the driver says, and what a person can do about it. Without any of
# these words (a server may speak another language) its own are shown.
_CAUSES = (
    (
        r"password authentication failed|no password supplied|authentication failed",
        (
            "refuses the user or the password: correct storage.database, or set the password with "
            "ALTER ROLE ... PASSWORD"
        ),
    ),
    (
        r'role "[^"]*" does not exist',
        "knows no such user: CREATE ROLE ... LOGIN PASSWORD ..., or correct storage.database",
    ),
    (
        r'database "[^"]*" does not exist',
        (
            "has no such database: CREATE DATABASE ... OWNER ... on the server, or correct "
            "storage.database"
        ),
    ),
    (
        r"no pg_hba.conf entry",
        (
            "does not let this machine and user in: add a line to pg_hba.conf on the server, and "
            "reload it"
        ),
    ),
    (
        r"could not translate host name|Name or service not known|failed to resolve",
        "is not to be found: its host name is unknown here; correct storage.database",
    ),
    (
        r"Connection refused|No such file or directory|No route to host|Network is unreachable",
        "does not answer: start the server, or correct the host and the port in storage.database",
    ),
    (
        r"timeout expired|Connection timed out|connection timeout",
        "does not answer in time: see whether the server runs, and whether a firewall is between",
    ),
    (
        r"too many (clients|connections)|remaining connection slots",
        "has no connection left: raise max_connections on the server, or end what holds them",
    ),
    (
        r"starting up|shutting down|recovery mode",
        "is just starting or stopping: try again in a moment",
    ),
    (
        r"SSL|certificate",
        "and we do not agree on encryption: see sslmode and sslrootcert in the address",
    ),
    (
        r"permission denied|must be owner",
        (
            "does not let us make tables there: ALTER DATABASE ... OWNER TO ..., or "
            "GRANT CREATE, USAGE ON SCHEMA public TO ..."
        ),
    ),
)


def explained(server: Server, error: BaseException | None) -> str:
    """Return in one line what is wrong with the database, and what to do; no password."""
    said = _without_password(server, str(error))
    line = next((one.strip() for one in reversed(said.splitlines()) if one.strip()), "")
    for words, what in _CAUSES:
        if re.search(words, said, re.IGNORECASE):
            return f"{server} {what} ({line})"
    return f"{server} cannot be used: {line}"


def _without_password(server: Server, text: str) -> str:
    try:
        password = urlsplit(server.url).password
    except ValueError:
        return ""
    for form in (password, unquote(password or "")):
        if form:
            text = text.replace(form, "***")
    return text
