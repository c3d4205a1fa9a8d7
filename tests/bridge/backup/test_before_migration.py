"""Before its tables change, a database is copied beside itself."""

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from bridge import db
from bridge.backup import copies_beside, keep_copy
from bridge.db import sqlite
from bridge.migrations import HEAD
from tests.bridge.backup.conftest import Installation


def make_old(path: Path) -> None:
    """Make a database as the first version of the program left it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", "bridge:migrations")
    engine = sqlite._for_migrations(path)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO meta VALUES ('witness', 'old')")
    engine.dispose()


def version(path: Path) -> object:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    finally:
        connection.close()


@pytest.fixture
def old(tmp_path: Path) -> Installation:
    one = Installation(tmp_path / "old")
    one.configure()
    make_old(one.database)
    return one


def test_a_migration_keeps_the_database_as_it_was_and_says_where(old: Installation) -> None:
    done = old.runs("migrate")
    assert done.exit_code == 0, done.output
    [copy] = copies_beside(old.database)
    assert str(copy) in done.output
    assert version(copy) == "0001"
    assert version(old.database) == HEAD
    assert old.runs("migrate").exit_code == 0
    assert copies_beside(old.database) == [copy]


def test_a_new_database_is_not_copied(tmp_path: Path) -> None:
    one = Installation(tmp_path / "new")
    one.configure()
    assert one.runs("migrate").exit_code == 0
    assert copies_beside(one.database) == []


def test_a_migration_in_a_process_of_its_own_is_copied_first_as_well(old: Installation) -> None:
    db.migrate_apart(old.database, lambda path: keep_copy(path, 3))
    (copy,) = copies_beside(old.database)
    assert (version(copy), version(old.database)) == ("0001", HEAD)
    db.migrate_apart(old.database, lambda path: keep_copy(path, 3))
    assert copies_beside(old.database) == [copy]


def test_the_yaml_turns_it_off(old: Installation) -> None:
    old.configure(", backup: {before_migration: false}")
    assert old.runs("migrate").exit_code == 0
    assert copies_beside(old.database) == []


def test_the_last_few_copies_are_kept(sqlite_database: Path) -> None:
    made = [keep_copy(sqlite_database, 3) for _ in range(5)]
    assert copies_beside(sqlite_database) == made[-3:]


def test_a_database_of_a_newer_program_pushes_no_copy_out(old: Installation) -> None:
    connection = sqlite3.connect(old.database)
    connection.execute("UPDATE alembic_version SET version_num = '9999', works_from = '9999'")
    connection.commit()
    connection.close()
    assert old.runs("migrate").exit_code == 1
    assert copies_beside(old.database) == []


def test_a_copy_that_cannot_be_made_leaves_the_database_as_it_was(old: Installation) -> None:
    old.folder.chmod(0o500)
    blocked = old.folder / "desk.before-x.db"
    try:
        before = version(old.database)
        with pytest.raises(RuntimeError, match="no room"):
            db.migrate(old.database, lambda _: (_ for _ in ()).throw(RuntimeError("no room")))
        assert version(old.database) == before
    finally:
        old.folder.chmod(0o700)
    assert not blocked.exists()
