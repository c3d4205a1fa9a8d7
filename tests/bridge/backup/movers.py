"""Desks that are about to move, with rows in every table."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bridge import db
from bridge.cli import app
from bridge.db import Place, Server
from tests import postgres
from tests.bridge.backup.full import fill, write_acts
from tests.databases import fresh_database

# What a move changes on purpose: it is another life of the database.
ANEW = ("epoch", "lives")


@dataclass
class Desk:
    """A configuration whose database an address from outside names, and where it is to go."""

    folder: Path
    source: Place
    target: Place

    def __post_init__(self) -> None:
        storage = {"database": "${FROM}", "media": {"dir": str(self.folder / "media")}}
        # JSON is YAML.
        whole = {"version": 1, "storage": storage, "agents": {"anna": {"name": "Анна"}}}
        self.config.write_text(json.dumps(whole), encoding="utf-8")

    @property
    def config(self) -> Path:
        return self.folder / "deskbridge.yaml"

    @property
    def environ(self) -> dict[str, str]:
        return {"FROM": url(self.source), "TO": url(self.target)}

    def moves(self, to: str = "${TO}") -> Result:
        asked = ["db", "move", "--to", to, "--config", str(self.config)]
        return CliRunner().invoke(app, asked, env=self.environ)

    @contextmanager
    def moving(self) -> Iterator["subprocess.Popen[str]"]:
        """Have it moved by a process of its own."""
        asked = ["db", "move", "--to", "${TO}", "--config", str(self.config)]
        with subprocess.Popen(
            [sys.executable, "-m", "bridge", *asked],
            env={**os.environ, **self.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            yield process


def url(place: Place) -> str:
    return f"sqlite:///{place}" if isinstance(place, Path) else place.url


@pytest.fixture
def bare() -> Iterator[Server]:
    server = postgres.bare()
    yield server
    postgres.drop(server)


@pytest.fixture
def lent() -> Iterator[Server]:
    server = postgres.lent()
    yield server
    postgres.given_back(server)


BOTH = ("file to server", "server to file")
ALL = (*BOTH, "server to server", "file to file")


@pytest.fixture(params=BOTH)
def desk(request: pytest.FixtureRequest, tmp_path: Path, bare: Server, lent: Server) -> Desk:
    """Return one that moves, with rows in every table."""
    whence, _, whither = request.param.partition(" to ")
    here = fresh_database(tmp_path, "desk.db") if whence == "file" else lent
    there = tmp_path / "new" / "desk.db" if whither == "file" else bare
    fill(here)
    asyncio.run(write_acts(here))
    return Desk(tmp_path, here, there)


@pytest.fixture
def outward(tmp_path: Path, bare: Server) -> Desk:
    """Return one that moves from a file to a server, with rows in every table."""
    here = fresh_database(tmp_path, "desk.db")
    fill(here)
    asyncio.run(write_acts(here))
    return Desk(tmp_path, here, bare)


def settled(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Return it without what begins anew on purpose."""
    kept = [row for row in found["meta"] if row[0] not in ANEW]
    return {**found, "meta": kept}


def is_untouched(place: Place) -> bool:
    """Say whether nothing was ever put there."""
    return not place.exists() if isinstance(place, Path) else db.standing(place) == "none"
