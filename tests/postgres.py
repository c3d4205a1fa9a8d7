"""A PostgreSQL server of the tests' own, started when the first of them asks for one."""

import atexit
import itertools
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg

from bridge.db import postgresql
from bridge.db.postgresql import Server
from bridge.migrations import HEAD, WORKS_FROM

# Nothing of it outlives the run, so nothing of it need reach a disk.
_CAREFREE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "listen_addresses": "",
}
_GUARDED = "local all nobody_at_all scram-sha-256\n"
_TEMPLATE = "deskbridge_template"
_numbers = itertools.count(1)


def programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs."""
    found = shutil.which("postgres")
    if found and (Path(found).parent / "initdb").exists():
        return Path(found).parent
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(debian, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


class Cluster:
    """A server that listens on a socket in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """Make it, or find what it has kept there; it does not run."""
        found = programs()
        assert found, "PostgreSQL is missing: apt-get install postgresql (make test does it)"
        self._programs, self.folder, self.data = found, folder, folder / "data"
        self._watch: subprocess.Popen[bytes] | None = None
        # It refuses to run as root.
        self._as = _somebody() if os.getuid() == 0 else {}
        if self._as:
            folder.chmod(0o755)
            shutil.chown(folder, self._as["user"], self._as["group"])
        if (self.data / "PG_VERSION").exists():
            return
        self._run("initdb", "-D", self.data, "-U", "desk", "-A", "trust", "-N", "-E", "UTF8")
        # One user needs a password, for what is said where it is wrong.
        guard = self.data / "pg_hba.conf"
        guard.write_text(f"local all guarded scram-sha-256\n{_GUARDED}{guard.read_text()}")
        lines = [f"{name} = '{one}'\n" for name, one in (_CAREFREE | settings).items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines([*lines, f"unix_socket_directories = '{folder}'\n"])

    def start(self) -> None:
        """Run it, and come back when it answers."""
        log = self.folder / "log"
        self._run("pg_ctl", "-D", self.data, "-l", log, "-w", "-t", "60", "start")
        if self._watch is None:
            # It is nobody's child: where the tests are killed, somebody must end it.
            self._watch = subprocess.Popen(["sh", "-c", self._watching()], cwd="/", **self._as)

    def _watching(self) -> str:
        alive = f"while [ -d /proc/{os.getpid()} ]; do sleep 2; done"
        return f"{alive}; kill -QUIT $(head -n 1 {self.data}/postmaster.pid)"

    def end(self) -> None:
        """Stop it for good, and remove it."""
        if self._watch is not None:
            self._watch.kill()
            self._watch.wait()
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def rest(self) -> None:
        """Stop it in good order; what it has kept is there for the next one on its folder."""
        self.stop("fast")
        if self._watch is not None:
            self._watch.kill()
            self._watch.wait()
            self._watch = None

    def stop(self, how: str = "immediate") -> None:
        """End it: `smart`, `fast`, or `immediate` as by a kill."""
        self._run("pg_ctl", "-D", self.data, "-m", how, "-w", "stop")

    @property
    def pid(self) -> int:
        """Return the server's process."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://desk@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement; return its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self._programs / program, *arguments]
        # Its output would be held open by the server that outlives it.
        with (self.folder / f"{program}.log").open("ab") as said:
            done = subprocess.run(
                command, stdout=said, stderr=said, check=False, cwd="/", **self._as
            )
        assert done.returncode == 0, (self.folder / f"{program}.log").read_text()


def _somebody() -> dict[str, Any]:
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise AssertionError("there is no user whom PostgreSQL could run as")


@contextmanager
def running(**settings: str) -> Iterator[Cluster]:
    """Run a server of its own for as long as the context lasts."""
    made = _begun(**settings)
    try:
        yield made
    finally:
        made.end()


@cache
def cluster() -> Cluster:
    """Return the server of this run, with a migrated template."""
    made = _begun()
    atexit.register(made.end)
    made.execute(f"CREATE DATABASE {_TEMPLATE}")
    postgresql.migrate(Server(made.url(_TEMPLATE)))
    return made


def _begun(**settings: str) -> Cluster:
    # A socket's path has 107 bytes, and a test's folder most of them.
    made = Cluster(Path(mkdtemp(prefix="deskbridge-postgres-", dir="/tmp")), **settings)
    made.start()
    return made


def fresh() -> Server:
    """Return a new database with all tables and no rows."""
    made, name = cluster(), f"test_{next(_numbers)}"
    made.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    return Server(made.url(name))


def bare() -> Server:
    """Return a new database without tables."""
    made, name = cluster(), f"bare_{next(_numbers)}"
    made.execute(f"CREATE DATABASE {name}")
    return Server(made.url(name))


def folder_of(server: Server) -> Path:
    """Return where the files of a database are, all of it written into them."""
    made = cluster()
    asked = f"SELECT oid FROM pg_database WHERE datname = '{_name(server)}'"  # noqa: S608  # Ours.
    made.execute("CHECKPOINT")
    ((oid,),) = made.execute(asked)
    return made.data / "base" / str(oid)


def drop(server: Server) -> None:
    """Remove it, whoever still holds a connection."""
    cluster().execute(f"DROP DATABASE {_name(server)} WITH (FORCE)")


# To make a database takes a second, to empty one some milliseconds.
_idle: list[Server] = []


def lent() -> Server:
    """Return a database with all tables and no rows, to be given back."""
    return _idle.pop() if _idle else fresh()


def given_back(server: Server) -> None:
    """Empty it for the next test."""
    made, name = cluster(), _name(server)
    made.execute(_EMPTY, name)
    _idle.append(server)


# Only what has rows is touched. Without the triggers that check references no order matters.
_EMPTY = f"""
UPDATE alembic_version SET version_num = '{HEAD}', works_from = '{WORKS_FROM}';
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$
DECLARE one record; filled boolean;
BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one.name) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %I', one.name); END IF;
  END LOOP;
  FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE last_value IS NOT NULL LOOP
    PERFORM setval(one.name::regclass, 1, false);
  END LOOP;
END $$
"""  # noqa: S608  # Numbers of ours.


def _name(server: Server) -> str:
    return server.url.partition("@/")[2].partition("?")[0]
