"""The commands on a server: what they make there, and what they say where they cannot."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from bridge import db
from bridge.cli import app
from bridge.db import DatabaseError, Server, postgresql
from bridge.db.postgresql import explained
from tests import postgres
from tests.databases import watching

_RUN = (sys.executable, "-m", "bridge", "run", "--listen", "127.0.0.1:0")
PASSWORD = "s3cret-hunter2-99"


class Installation:
    """A configuration in a folder of its own, whose database an address from outside names."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        self.config = folder / "deskbridge.yaml"
        storage = {"database": "${DATABASE_URL}", "media": {"dir": str(folder / "media")}}
        # JSON is YAML.
        whole = {"version": 1, "storage": storage, "agents": {"anna": {"name": "Анна"}}}
        self.config.write_text(json.dumps(whole), encoding="utf-8")

    def run(self, *command: str) -> Result:
        given = [*command, "--config", str(self.config)]
        return CliRunner().invoke(app, given, env={"DATABASE_URL": self.url})

    def start(self) -> subprocess.CompletedProcess[str]:
        """Run the program, which is not to come to anything."""
        return subprocess.run(
            [*_RUN, "--config", str(self.config)],
            env={**os.environ, "DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def empty() -> Iterator[Server]:
    """Return a database without tables."""
    server = postgres.bare()
    yield server
    postgres.drop(server)


def test_migrate_makes_the_tables_once_and_says_where(tmp_path: Path, empty: Server) -> None:
    here = Installation(tmp_path, empty.url)
    assert postgresql.standing(empty) == "none"
    for _ in range(2):
        done = here.run("migrate")
        assert (done.exit_code, done.output) == (0, f"{empty} is up to date.\n")
    assert postgresql.standing(empty) == "current"


def test_an_agent_gets_a_link_from_a_database_without_tables(tmp_path: Path, empty: Server) -> None:
    here = Installation(tmp_path, empty.url)
    listed = here.run("agent", "list")
    assert (listed.exit_code, "Анна" in listed.output) == (0, True)
    assert "/console#link=" in here.run("agent", "password", "anna").output
    with watching(empty) as outside:
        assert outside.execute("SELECT id FROM agents").fetchall() == [("anna",)]


def test_doctor_asks_the_server(tmp_path: Path, empty: Server) -> None:
    here = Installation(tmp_path, empty.url)
    assert "its tables are made at the first start" in here.run("doctor").output
    here.run("migrate")
    assert "is up to date" in here.run("doctor").output


def guarded(database: str) -> str:
    """Return the address with the right password of a user who needs one."""
    cluster = postgres.cluster()
    known = cluster.execute("SELECT 1 FROM pg_roles WHERE rolname = 'guarded'")
    if not known:
        cluster.execute(f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'")
    return f"postgresql://guarded:{PASSWORD}@/{database}?host={cluster.folder}"


@pytest.mark.parametrize("command", ["migrate", "doctor", "run"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda url: url.replace(PASSWORD, f"{PASSWORD}x"), "refuses the user or the password"),
        (lambda url: url.replace("/postgres?", "/nothing?"), "has no such database"),
        (lambda url: url.replace("guarded", "nobody_at_all"), "the user or the password"),
        (lambda url: url.replace("host=/tmp", "host=/tmp/nowhere"), "does not answer"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_with_what_to_do_and_without_the_password(
    tmp_path: Path, command: str, wrong: object, said: str
) -> None:
    assert callable(wrong)
    here = Installation(tmp_path, wrong(guarded("postgres")))
    if command == "run":
        started = here.start()
        code, told = started.returncode, started.stdout + started.stderr
    else:
        done = here.run(command)
        code, told = done.exit_code, done.output
    assert code != 0
    assert said in told
    assert PASSWORD not in told
    assert "Traceback" not in told


def test_a_user_who_may_make_no_tables_is_told_what_to_grant(tmp_path: Path, empty: Server) -> None:
    name = empty.url.partition("@/")[2].partition("?")[0]
    done = Installation(tmp_path, guarded(name)).run("migrate")
    assert done.exit_code == 1
    assert "GRANT CREATE" in done.output


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path, empty: Server) -> None:
    here = Installation(tmp_path, empty.url)
    here.run("migrate")
    with watching(empty) as outside:
        outside.execute("UPDATE alembic_version SET version_num = '9999', works_from = '9999'")
    done = here.run("migrate")
    assert done.exit_code == 1
    assert "a newer" in done.output
    assert "another version" in here.run("doctor").output


def test_a_database_in_another_encoding_is_refused() -> None:
    postgres.cluster().execute(
        "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )
    latin = Server(postgres.cluster().url("latin"))
    try:
        with pytest.raises(DatabaseError, match="ENCODING 'UTF8'"):
            db.migrate(latin)
    finally:
        postgres.drop(latin)


def test_a_server_that_is_too_old_is_refused(
    empty: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "OLDEST", 99)
    with pytest.raises(DatabaseError, match="99 or newer is needed: upgrade the server"):
        db.migrate(empty)


def test_an_error_that_quotes_the_password_is_told_without_it() -> None:
    server = Server("postgresql://anna:p%40ss-word@db:5433/desk?sslmode=require")
    told = explained(server, psycopg.OperationalError("bad p%40ss-word, and bad p@ss-word"))
    assert told == "postgresql://anna@db:5433/desk cannot be used: bad ***, and bad ***"
    assert "ss-word" not in f"{server!r}{server}"
