"""`deskbridge person`, and what a restore does with who was erased."""

import json
import sqlite3
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from bridge.db import Place
from tests.bridge.backup.conftest import Installation, has_people
from tests.databases import database, watching
from tests.desk import RunningDesk

__all__ = ["database"]


@pytest.fixture
def here(database: Place, tmp_path: Path) -> Installation:
    """Return an installation with two customers, on either database."""
    server = None if isinstance(database, Path) else database
    one = Installation(tmp_path / "here", server)
    one.configure()
    if isinstance(database, Path):
        database.rename(one.database)
    has_people(one, [b"a secret file", b"another file"])
    return one


def holds(folders: Sequence[Path], *words: str) -> list[str]:
    """Return the files below some folders that have any of the words in them."""
    return [
        path.name
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]


def number_of(one: Installation, customer: str) -> str:
    where = f"identities WHERE external_id = '{customer}'"
    return str(one.rows(where, "contact_id")[0][0])


def test_a_person_is_exported_by_an_account(here: Installation, tmp_path: Path) -> None:
    target = tmp_path / "person.zip"
    asked = ["person", "export", "--identity", "pager:customer-0", "--out", str(target)]
    done = here.runs(*asked)
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(target) as archive:
        told = json.loads(archive.read("person.json"))
        [file] = [name for name in archive.namelist() if name != "person.json"]
        assert archive.read(file) == b"a secret file"
    assert [one["id"] for one in told["accounts"]] == ["customer-0"]
    assert here.runs(*asked).exit_code == 1
    assert here.rows("audit", "action, subject") == [
        ("person_exported", f"contact:{number_of(here, 'customer-0')}")
    ]


def test_a_person_is_erased_to_the_last_byte_and_the_other_is_not(here: Installation) -> None:
    number = number_of(here, "customer-0")
    before = here.files()
    done = here.runs("person", "erase", number, "--yes")
    assert done.exit_code == 0, done.output
    assert "Erased: 1 conversations, 1 files" in done.output
    here.config.unlink()
    assert holds(here.disks(), "customer-0", "a secret file", "answer 0", "👋 0") == []
    assert set(here.files().values()) == {*before.values()} - {b"a secret file"}
    kept = holds(here.disks(), "customer-1", "answer 1")
    assert kept == ["desk.db"] if here.server is None else kept
    assert here.rows("audit", "action, subject") == [("person_erased", f"contact:{number}")]


def test_who_is_to_be_erased_is_shown_and_their_number_typed(here: Installation) -> None:
    number = number_of(here, "customer-0")
    done = here.runs("person", "erase", number, given=b"yes\n")
    assert done.exit_code == 1
    assert "pager:customer-0" in done.output
    assert number_of(here, "customer-0") == number
    assert here.runs("person", "erase", number, given=f"{number}\n".encode()).exit_code == 0
    assert here.rows("identities", "external_id") == [("customer-1",)]


@pytest.mark.parametrize(
    "asked", [["404"], ["--identity", "pager:nobody"], [], ["1", "--identity", "pager:customer-1"]]
)
def test_nobody_is_erased_who_cannot_be_found(here: Installation, asked: list[str]) -> None:
    assert here.runs("person", "erase", *asked, "--yes").exit_code == 1
    assert len(here.rows("contacts")) == 2


def test_a_restore_erases_again_who_was_erased_since(here: Installation, tmp_path: Path) -> None:
    saved = tmp_path / "backup.tar"
    here.runs("backup", str(saved))
    here.runs("person", "erase", number_of(here, "customer-0"), "--yes")

    done = here.runs("restore", str(saved), "--force")

    assert done.exit_code == 0, done.output
    assert "erased again: 1" in done.output
    assert here.rows("identities", "external_id") == [("customer-1",)]
    here.config.unlink()
    assert holds(here.disks(), "customer-0", "a secret file", "answer 0", "👋 0") == []


@pytest.mark.parametrize("brought", [False, True], ids=["the list here", "one that is brought"])
def test_a_database_put_back_in_another_way_has_nobody_who_was_erased_since(
    here: Installation, tmp_path: Path, *, brought: bool
) -> None:
    saved = tmp_path / "backup.tar"
    here.runs("backup", str(saved))
    here.runs("person", "erase", number_of(here, "customer-0"), "--yes")
    listed = here.beside("erased").rename(tmp_path / "the list")
    here.runs("restore", str(saved), "--force")
    assert ("customer-0",) in here.rows("identities", "external_id"), "it is as it was before"
    if not brought:
        listed.rename(here.beside("erased"))

    done = here.runs("restored", *(["--erased", str(listed)] if brought else []))

    assert done.exit_code == 0, done.output
    assert "erased again: 1" in done.output
    assert here.rows("identities", "external_id") == [("customer-1",)]
    assert here.beside("erased").exists()
    here.config.unlink()
    assert holds(here.disks(), "customer-0", "a secret file", "answer 0", "👋 0") == []


def test_without_a_list_nobody_is_erased_by_a_database_that_was_put_back(
    here: Installation, tmp_path: Path
) -> None:
    done = here.runs("restored")
    assert done.exit_code == 0, done.output
    assert "erased" not in done.output
    assert len(here.rows("identities")) == 2
    (wrong := tmp_path / "wrong").write_text('{"type": "nonsense"}', encoding="utf-8")
    done = here.runs("restored", "--erased", str(wrong))
    assert done.exit_code == 1
    assert "no list of who was erased" in done.output


def test_the_list_can_be_brought_to_another_machine(here: Installation, tmp_path: Path) -> None:
    saved = tmp_path / "backup.tar"
    here.runs("backup", str(saved))
    here.runs("person", "erase", number_of(here, "customer-0"), "--yes")
    there = Installation(tmp_path / "there")
    there.configure()

    done = there.runs("restore", str(saved), "--erased", str(here.beside("erased")))

    assert done.exit_code == 0, done.output
    assert there.rows("identities", "external_id") == [("customer-1",)]
    assert (there.folder / "desk.erased").exists()


def test_who_wrote_anew_after_the_erasure_is_kept_by_a_restore(
    here: Installation, tmp_path: Path
) -> None:
    here.runs("person", "erase", number_of(here, "customer-0"), "--yes")
    with watching(here.place) as connection:
        connection.execute("INSERT INTO contacts (name, created_at) VALUES ('x', 1)")
        connection.execute(
            "INSERT INTO identities (inbox_id, external_id, contact_id, created_at) "
            "SELECT 'pager', 'customer-0', max(id), 99999999999999 FROM contacts"
        )
    saved = tmp_path / "backup.tar"
    here.runs("backup", str(saved))

    done = here.runs("restore", str(saved), "--force")

    assert done.exit_code == 0, done.output
    assert len(here.rows("identities WHERE external_id = 'customer-0'")) == 1


def test_the_program_that_runs_carries_it_out_and_is_backed_up_meanwhile(
    running_desk: RunningDesk, tmp_path: Path
) -> None:
    connection = sqlite3.connect(running_desk.database)
    connection.executescript(
        """
        INSERT INTO contacts (id, name, created_at) VALUES (77, 'Canary Person', 1);
        INSERT INTO identities (id, inbox_id, external_id, contact_id, created_at)
            VALUES (77, 'site', 'canary-account', 77, 1);
        INSERT INTO conversations
            (id, inbox_id, identity_id, contact_id, thread, state, created_at, last_at)
            VALUES (77, 'site', 77, 77, '', 'closed', 1, 1);
        INSERT INTO messages
            (conversation_id, kind, identity_id, inbox_id, text, format, created_at)
            VALUES (77, 'incoming', 77, 'site', 'canary words', 'plain', 1);
        """
    )
    connection.close()
    config = str(running_desk.folder / "deskbridge.yaml")
    saved = tmp_path / "backup.tar"
    done = running_desk.run("backup", str(saved), "--config", config)
    assert done.returncode == 0, done.stderr
    assert running_desk.run("backup", "--verify", str(saved)).returncode == 0
    assert holds([running_desk.folder / "var"], "canary words")

    done = running_desk.run("person", "erase", "77", "--yes", "--config", config)

    assert done.returncode == 0, done.stderr
    found = holds([running_desk.folder], "Canary Person", "canary-account", "canary words")
    assert found == []
    refused = running_desk.run("restore", str(saved), "--force", "--config", config)
    assert refused.returncode == 1
    assert "already runs" in refused.stderr
    running_desk.stop()
    again = running_desk.run("restore", str(saved), "--force", "--config", config)
    assert again.returncode == 0, again.stderr
    assert "erased again: 1" in again.stdout
    assert holds([running_desk.folder], "Canary Person", "canary-account", "canary words") == []
