"""An archive is whole or refused, and what comes out of it is what went in."""

import io
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

from bridge import db
from bridge.backup import (
    BackupError,
    Places,
    back_up,
    copied,
    forget_unfinished,
    proven,
    sent,
)
from bridge.start import lock
from tests.bridge.backup.conftest import Installation

# What a restore changes on purpose: it is another life of the database.
ANEW = {"epoch", "lives"}


def archive(here: Installation, *options: str) -> Path:
    target = here.folder.parent / "backup.tar"
    done = here.runs("backup", str(target), *options)
    assert done.exit_code == 0, done.output
    return target


def raw(here: Installation, *, compress: bool = False) -> bytes:
    out = io.BytesIO()
    with back_up(here.database, Places.of(here.database, here.media), 1) as source:
        sent(source, out, compress=compress)
    return out.getvalue()


def meta(one: Installation) -> dict[object, object]:
    return {row[0]: row[1] for row in one.rows("meta", "key, value")}


def test_what_is_restored_is_what_was_backed_up(here: Installation, there: Installation) -> None:
    saved = archive(here)
    done = there.runs("restore", str(saved))
    assert done.exit_code == 0, done.output
    for table in ("messages", "conversations", "identities", "attachments", "deliveries", "events"):
        assert there.rows(table) == here.rows(table) != []
    assert there.files() == here.files()
    assert len(there.files()) == 3
    assert (there.folder / "desk.secret").read_text(encoding="utf-8") == "s" * 64
    assert "3 of 3 attachments have their file" in done.output
    assert there.left_over() == []


def test_a_restored_database_begins_a_new_life_by_itself(
    here: Installation, there: Installation
) -> None:
    there.runs("restore", str(archive(here)))
    before, after = meta(here), meta(there)
    lives = json.loads(str(after["lives"]))
    assert lives[-1]["after"] == max(int(str(row[0])) for row in here.rows("deliveries", "id"))
    assert after.get("epoch") not in (None, before.get("epoch"))
    assert {key: told for key, told in after.items() if key not in ANEW} == {
        key: told for key, told in before.items() if key not in ANEW
    }


def test_a_restored_archive_searches_as_the_original(
    here: Installation, there: Installation
) -> None:
    there.runs("restore", str(archive(here)))
    found = there.rows("message_fts WHERE message_fts MATCH 'answer'", "rowid")
    assert found == here.rows("message_fts WHERE message_fts MATCH 'answer'", "rowid")


def test_an_archive_is_a_tar_that_ends_with_its_manifest(here: Installation) -> None:
    with tarfile.open(archive(here)) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile(names[-1]) or io.BytesIO())
    assert names[0] == "database.sqlite"
    assert names[-1] == "manifest.json"
    assert [one["name"] for one in manifest["members"]] == names[:-1]
    assert manifest["tables"]["conversations"]["rows"] == 3


def test_only_its_owner_reads_an_archive(here: Installation) -> None:
    assert archive(here).stat().st_mode & 0o077 == 0


def test_it_can_be_compressed(here: Installation, there: Installation) -> None:
    plain = archive(here).stat().st_size
    saved = archive(here, "--gzip", "--force")
    assert saved.stat().st_size < plain / 2
    assert there.runs("restore", str(saved)).exit_code == 0
    assert there.files() == here.files()


def test_it_goes_through_a_pipe(here: Installation, there: Installation) -> None:
    sent_out = here.runs("backup", "-")
    assert sent_out.exit_code == 0
    done = there.runs("restore", "-", given=sent_out.stdout_bytes)
    assert done.exit_code == 0, done.output
    assert there.rows("messages") == here.rows("messages")


def test_a_copy_made_while_others_write_is_of_one_moment(here: Installation) -> None:
    """Two rows that are always written together are never found apart."""
    stop, writer = threading.Event(), db.connect(here.database)

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            writer.execute("BEGIN IMMEDIATE")
            for key in ("left", "right"):
                writer.execute(
                    "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = ?",
                    (key, str(number), str(number)),
                )
            writer.execute("COMMIT")

    thread = threading.Thread(target=write)
    thread.start()
    seen = set()
    try:
        for number in range(20):
            copy = here.folder / f"copy-{number}.db"
            copied(here.database, copy)
            rows = dict(sqlite3.connect(copy).execute("SELECT key, value FROM meta").fetchall())
            assert rows.get("left") == rows.get("right")
            seen.add(rows.get("left"))
    finally:
        stop.set()
        thread.join()
        writer.close()
    # Somebody did write in between.
    assert len(seen) > 1


@pytest.mark.parametrize("compress", [False, True])
def test_an_archive_that_was_cut_off_anywhere_is_refused(
    here: Installation, tmp_path: Path, *, compress: bool
) -> None:
    whole = raw(here, compress=compress)
    # Behind the manifest a tar has nothing but zeros, some dozen bytes where compressed.
    end = len(whole) - 100 if compress else whole.rindex(b"}") + 1
    for cut in [0, 1, 511, 512, *random.Random(1).sample(range(end), 40), end - 1]:
        with pytest.raises(BackupError):
            proven(io.BytesIO(whole[:cut]), tmp_path)


def test_a_byte_that_changed_is_refused_or_was_no_part_of_it(
    here: Installation, tmp_path: Path
) -> None:
    whole, chance, refused = raw(here), random.Random(2), 0
    # The manifest is small and has to be hit too.
    manifest = whole.rindex(b'"format"')
    places = [chance.randrange(len(whole)) for _ in range(60)]
    places += [chance.randrange(manifest - 600, whole.rindex(b"}")) for _ in range(60)]
    for place in places:
        broken = bytearray(whole)
        broken[place] ^= 1 << chance.randrange(8)
        try:
            proof = proven(io.BytesIO(bytes(broken)), tmp_path)
        except BackupError:
            refused += 1
        else:
            assert proof.manifest.rows > 0
    assert refused > 100


def test_what_is_no_part_of_a_backup_is_refused(here: Installation, tmp_path: Path) -> None:
    evil = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(raw(here))) as tar,
        tarfile.open(fileobj=evil, mode="w") as other,
    ):
        told = tarfile.TarInfo("../../evil")
        other.addfile(told, io.BytesIO())
        for one in tar:
            other.addfile(one, tar.extractfile(one))
    with pytest.raises(BackupError, match="no part of a backup"):
        proven(io.BytesIO(evil.getvalue()), tmp_path)


def test_a_database_that_is_not_the_manifests_is_refused(
    here: Installation, tmp_path: Path
) -> None:
    """Every member agrees with the manifest but the rows are not what it counted."""
    good = raw(here)
    out = io.BytesIO()
    with back_up(here.database, Places.of(here.database, here.media), 1) as source:
        copy = sqlite3.connect(source.copy)
        copy.execute("DELETE FROM events WHERE id = (SELECT max(id) FROM events)")
        copy.commit()
        copy.close()
        sent(source, out, compress=False)
    proven(io.BytesIO(good), tmp_path)
    with pytest.raises(BackupError, match="events"):
        proven(io.BytesIO(out.getvalue()), tmp_path)


def test_it_is_proven_without_being_put_anywhere(here: Installation) -> None:
    saved = archive(here)
    done = here.runs("backup", "--verify", str(saved))
    assert done.exit_code == 0
    assert "The archive is whole" in done.output
    saved.write_bytes(saved.read_bytes()[:-30_000])
    done = here.runs("backup", "--verify", str(saved))
    assert done.exit_code == 1
    assert "cut off" in done.output


def test_a_file_that_is_gone_is_told(here: Installation, there: Installation) -> None:
    lost = min(here.files())
    next(here.media.rglob(lost)).unlink()
    saved = here.folder.parent / "backup.tar"
    assert "1 attachments have no file, or a damaged one" in here.runs("backup", str(saved)).output
    done = there.runs("restore", str(saved))
    assert done.exit_code == 0
    assert "2 of 3 attachments" in done.output
    assert lost in done.output


def test_a_file_that_was_damaged_is_told_and_keeps_nobody_from_the_rest(
    here: Installation, there: Installation
) -> None:
    hurt = min(here.files())
    next(here.media.rglob(hurt)).write_bytes(b"rotten")
    saved = archive(here)
    done = there.runs("restore", str(saved))
    assert done.exit_code == 0, done.output
    assert f"1 had a damaged one when the backup was made: {hurt}" in done.output
    assert "2 of 3 attachments have their file" in done.output


def test_nothing_is_replaced_unless_it_is_said(here: Installation, there: Installation) -> None:
    saved = archive(here)
    assert here.runs("backup", str(saved)).exit_code == 1
    assert there.runs("restore", str(saved)).exit_code == 0
    again = there.runs("restore", str(saved))
    assert again.exit_code == 1
    assert "--force" in again.output


def test_what_is_replaced_is_gone_with_its_log(here: Installation, there: Installation) -> None:
    saved = archive(here)
    db.migrate(there.database)
    # A program that was killed: what it wrote last is in the log beside the database.
    left = db.connect(there.database)
    left.execute("INSERT INTO meta VALUES ('old', 'life')")
    assert there.database.with_name("desk.db-wal").stat().st_size > 0
    done = there.runs("restore", str(saved), "--force")
    assert done.exit_code == 0, done.output
    left.close()
    assert "old" not in meta(there)
    assert there.rows("messages") == here.rows("messages")


def test_nothing_is_restored_under_a_program_that_runs(
    here: Installation, there: Installation
) -> None:
    saved = archive(here)
    held = lock(there.database)
    done = there.runs("restore", str(saved), "--force")
    held.close()
    assert done.exit_code == 1
    assert "already runs" in done.output
    assert not there.database.exists()


def test_a_restore_that_fails_leaves_the_place_as_it_was(
    here: Installation, there: Installation
) -> None:
    saved = archive(here)
    saved.write_bytes(saved.read_bytes()[:-30_000])
    assert there.runs("restore", str(saved)).exit_code == 1
    assert there.files() == {}
    assert not there.database.exists()
    assert there.left_over() == []


def test_a_disk_that_is_full_leaves_no_half_an_archive(here: Installation) -> None:
    """The largest file that may be written is larger than the database, less than the archive."""
    big = os.urandom(3_000_000)
    (here.media / "aa").mkdir(exist_ok=True)
    saved = here.folder.parent / "backups"
    saved.mkdir()
    sha256 = min(here.files())
    next(here.media.rglob(sha256)).write_bytes(big)
    most = here.database.stat().st_size + 1_000_000
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "backup", str(saved), "--config", str(here.config)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "cannot write" in done.stderr
    assert list(saved.iterdir()) == []
    assert here.left_over() == []


def test_what_a_backup_that_was_killed_left_is_gone_with_the_next_and_one_under_way_is_not(
    here: Installation,
) -> None:
    killed = here.database.parent / ".backup-killed"
    killed.mkdir()
    copied(here.database, killed / "database.sqlite")
    half = here.database.with_name(f".{here.database.stem}.before-1.db.partial-1")
    half.write_bytes(here.database.read_bytes())
    places = Places.of(here.database, here.media)
    with back_up(here.database, places, 1) as source:
        assert not killed.exists()
        assert not half.exists()
        forget_unfinished(here.database)
        assert source.copy.exists()
        sent(source, io.BytesIO(), compress=False)
    assert not source.copy.parent.exists()
