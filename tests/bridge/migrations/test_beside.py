"""Two versions on one database: which tables a program works on, and when they may change."""

import contextlib
from collections.abc import Callable

import pytest

from bridge import db, migrations
from bridge.backup import BackupError
from bridge.backup.sides import read
from bridge.db import versions
from bridge.db.postgresql import RUNNING
from bridge.migrations import HEAD, WORKS_FROM
from tests import postgres
from tests.databases import watching


def newer(place: db.Place, works_from: str | None) -> None:
    """Leave the tables as a newer program does that has added to them."""
    said = "NULL" if works_from is None else f"'{works_from}'"
    with watching(place) as outside:
        outside.execute(
            f"UPDATE alembic_version SET version_num = '9999', works_from = {said}"  # noqa: S608  # A number of ours.
        )


def test_tables_say_from_which_program_on_they_can_be_worked_on(database: db.Place) -> None:
    with watching(database) as outside:
        (row,) = outside.execute("SELECT version_num, works_from FROM alembic_version").fetchall()
    assert tuple(row) == (HEAD, WORKS_FROM)
    assert "0001" <= WORKS_FROM <= HEAD


@pytest.mark.parametrize("migrate", [db.migrate, db.migrate_apart])
def test_a_program_works_on_the_tables_of_a_newer_one_that_has_only_added(
    database: db.Place, migrate: Callable[[db.Place], None]
) -> None:
    newer(database, HEAD)
    assert db.standing(database) == "beside"
    migrate(database)
    with watching(database) as outside:
        (row,) = outside.execute("SELECT version_num FROM alembic_version").fetchall()
    assert tuple(row) == ("9999",)


@pytest.mark.parametrize("works_from", ["9998", None])
def test_a_program_is_refused_where_a_newer_one_has_taken_away_what_it_needs(
    database: db.Place, works_from: str | None
) -> None:
    newer(database, works_from)
    assert db.standing(database) == "other"
    with pytest.raises(db.DatabaseError, match="a newer"):
        db.migrate(database)


def test_what_a_program_does_not_know_of_it_does_not_carry_over(database: db.Place) -> None:
    newer(database, HEAD)
    with pytest.raises(BackupError, match="a newer deskbridge"), read(database, held=False):
        pass


@pytest.mark.parametrize(("tables", "may"), [("0001", False), ("0002", True)])
def test_nothing_is_taken_away_while_a_program_runs_that_needs_it(
    tables: str, *, may: bool
) -> None:
    server = postgres.fresh()
    with watching(server) as outside:
        for number, knows in ((7, tables), (8, "0000")):
            outside.execute(
                "INSERT INTO processes (id, role, tables, begun_at, until)"
                " VALUES (%s, 'web', %s, 0, 0)",
                (number, knows),
            )
        # The second has been gone for long: nothing holds its number.
        outside.execute(f"SELECT pg_advisory_lock({RUNNING}, 7)")
        outside.execute("UPDATE alembic_version SET version_num = '0001'")
        made = ", ".join(_OF_THE_SECOND)
        outside.execute(f"DROP TABLE {made} CASCADE")
        refused = (
            contextlib.nullcontext() if may else pytest.raises(db.DatabaseError, match="too old")
        )
        with refused:
            db.migrate(server)
    assert db.standing(server) == ("current" if may else "other")
    postgres.drop(server)


_OF_THE_SECOND = (
    "surface_heard",
    "surface_places",
    "surface_threads",
    "surface_hints",
    "surface_names",
    "surface_posts",
    "surface_signs",
    "surface_visits",
)


@pytest.mark.parametrize(
    ("version", "works_from", "beside"),
    [
        ("0004", "0002", True),
        ("0004", "0003", True),
        ("0004", "0004", False),
        ("0003", "0002", False),
    ],
)
def test_whom_a_program_works_beside(
    monkeypatch: pytest.MonkeyPatch, version: str, works_from: str, *, beside: bool
) -> None:
    monkeypatch.setattr(migrations, "HEAD", "0003")
    monkeypatch.setattr(versions, "HEAD", "0003")
    stands = versions.stands(version, lambda: (works_from,))
    assert (stands == "beside") is beside
    assert (stands == "current") is (version == "0003")
