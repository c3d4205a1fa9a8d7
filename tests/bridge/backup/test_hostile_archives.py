"""Archives made to do harm, and restores that end before their time."""

import contextlib
import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge import db
from bridge.backup import BackupError, Manifest, forget_unfinished, proven
from bridge.backup.copies import VERIFYING
from bridge.backup.manifest import DATABASE, FORMAT, Member, sealed
from bridge.start import lock
from tests.bridge.backup.conftest import Installation
from tests.bridge.backup.test_backup import archive


def header(name: str, size: int, kind: bytes) -> bytes:
    """Return a block that begins a member, of any size it likes."""
    told = tarfile.TarInfo(name)
    told.size, told.type = size, kind
    return told.tobuf(tarfile.GNU_FORMAT)


def sparse(size: int) -> bytes:
    """Return a member of GNU's without a byte that says it is so large."""
    block = bytearray(header("database.sqlite", 0, tarfile.GNUTYPE_SPARSE))
    block[483:495] = b"\x80" + size.to_bytes(11, "big")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + bytes(1024)


def sparse_by_pax(size: int) -> bytes:
    records = {"GNU.sparse.map": "0,0", "GNU.sparse.size": str(size)}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        told = tarfile.TarInfo("database.sqlite")
        told.pax_headers = records
        tar.addfile(told)
    return out.getvalue()


def with_manifest(text: bytes) -> bytes:
    told = header("manifest.json", len(text), tarfile.REGTYPE)
    return told + text + bytes(-len(text) % 512 + 1024)


def with_database(made_by: str) -> bytes:
    """Return an archive that agrees with its manifest on all but what is in the tables."""
    with contextlib.closing(sqlite3.connect(":memory:")) as made:
        made.executescript(made_by)
        content = made.serialize()
    whole = Member(DATABASE, len(content), hashlib.sha256(content).hexdigest())
    told = Manifest(
        format=FORMAT,
        program="",
        database="",
        tables_version="",
        created_at=0,
        tables={},
        members=[whole],
        missing=[],
        damaged=[],
    )
    begins = header(DATABASE, len(content), tarfile.REGTYPE)
    return begins + content + bytes(-len(content) % 512) + with_manifest(sealed(told))


class Endless:
    """A stream that begins with a header, and has zeros without end behind it."""

    def __init__(self, begins: bytes) -> None:
        self._begins = io.BytesIO(begins)
        self.read_so_far = 0

    def read(self, size: int) -> bytes:
        self.read_so_far += size
        return self._begins.read(size) or bytes(size)


@pytest.mark.parametrize("made", [sparse, sparse_by_pax])
def test_a_file_with_holes_is_refused_before_any_of_it_is_written(
    tmp_path: Path, made: Callable[[int], bytes]
) -> None:
    """Some hundred bytes would fill any disk with zeros."""
    with pytest.raises(BackupError, match="holes"):
        proven(io.BytesIO(made(1 << 20)), tmp_path)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_would_fill_the_memory_is_refused_unread(tmp_path: Path, kind: bytes) -> None:
    source = Endless(header("x", 64 << 20, kind))
    with pytest.raises(BackupError, match="such a length"):
        proven(source, tmp_path)  # type: ignore[arg-type]
    assert source.read_so_far < 1 << 20


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_headers_without_end_that_lead_to_no_file_are_refused(tmp_path: Path, kind: bytes) -> None:
    says = b"11 path=ab\n" if kind != tarfile.GNUTYPE_LONGNAME else b"ab\0"
    one = header("x", len(says), kind) + says.ljust(512, b"\0")
    with pytest.raises(BackupError, match="so many headers"):
        proven(io.BytesIO(one * 2000 + bytes(1024)), tmp_path)


@pytest.mark.parametrize(
    ("kind", "value"), [("DATETIME", "x"), ("DATE", 5), ("NUMERIC", "x"), ("JSON", "{")]
)
def test_a_row_that_is_not_what_its_table_says_is_refused(
    tmp_path: Path, kind: str, value: object
) -> None:
    made = f"CREATE TABLE odd (one {kind}); INSERT INTO odd VALUES ({value!r});"  # noqa: S608
    with pytest.raises(BackupError, match="the database cannot be read"):
        proven(io.BytesIO(with_database(made)), tmp_path)


def test_a_file_that_is_named_by_no_text_is_refused(tmp_path: Path) -> None:
    made = "CREATE TABLE attachments (sha256); INSERT INTO attachments VALUES (5), ('x');"
    with pytest.raises(BackupError, match="the database cannot be read"):
        proven(io.BytesIO(with_database(made)), tmp_path)


_BROKEN_SCHEMA = """
CREATE TABLE "a\x1b[2J" (one);
PRAGMA writable_schema = 1;
UPDATE sqlite_master SET sql = 'CREATE TABLE ((';
"""
_BROKEN_ROW = """
CREATE TABLE odd (one TEXT);
INSERT INTO odd VALUES (CAST(x'1b5b324aff' AS TEXT));
"""


@pytest.mark.parametrize("made", [_BROKEN_SCHEMA, _BROKEN_ROW])
def test_what_a_broken_database_says_does_nothing_to_a_terminal(tmp_path: Path, made: str) -> None:
    with pytest.raises(BackupError, match="cannot be read") as caught:
        proven(io.BytesIO(with_database(made)), tmp_path)
    assert r"\x1b[2J" in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_manifest_nested_without_end_is_refused(tmp_path: Path) -> None:
    deep = b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    with pytest.raises(BackupError, match="cannot be read"):
        proven(io.BytesIO(with_manifest(deep)), tmp_path)


def test_a_member_that_comes_twice_is_refused(tmp_path: Path) -> None:
    twice = header("secret", 0, tarfile.REGTYPE) * 2 + bytes(1024)
    with pytest.raises(BackupError, match="'secret' twice"):
        proven(io.BytesIO(twice), tmp_path)


@pytest.mark.parametrize("name", ["database.sqlite", "media/" + "a" * 64])
def test_what_has_no_room_is_refused_before_the_disk_is_full(
    there: Installation, tmp_path: Path, name: str
) -> None:
    saved = tmp_path / "large.tar"
    saved.write_bytes(header(name, 1 << 50, tarfile.REGTYPE) + bytes(4096))
    done = there.runs("restore", str(saved))
    assert done.exit_code == 1
    assert "there is no room" in done.output
    assert there.left_over() == []


def test_a_disk_that_is_full_all_the_same_is_told_as_such(
    here: Installation, there: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = archive(here)

    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bridge.media.files.Incoming.write", full)
    done = there.runs("restore", str(saved))
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit)
    assert "cannot be unpacked: No space left on device" in done.output
    assert there.left_over() == []


def test_where_nothing_can_be_unpacked_it_is_said_how_to_prove_an_archive_all_the_same(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = archive(here)

    def read_only(*given: Any, **more: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("bridge.backup.copies.tempfile.TemporaryDirectory", read_only)
    done = here.runs("backup", "--verify", str(saved))
    assert "Read-only file system; go to a folder with room" in done.output


def test_a_proof_removes_nothing_of_anybody_elses(here: Installation) -> None:
    """An archive may lie anywhere: in somebody's home, or in a folder that many use."""
    saved = archive(here)
    (saved.parent / ".verify-mine").mkdir()
    (saved.parent / ".deskbridge-verify.txt").touch()
    assert here.runs("backup", "--verify", str(saved)).exit_code == 0
    assert (saved.parent / ".verify-mine").exists()
    assert (saved.parent / ".deskbridge-verify.txt").exists()


def test_what_a_proof_that_was_killed_left_is_gone_with_the_next(here: Installation) -> None:
    saved = archive(here)
    killed = saved.parent / f"{VERIFYING}killed"
    killed.mkdir()
    assert here.runs("backup", "--verify", str(saved)).exit_code == 0
    assert not killed.exists()


def test_what_somebody_else_left_who_was_killed_hinders_no_proof(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = archive(here)
    foreign = saved.parent / f"{VERIFYING}of-root"
    foreign.mkdir()
    opens = os.open

    def refused(path: Any, *given: Any, **more: Any) -> int:
        if path == foreign:
            raise PermissionError(13, "Permission denied")
        return opens(path, *given, **more)

    monkeypatch.setattr("bridge.backup.copies.os.open", refused)
    assert here.runs("backup", "--verify", str(saved)).exit_code == 0


def test_a_restore_under_a_program_that_runs_is_told_to_stop_it_first(
    here: Installation, there: Installation
) -> None:
    saved = archive(here)
    with contextlib.closing(lock(there.database)):
        assert "stop it first." in there.runs("restore", str(saved), "--force").output


def test_what_a_restore_that_was_killed_left_is_gone_with_the_next(
    here: Installation, there: Installation
) -> None:
    """In what it left is everything that was ever said."""
    saved = archive(here)
    for parent in (there.folder, there.media):
        killed = parent / ".restore-killed"
        killed.mkdir(parents=True)
        shutil.copy(here.database, killed / "database.sqlite")
    assert there.runs("restore", str(saved)).exit_code == 0
    assert there.left_over() == []


def test_what_a_restore_left_is_gone_with_the_next_backup_or_erasure(here: Installation) -> None:
    for parent in (here.folder, here.media):
        (parent / ".restore-killed").mkdir()
    forget_unfinished(here.database, here.media)
    assert here.left_over() == []


def test_until_the_new_one_is_in_its_place_the_old_database_is_whole_without_its_log(
    here: Installation, there: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill between the removal of the log and the new database's name."""
    saved = archive(here)
    db.migrate(there.database)
    left = db.connect(there.database)
    left.execute("INSERT INTO meta VALUES ('old', 'life')")
    kept = there.folder / "killed.db"
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if target == there.database:
            assert not target.with_name("desk.db-wal").exists()
            shutil.copy(target, kept)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    assert there.runs("restore", str(saved), "--force").exit_code == 0
    left.close()
    with contextlib.closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT value FROM meta WHERE key = 'old'").fetchall() == [("life",)]


def test_a_restore_that_fails_at_last_leaves_the_secret_as_it_was(
    here: Installation, there: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another secret every second factor of the database that stays would be lost."""
    saved = archive(here)
    db.migrate(there.database)
    there.beside("secret").write_text("mine")

    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bridge.backup.placing.settle", full)
    done = there.runs("restore", str(saved), "--force")
    assert "No space left on device" in done.output
    assert there.beside("secret").read_text() == "mine"
