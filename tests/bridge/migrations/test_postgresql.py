"""On a server the tables are what the models say too, and come to be whole or not at all."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine

from bridge import db
from bridge.db import DatabaseError, Server
from bridge.models import metadata
from tests import postgres
from tests.databases import watching

# Tables that no model describes: the search's own, and Alembic's.
OTHERS = ("message_fts", "contact_fts", "alembic_version")


@pytest.fixture
def empty() -> Iterator[Server]:
    server = postgres.bare()
    yield server
    postgres.drop(server)


def tables(server: Server) -> set[str]:
    with watching(server) as outside:
        found = outside.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in found.fetchall()}


def test_alembic_finds_nothing_left_to_do(empty: Server) -> None:
    db.migrate(empty)
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(empty.url), poolclass=NullPool
    )
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


def test_a_process_of_its_own_migrates_as_well(empty: Server) -> None:
    db.migrate_apart(empty)
    assert db.standing(empty) == "current"
    with watching(empty) as outside:
        outside.execute("UPDATE alembic_version SET version_num = '9999', works_from = '9999'")
    with pytest.raises(DatabaseError, match="a newer"):
        db.migrate_apart(empty)


def test_every_text_is_compared_byte_by_byte(empty: Server) -> None:
    db.migrate(empty)
    with watching(empty) as outside:
        found = outside.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = 'text' AND collation_name <> 'C'"
        ).fetchall()
        spoken = outside.execute(
            "SELECT count(*) FROM information_schema.columns"
            " WHERE table_schema = 'public' AND collation_name = 'C'"
        ).fetchone()
    assert found == []
    assert spoken > (200,)


def test_a_migration_that_breaks_off_leaves_nothing_and_can_be_run_again(empty: Server) -> None:
    with watching(empty) as outside:
        outside.execute("CREATE TABLE topics (in_the_way text)")
        with pytest.raises(DatabaseError, match="cannot bring the tables"):
            db.migrate(empty)
        assert tables(empty) == {"topics"}
        outside.execute("DROP TABLE topics")
    db.migrate(empty)
    assert tables(empty) >= {"messages", "message_fts", "alembic_version"}


def test_of_two_that_begin_at_once_one_makes_the_tables_and_the_other_finds_them(
    empty: Server,
) -> None:
    failures: list[BaseException] = []

    def begin() -> None:
        try:
            db.migrate(empty)
        except DatabaseError as error:
            failures.append(error)

    both = [threading.Thread(target=begin) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert failures == []
    assert db.standing(empty) == "current"
