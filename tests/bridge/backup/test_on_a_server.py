"""A backup of a server's database is an archive like any other, and goes back to either kind."""

import asyncio
import io
import json
import tarfile
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bridge import db, search
from bridge.backup import carrying, moving
from bridge.db import Place, Server
from bridge.db.postgresql import RUNNING, WRITING
from bridge.start import lock
from tests.bridge.backup.conftest import Installation, has_people
from tests.bridge.backup.full import ROWS, contents, fill, write_acts
from tests.bridge.backup.movers import bare, lent, settled
from tests.clock import ManualClock
from tests.databases import opened, watching

__all__ = ["bare", "lent"]


def on(server: Server, folder: Path) -> Installation:
    """Return one with its database there."""
    one = Installation(folder, server)
    one.configure()
    one.beside("secret").write_text("s" * 64, encoding="utf-8")
    return one


@pytest.fixture
def on_server(tmp_path: Path, lent: Server) -> Installation:
    """Return one with three conversations and three files."""
    one = on(lent, tmp_path / "here")
    has_people(one, [b"first " * 1000, b"second", "третій".encode() * 5000])
    return one


def archive(here: Installation, *options: str) -> Path:
    target = here.folder.parent / "backup.tar"
    done = here.runs("backup", str(target), *options)
    assert done.exit_code == 0, done.output
    return target


def test_what_is_backed_up_from_one_server_is_restored_to_another(
    on_server: Installation, tmp_path: Path, bare: Server
) -> None:
    there = on(bare, tmp_path / "there")
    (there.folder / "deskbridge.secret").unlink()
    done = there.runs("restore", str(archive(on_server)))
    assert done.exit_code == 0, done.output
    assert settled(contents(bare)) == settled(contents(on_server.place))
    assert there.files() == on_server.files()
    assert len(there.files()) == 3
    assert "3 of 3 attachments have their file" in done.output
    assert (there.folder / "deskbridge.secret").read_text(encoding="utf-8") == "s" * 64
    assert db.standing(bare) == "current"
    assert there.left_over() == on_server.left_over() == []


def test_every_table_goes_through_an_archive_to_a_file_and_back_to_a_server(
    tmp_path: Path, lent: Server, bare: Server, there: Installation
) -> None:
    fill(lent)
    asyncio.run(write_acts(lent))
    first = archive(on(lent, tmp_path / "one"))
    done = there.runs("restore", str(first))
    assert done.exit_code == 0, done.output
    assert settled(contents(there.database)) == settled(contents(lent))
    assert len(settled(contents(lent))["messages"]) == ROWS
    again = on(bare, tmp_path / "two")
    done = again.runs("restore", "--force", str(archive(there, "--force")))
    assert done.exit_code == 0, done.output
    assert settled(contents(bare)) == settled(contents(lent))


def test_it_goes_through_a_pipe(on_server: Installation, tmp_path: Path, bare: Server) -> None:
    there = on(bare, tmp_path / "there")
    sent_out = on_server.runs("backup", "-", "--gzip")
    assert sent_out.exit_code == 0
    done = there.runs("restore", "-", given=sent_out.stdout_bytes)
    assert done.exit_code == 0, done.output
    assert settled(contents(bare)) == settled(contents(on_server.place))


def test_an_archive_says_where_it_is_from_and_proves_itself_without_a_server(
    on_server: Installation,
) -> None:
    saved = archive(on_server)
    with tarfile.open(saved) as tar:
        manifest = json.load(tar.extractfile("manifest.json") or io.BytesIO())
    assert manifest["database"] == "postgresql"
    assert manifest["tables"]["conversations"]["rows"] == 3
    done = on_server.runs("backup", "--verify", str(saved))
    assert done.exit_code == 0
    assert "The archive is whole" in done.output
    saved.write_bytes(saved.read_bytes()[:-30_000])
    assert on_server.runs("backup", "--verify", str(saved)).exit_code == 1


def test_a_backup_waits_for_nobody_and_nobody_for_it(
    on_server: Installation, lent: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a program that runs, and one that is in the middle of writing; and meanwhile."""
    seen: list[int] = []

    def meanwhile(*given: Any) -> Any:
        with watching(on_server.place) as other:
            other.execute("SET lock_timeout = '1s'")
            other.execute("INSERT INTO meta (key, value) VALUES ('late', 'x')")
            seen.append(1)
        return carrying.carry(*given)

    monkeypatch.setattr(moving, "carry", meanwhile)
    with psycopg.connect(lent.url, autocommit=True) as program:
        program.execute(f"SELECT pg_advisory_lock({RUNNING}, 7), pg_advisory_lock({WRITING})")
        archive(on_server)
    assert seen == [1]


def test_a_backup_made_while_others_write_is_of_one_moment(
    on_server: Installation, lent: Server, tmp_path: Path
) -> None:
    """Two rows of two tables that are always written together are never found apart."""
    stop = threading.Event()

    def write() -> None:
        with psycopg.connect(lent.url) as writer:
            number = 0
            while not stop.is_set():
                number += 1
                # The first of all tables that are copied, and the last.
                writer.execute("UPDATE agents SET name = %s", [str(number)])
                writer.execute("UPDATE deliveries SET detail = %s", [str(number)])
                writer.commit()

    thread = threading.Thread(target=write)
    thread.start()
    found: set[tuple[str]] = set()
    try:
        for number in range(4):
            copy = tmp_path / f"copy-{number}.db"
            moving.copied_from_server(lent, copy, 1)
            with watching(copy) as opened_copy:
                names = dict.fromkeys(opened_copy.execute("SELECT name FROM agents").fetchall())
                told = dict.fromkeys(opened_copy.execute("SELECT detail FROM deliveries"))
            assert names == told
            found.update(names)
    finally:
        stop.set()
        thread.join()
    # Somebody did write in between.
    assert len(found) > 1


def test_a_copy_has_its_index_and_is_a_database_by_itself(
    on_server: Installation, tmp_path: Path
) -> None:
    asyncio.run(_index(on_server.place))
    with tarfile.open(archive(on_server)) as tar:
        tar.extract("database.sqlite", tmp_path, filter="data")
    with watching(tmp_path / "database.sqlite") as copy:
        asked = "SELECT count(*) FROM message_fts WHERE message_fts MATCH 'answer'"
        found = copy.execute(asked).fetchone()
    with watching(on_server.place) as server:
        there = "SELECT count(*) FROM message_fts WHERE words @@ 'answer'::tsquery"
        assert found == server.execute(there).fetchone() == (3,)


async def _index(place: Place) -> None:
    async with opened(place, clock=ManualClock()) as store:
        await search.brought_up_to_date(store)


def test_a_server_that_has_rows_is_replaced_only_if_it_is_said(
    on_server: Installation, tmp_path: Path, bare: Server
) -> None:
    there, saved = on(bare, tmp_path / "there"), archive(on_server)
    db.migrate(bare)
    with watching(bare) as outside:
        outside.execute("INSERT INTO meta (key, value) VALUES ('old', 'life')")
        done = there.runs("restore", str(saved))
        assert done.exit_code == 1
        assert "is not empty: there are rows in meta; --force" in done.output
        assert outside.execute("SELECT value FROM meta").fetchall() == [("life",)]
    done = there.runs("restore", str(saved), "--force")
    assert done.exit_code == 0, done.output
    assert settled(contents(bare)) == settled(contents(on_server.place))


def test_nothing_is_restored_under_a_program_that_runs_here_or_elsewhere(
    on_server: Installation, tmp_path: Path, bare: Server
) -> None:
    there, saved = on(bare, tmp_path / "there"), archive(on_server)
    held = lock(there.folder / "deskbridge.db")
    done = there.runs("restore", str(saved))
    held.close()
    assert "already runs" in done.output
    with psycopg.connect(bare.url, autocommit=True) as program:
        program.execute(f"SELECT pg_advisory_lock({RUNNING}, 7)")
        done = there.runs("restore", str(saved))
    assert done.exit_code == 1
    assert "already runs" in done.output
    assert db.standing(bare) == "none"
    assert there.files() == {}


def test_a_restore_that_fails_leaves_the_server_as_it_was(
    on_server: Installation, tmp_path: Path, bare: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the last moment, with every row replaced already."""
    there, saved = on(bare, tmp_path / "there"), archive(on_server)
    db.migrate(bare)
    with watching(bare) as outside:
        outside.execute("INSERT INTO meta (key, value) VALUES ('old', 'life')")
    before = contents(bare)

    def full(*given: Any, **more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bridge.backup.placing.Files", full)
    done = there.runs("restore", str(saved), "--force")
    assert done.exit_code == 1
    assert contents(bare) == before


def test_tables_of_another_version_are_not_guessed_at(on_server: Installation) -> None:
    with watching(on_server.place) as outside:
        (was,) = outside.execute("SELECT version_num FROM alembic_version").fetchone()
        outside.execute("UPDATE alembic_version SET version_num = '0001'")
        try:
            done = on_server.runs("backup", str(on_server.folder / "never.tar"))
        finally:
            outside.execute("UPDATE alembic_version SET version_num = %s", [was])
    assert done.exit_code == 1
    assert "deskbridge migrate" in done.output
    assert not (on_server.folder / "never.tar").exists()


def test_whoever_was_erased_since_the_backup_is_erased_again_by_the_restore(
    on_server: Installation, tmp_path: Path, bare: Server
) -> None:
    saved = archive(on_server)
    there = on(bare, tmp_path / "there")
    with watching(on_server.place) as outside:
        (number,) = outside.execute("SELECT min(id) FROM contacts").fetchone()
    done = on_server.runs("person", "erase", str(number), "--yes")
    assert done.exit_code == 0, done.output
    listed = on_server.folder / "deskbridge.erased"
    done = there.runs("restore", str(saved), "--erased", str(listed))
    assert done.exit_code == 0, done.output
    assert "erased again: 1" in done.output
    with watching(bare) as outside:
        left = outside.execute("SELECT count(*) FROM identities").fetchone()
        names = outside.execute("SELECT external_id FROM identities").fetchall()
    assert left == (2,)
    assert ("customer-0",) not in names
