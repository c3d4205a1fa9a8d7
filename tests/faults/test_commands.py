"""Commands of an administrator's, killed at the places they have: all of it, or nothing.

An erasure is killed at a few of its places; `FAULT_PLACES=all`, as in `make faults`, at every one.
"""

import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bridge.db import Place, Server
from tests import postgres
from tests.databases import DATABASES, asked, url_of
from tests.faults.fate import Fate
from tests.faults.nursery import Life, nursery, until
from tests.ports import free_port
from tests.quiet import quiet

CANARY = "Канарейка-3f9a"
BACKING_UP = [
    f"{when} {what}"
    for what in ("the copy for a backup", "the body of a backup", "the name of a backup")
    for when in ("before", "after")
]
ERASING = [
    "before the list of the erased",
    "after the list of the erased",
    *(
        f"{when} {what}"
        for what in ("Eraser.erase.begin", "purge_some", "is_gone", "_emptied")
        for when in ("before", "inside", "after")
    ),
    "before the last byte of an erasure",
    "after the last byte of an erasure",
    "before _done",
    "inside _done",
    "after _done",
]
# Up to here nobody was told that it had begun.
BEGINNING = ERASING[:4]
# Of one that has begun, where a program carries it out that somebody else has told to.
CARRYING_OUT = ERASING[5:]
ALL = os.environ.get("FAULT_PLACES") == "all"
MIGRATING = ["before a migration", "inside a migration", "after a migration"]


class Installation:
    """A program with the widget alone, on a folder of its own."""

    def __init__(self, folder: Path, place: Place) -> None:
        """Write its configuration; JSON is YAML."""
        self.folder, self.place = folder, place
        self.config = folder / "deskbridge.yaml"
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        settings = {
            "version": 1,
            "server": {"public_url": self.url, "listen": f"127.0.0.1:{port}"},
            "storage": {
                "database": "${DATABASE_URL}",
                "media": {"dir": str(folder / "media")},
            },
            "channels": {"site": {"type": "widget", "key": "site_of_a_test"}},
            "agents": {"olga": {"name": "Ольга", "role": "owner"}},
            # An erasure waits for what is on the wire as the program is killed.
            "system_messages": quiet(),
        }
        self.config.write_text(json.dumps(settings))
        self._fate = Fate(folder / "fate")
        self._lives: list[Life] = []

    def begins(self, *command: str, at: str | None = None) -> Life:
        """Begin a command, which ends itself at a place."""
        whole = [*command, "--config", str(self.config)]
        self._fate.tell(at)
        environ = {"DATABASE_URL": url_of(self.place)}
        life = nursery().begin(whole, self.folder, environ=environ, fate=self._fate)
        self._lives.append(life)
        return life

    def does(self, *command: str, at: str | None = None) -> Life:
        """Carry out a command to its end."""
        life = self.begins(*command, at=at)
        assert life.wait(120), life.output
        return life

    def runs(self) -> Life:
        """Run the program until it answers."""
        life = self.begins("run")
        assert until(lambda: "the console" in life.output or life.is_over), life.output
        assert not life.is_over, life.output
        return life

    def hears(self, text: str) -> None:
        """Have a visitor write."""
        api = f"{self.url}/widget/site_of_a_test/api"
        with httpx.Client(trust_env=False, timeout=30) as http:
            session: Any = http.post(f"{api}/session", json={"locale": "uk"}).json()
            message = {
                "client_id": str(uuid4()),
                "thread": str(uuid4()),
                "text": text,
            }
            bearer = {"authorization": f"Bearer {session['token']}"}
            answer = http.post(f"{api}/messages", json=message, headers=bearer)
            assert answer.status_code in (200, 201), answer.text

    def holds(self, text: str) -> list[str]:
        """Return the files in which a text stands, byte for byte.

        The log of a server is not asked (tests/routing/erased/test_log_of_a_server.py).
        """
        files = (one for where in self._folders() for one in where.rglob("*") if one.is_file())
        return [str(one) for one in files if text.encode() in one.read_bytes()]

    def _folders(self) -> Iterator[Path]:
        yield self.folder
        if isinstance(self.place, Server):
            yield postgres.folder_of(self.place)

    def person(self) -> str:
        """Return the number of the one person there is."""
        ((number,),) = self._asked("SELECT id FROM contacts")
        return str(number)

    def has_erased(self, people: int) -> bool:
        """Say whether there were so many erasures, and the last byte of each is gone."""
        return self._asked("SELECT count(*), count(done_at) FROM erasures") == [(people, people)]

    def _asked(self, statement: str) -> list[Any]:
        return asked(self.place, statement)

    def end(self) -> None:
        """End whatever lives."""
        for one in self._lives:
            one.forget()


@pytest.fixture(params=DATABASES)
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Return where a database is to be; it has no tables yet."""
    if request.param == "sqlite":
        yield tmp_path / "var" / "desk.db"
        return
    server = postgres.bare()
    yield server
    postgres.drop(server)


@pytest.fixture
def installation(tmp_path: Path, place: Place) -> Iterator[Installation]:
    """Return one whose visitor has written once, and which does not run."""
    made = Installation(tmp_path, place)
    try:
        life = made.runs()
        made.hears(CANARY)
        life.kill()
        yield made
    finally:
        made.end()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_backup_that_is_killed_is_whole_or_not_there(installation: Installation) -> None:
    target = installation.folder / "copy.tar"
    # Of a server there is no copy that was made before: it is read as it goes into the archive.
    places = BACKING_UP if isinstance(installation.place, Path) else BACKING_UP[2:]
    for at in places:
        life = installation.does("backup", str(target), "--force", at=at)
        assert life.died_at == at, (life.output, life.places)
        if target.exists():
            proof = installation.does("backup", "--verify", str(target))
            assert "whole" in proof.output, proof.output
    installation.does("backup", str(target), "--force")
    assert "whole" in installation.does("backup", "--verify", str(target)).output
    assert list(installation.folder.rglob(".backup-*/*.partial-*")) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_erasure_that_is_killed_anywhere_goes_on_to_its_last_byte(
    tmp_path: Path, place: Place
) -> None:
    here, missed = Installation(tmp_path, place), []
    try:
        life = here.runs()
        for number, at in enumerate(ERASING if ALL else ERASING[1::5], 1):
            here.hears(canary := f"{CANARY} {number}")
            life.kill()
            assert here.holds(canary), "not found even before"
            person = here.person()
            erasing = here.does("person", "erase", person, "--yes", at=at)
            if erasing.died_at != at:
                missed.append((at, erasing.places, erasing.output))
            if at in BEGINNING:
                here.does("person", "erase", person, "--yes")
            life = here.runs()
            assert until(partial(here.has_erased, number)), (at, life.output)
            assert here.holds(canary) == [], at
    finally:
        here.end()
    assert missed == [], missed


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_erasure_in_which_the_program_is_killed_is_carried_out_by_the_one_that_comes_next(
    tmp_path: Path, place: Place
) -> None:
    here = Installation(tmp_path, place)
    try:
        life = here.runs()
        for number, at in enumerate(CARRYING_OUT if ALL else CARRYING_OUT[2::5], 1):
            here.hears(canary := f"{CANARY} {number}")
            assert here.holds(canary), "not found even before"
            asks = here.begins("person", "erase", here.person(), "--yes", at=at)
            assert life.wait(60), (at, life.places, asks.output)
            assert life.died_at == at, asks.output
            life = here.runs()
            # Whoever has asked for it waits for its end, whichever program that comes from.
            assert asks.wait(60), (at, asks.output)
            assert "Erased: 1 conversations" in asks.output
            assert here.has_erased(number), at
            assert here.holds(canary) == [], at
    finally:
        here.end()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("where", MIGRATING)
def test_a_migration_that_is_killed_leaves_all_tables_or_none(
    tmp_path: Path, place: Place, where: str
) -> None:
    here = Installation(tmp_path, place)
    try:
        assert here.does("migrate", at=where).died_at == where
        life = here.runs()
        here.hears(CANARY)
        life.kill()
    finally:
        here.end()
