"""An installation: a configuration, a database with people in it, and files."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bridge.cli import app
from bridge.clock import Clock
from bridge.db import Place, Server
from bridge.media import MediaStore
from bridge.media.rows import attach
from bridge.store.transactions import Store
from tests import postgres
from tests.bridge.media.conftest import chunks
from tests.clock import ManualClock
from tests.databases import clock, database, fresh_database, opened, store, watching
from tests.routing.world import living

__all__ = ["clock", "database", "store"]

CONFIG = """\
version: 1
server: {{listen: '127.0.0.1:0'}}
storage: {{database: '{url}', media: {{dir: '{folder}/media'}}{more}}}
channels: {{site: {{type: widget, key: main}}}}
agents: {{anna: {{name: Anna, role: owner}}}}
"""


@dataclass
class Installation:
    """A folder with all there is to back up, and perhaps a database on a server."""

    folder: Path
    server: Server | None = None

    @property
    def database(self) -> Path:
        return self.folder / "desk.db"

    @property
    def place(self) -> Place:
        return self.server or self.database

    @property
    def url(self) -> str:
        return self.server.url if self.server else f"sqlite:///{self.database}"

    def beside(self, end: str) -> Path:
        """Return what is kept beside the database, of a server beside the files."""
        return self.folder / f"{'deskbridge' if self.server else 'desk'}.{end}"

    def disks(self) -> list[Path]:
        """Return the folders that may have bytes of it; without a server's log."""
        if self.server is None:
            return [self.folder]
        with watching(self.server) as server:
            server.execute("CHECKPOINT")
            asked = "SELECT oid FROM pg_database WHERE datname = current_database()"
            (oid,) = server.execute(asked).fetchone()
        return [self.folder, postgres.cluster().data / "base" / str(oid)]

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def config(self) -> Path:
        return self.folder / "deskbridge.yaml"

    def configure(self, more: str = "") -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        told = CONFIG.format(folder=self.folder, url=self.url, more=more)
        self.config.write_text(told, encoding="utf-8")

    def runs(self, *arguments: str, given: bytes | None = None) -> Result:
        """Run a command of this installation's."""
        asked = [*arguments, "--config", str(self.config)]
        return CliRunner().invoke(app, asked, input=given)

    def rows(self, table: str, columns: str = "*") -> list[tuple[object, ...]]:
        """Return all rows of a table."""
        with watching(self.place) as connection:
            asked = f"SELECT {columns} FROM {table}"  # noqa: S608
            found: list[tuple[object, ...]] = connection.execute(asked).fetchall()
            return found

    def files(self) -> dict[str, bytes]:
        """Return every attachment's file by the hash of its content."""
        found = self.media.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")
        return {path.name: path.read_bytes() for path in found}

    def left_over(self) -> list[str]:
        """Return what lies in the folders under a name that is no final one."""
        return [str(path) for path in self.folder.rglob(".*")]


def has_people(where: Installation, contents: Sequence[bytes]) -> None:
    """Fill a database: customers write, an agent answers, each with a file."""

    async def fill() -> None:
        now = ManualClock()
        async with living(where.place, now) as world:
            media = MediaStore(world.store, where.media, clock=now, secret=b"x" * 32)
            for number, content in enumerate(contents):
                here = await world.begun(f"customer-{number}", text=f"Добрий день 👋 {number}")
                await world.takes("anna", here)
                owner = "agent:anna"
                view = await media.receive(
                    chunks(content), name="a.txt", owner=owner, limit=1 << 30
                )
                said = await world.replies("anna", here, f"answer {number}")
                await world.store.write(attach, [view.id], [owner], said)

    asyncio.run(fill())


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """Return an installation with three conversations and three files."""
    one = Installation(tmp_path / "here")
    one.configure()
    fresh_database(one.folder, "desk.db")
    (one.folder / "desk.secret").write_text("s" * 64, encoding="utf-8")
    has_people(one, [b"first " * 1000, b"second", "третій".encode() * 5000])
    return one


@pytest.fixture
def there(tmp_path: Path) -> Installation:
    """Return a place for another installation: nothing but its configuration."""
    one = Installation(tmp_path / "there")
    one.configure()
    return one


async def meanwhile(path: Path, work: Callable[[Store], object]) -> None:
    """Have somebody else work on a database."""
    async with opened(path, clock=Clock()) as one:
        work(one)
