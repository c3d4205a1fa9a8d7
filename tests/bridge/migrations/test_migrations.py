"""The tables are what the models say, and come to be whole or not at all."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event

from bridge import db
from bridge.db import sqlite
from bridge.migrations import HEAD
from bridge.models import metadata

# Tables that no model describes: the search's own, and Alembic's.
OTHERS = ("message_fts", "contact_fts", "alembic_version")


def schema(path: Path) -> dict[tuple[str, str], list[str]]:
    """Return what makes each table and index, its lines in any order."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ).fetchall()
    connection.close()
    return {
        (kind, name): sorted(line.strip().rstrip(",") for line in sql.splitlines())
        for kind, name, sql in rows
        if not name.startswith(OTHERS)
    }


def made_from_models(folder: Path) -> Path:
    path = folder / "models.db"
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return path


def test_migrations_make_exactly_what_the_models_describe(
    tmp_path: Path, sqlite_database: Path
) -> None:
    migrated, described = schema(sqlite_database), schema(made_from_models(tmp_path))
    assert migrated.keys() == described.keys()
    assert {name: lines for name, lines in migrated.items() if lines != described[name]} == {}


def test_alembic_finds_nothing_left_to_do(sqlite_database: Path) -> None:
    engine = create_engine(f"sqlite:///{sqlite_database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _parents: (
                    not (kind == "table" and name is not None and name.startswith(OTHERS))
                ),
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_partial_indexes_and_never_reused_ids_survive_the_migration(sqlite_database: Path) -> None:
    made = {name: " ".join(lines) for (_, name), lines in schema(sqlite_database).items()}
    assert "AUTOINCREMENT" in made["events"]
    assert "WHERE state = 'open'" in made["uq_conversations_open_thread"]
    assert "WHERE state = 'queued' AND held_at IS NULL" in made["ix_deliveries_due"]


def test_the_newest_migration_is_the_one_the_program_knows() -> None:
    config = Config()
    config.set_main_option("script_location", "bridge:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_database_that_is_up_to_date_is_left_alone(sqlite_database: Path) -> None:
    connection = sqlite3.connect(sqlite_database)
    before = connection.execute("PRAGMA schema_version").fetchone()
    db.migrate(sqlite_database)
    assert connection.execute("PRAGMA schema_version").fetchone() == before
    connection.close()


def test_a_database_is_made_with_the_folders_it_lies_in(tmp_path: Path) -> None:
    path = tmp_path / "дані" / "a b" / "desk%20?.db"
    db.migrate(path)
    assert path.is_file()
    assert ("table", "messages") in schema(path)


def test_a_migration_that_breaks_off_leaves_nothing_and_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "half.db"
    make_engine = sqlite._for_migrations

    def breaking(where: Path) -> Engine:
        engine = make_engine(where)

        @event.listens_for(engine, "before_cursor_execute")
        def break_off(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
            if "CREATE TABLE receipts" in statement:
                raise KeyboardInterrupt

        return engine

    with monkeypatch.context() as broken:
        broken.setattr(sqlite, "_for_migrations", breaking)
        with pytest.raises(KeyboardInterrupt):
            db.migrate(path)
    assert schema(path) == {}
    db.migrate(path)
    assert ("table", "receipts") in schema(path)


def test_a_process_of_its_own_migrates_as_well(tmp_path: Path, sqlite_database: Path) -> None:
    apart = tmp_path / "apart.db"
    db.migrate_apart(apart)
    assert schema(apart) == schema(sqlite_database)


@pytest.mark.parametrize("migrate", [db.migrate, db.migrate_apart])
def test_a_database_of_a_newer_program_is_refused_in_one_line(
    sqlite_database: Path, migrate: Callable[[Path], None]
) -> None:
    connection = sqlite3.connect(sqlite_database)
    connection.execute("UPDATE alembic_version SET version_num = '9999', works_from = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(db.DatabaseError, match="a newer") as refused:
        migrate(sqlite_database)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("це не база даних " * 100, encoding="utf-8")
    with pytest.raises(db.DatabaseError, match="cannot open"):
        db.migrate(path)
    assert path.read_text(encoding="utf-8").startswith("це не база")


def test_a_place_where_nothing_can_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(db.DatabaseError, match="cannot open"):
        db.migrate(tmp_path / "file" / "desk.db")


def test_a_database_that_cannot_be_kept_in_wal_mode_is_refused() -> None:
    with pytest.raises(db.DatabaseError, match="WAL"):
        db.connect(Path(":memory:"))


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///var/desk.db", "var/desk.db"), ("sqlite:////srv/desk.db", "/srv/desk.db")],
)
def test_a_url_names_a_file(url: str, path: str) -> None:
    assert db.sqlite_path(url) == Path(path)


@pytest.mark.parametrize(
    "url", ["postgresql://x/y", "sqlite://", "sqlite://host/x", "sqlite:///", "desk.db", ""]
)
def test_what_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(db.DatabaseError, match="not an SQLite URL"):
        db.sqlite_path(url)


def test_rows_go_with_what_they_belong_to_and_nothing_else_goes(sqlite_database: Path) -> None:
    connection = db.connect(sqlite_database)
    connection.execute("INSERT INTO inboxes (id, kind, name) VALUES ('a', 'b', 'c')")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        connection.execute(
            "INSERT INTO identities (inbox_id, external_id, contact_id, created_at)"
            " VALUES ('a', 'x', 404, 1)"
        )
    connection.close()
