"""A move that is refused, goes wrong or is killed leaves nothing, and can be done again."""

import gc
import random
import sqlite3
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bridge import db
from bridge.backup import carrying
from bridge.db import Server
from bridge.db.postgresql import RUNNING
from bridge.start import lock
from tests import postgres
from tests.bridge.backup.full import contents, fill
from tests.bridge.backup.movers import Desk, bare, desk, is_untouched, lent, outward, settled
from tests.databases import watching

__all__ = ["bare", "desk", "lent", "outward"]


def test_nothing_is_moved_while_the_program_runs_on_it(outward: Desk) -> None:
    assert isinstance(outward.source, Path)
    held = lock(outward.source)
    done = outward.moves()
    held.close()
    assert done.exit_code == 1
    assert "already runs on" in done.output
    assert is_untouched(outward.target)


@pytest.mark.parametrize("side", ["source", "target"])
def test_nothing_is_moved_from_or_to_a_server_on_which_a_program_runs(
    tmp_path: Path, lent: Server, bare: Server, side: str
) -> None:
    """It may run on another machine: no file of ours tells of that."""
    fill(lent)
    desk = Desk(tmp_path, lent, bare)
    with psycopg.connect(getattr(desk, side).url, autocommit=True) as program:
        program.execute(f"SELECT pg_advisory_lock({RUNNING}, 7)")
        done = desk.moves()
    assert done.exit_code == 1
    assert "another deskbridge already runs on" in done.output
    assert is_untouched(bare)


def test_whoever_writes_to_the_old_one_waits_until_everything_is_in_the_new_one(
    outward: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a command would write meanwhile would be in neither."""
    refused: list[str] = []

    def meanwhile(*given: Any) -> Any:
        with watching(outward.source) as outside:
            outside.execute("PRAGMA busy_timeout=10")
            try:
                outside.execute("INSERT INTO meta (key, value) VALUES ('late', 'x')")
            except sqlite3.OperationalError as error:
                refused.append(str(error))
        return proven(*given)

    proven = carrying._proven
    monkeypatch.setattr(carrying, "_proven", meanwhile)
    assert outward.moves().exit_code == 0
    assert refused == ["database is locked"]


def test_a_copy_that_lacks_a_row_is_found_out_and_nothing_of_it_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = carrying._Copy.table

    def without_one(copy: Any, table: Any) -> None:
        whole(copy, table)
        if table.name == "receipts":
            copy._target.driver.execute("DELETE FROM receipts WHERE delivery_id = 107")

    monkeypatch.setattr(carrying._Copy, "table", without_one)
    done = desk.moves()
    assert done.exit_code == 1
    assert "the copy is not what was copied: receipts" in done.output
    assert is_untouched(desk.target)


def test_a_copy_in_which_a_value_is_another_one_is_found_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = carrying._Copy.table

    def changed(copy: Any, table: Any) -> None:
        whole(copy, table)
        if table.name == "quarantine":
            copy._target.driver.execute("UPDATE quarantine SET digest = digest || ' '")

    monkeypatch.setattr(carrying._Copy, "table", changed)
    done = desk.moves()
    assert "the copy is not what was copied: quarantine" in done.output
    assert is_untouched(desk.target)


def test_a_key_that_leads_nowhere_is_found_out_and_what_somebody_wrote_is_not_shown(
    desk: Desk,
) -> None:
    with watching(desk.source) as outside:
        if isinstance(desk.source, Server):
            outside.execute("SET session_replication_role = replica")
        outside.execute("UPDATE contact_notes SET contact_id = 404, text = 'таємниця'")
    done = desk.moves()
    assert done.exit_code == 1
    assert "contact_notes" in done.output
    assert "таємниця" not in done.output
    assert is_untouched(desk.target)


@pytest.mark.slow
def test_one_that_is_killed_anywhere_leaves_nothing_and_can_be_done_again(outward: Desk) -> None:
    """`kill -9` once it waits in the middle of its copying, and at any other moment."""
    assert isinstance(outward.target, Server)
    before, chance = contents(outward.source), random.Random(3)
    db.migrate(outward.target)
    empty = contents(outward.target)
    with watching(outward.target) as outside:
        # Most tables are copied before this one.
        outside.execute("BEGIN")
        outside.execute("LOCK TABLE receipts IN SHARE MODE")
        with outward.moving() as process:
            _until_it_waits(outside)
            process.kill()
        outside.execute("ROLLBACK")
    assert _once_it_is_let_go(outward.target) == empty
    began = time.monotonic()
    for _ in range(6):
        with outward.moving() as process:
            time.sleep(chance.uniform(0.5, 3.0))
            process.kill()
        if _once_it_is_let_go(outward.target) != empty:
            # It had come to its end.
            break
    else:
        done = outward.moves()
        assert done.exit_code == 0, done.output
    assert time.monotonic() - began < 120
    after = contents(outward.target)
    assert settled(after) == settled(before)
    assert contents(outward.source) == before


def _until_it_waits(outside: Any) -> None:
    end = time.monotonic() + 60
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'receipts'::regclass"
    while outside.execute(asked).fetchone() == (0,):
        assert time.monotonic() < end
        time.sleep(0.01)


def _once_it_is_let_go(server: Server) -> dict[str, list[tuple[Any, ...]]]:
    """Return what is there once the server has noticed that somebody is gone."""
    with watching(server) as outside:
        asked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
        end = time.monotonic() + 60
        while outside.execute(asked).fetchone() != (0,):
            assert time.monotonic() < end
            time.sleep(0.01)
    return contents(server)


# A cursor whose server is gone is not closed by SQLAlchemy, only forgotten.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_server_that_is_killed_meanwhile_leaves_nothing(
    outward: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*given: Any) -> Any:
        postgres.cluster().stop("immediate")
        postgres.cluster().start()
        return proven(*given)

    proven = carrying._proven
    with monkeypatch.context() as patched:
        patched.setattr(carrying, "_proven", dies)
        told = outward.moves().output
    gc.collect()
    assert "cannot copy" in told
    assert "Traceback" not in told
    assert is_untouched(outward.target)
    assert outward.moves().exit_code == 0
