"""Several processes of the program on one database of a server, in the roles a test gives them."""

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import postgres
from tests.desk import RunningDesk


@dataclass(slots=True)
class Fleet:
    """The processes, in the order they were started; files and secrets are common to all."""

    folder: Path
    database: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    desks: list[RunningDesk] = field(default_factory=list)

    def start(self, *roles: str) -> list[RunningDesk]:
        """Start one more in each role, and wait until all say that they do their work."""
        made = [self._made(role) for role in roles]
        with ThreadPoolExecutor(len(made)) as pool:
            list(pool.map(RunningDesk.start, made))
        return made

    def _made(self, role: str) -> RunningDesk:
        folder = self.folder / f"{role}-{len(self.desks)}"
        folder.mkdir()
        changes = {
            "storage.database": self.database,
            "storage.media.dir": str(self.folder / "shared" / "media"),
            **self.changes,
        }
        desk = RunningDesk(folder, changes, self.environ, ("run", "--role", role))
        self.desks.append(desk)
        return desk

    def ask(self, statement: str) -> list[Any]:
        """Return the rows of a statement, asked beside the program."""
        name = self.database.partition("@/")[2].partition("?")[0]
        return postgres.cluster().execute(statement, name)

    def owners(self) -> dict[str, int]:
        """Return who does what now, by the rows of the leases."""
        rows = self.ask("SELECT name, owner FROM leases WHERE owner IS NOT NULL")
        return {str(name): int(owner) for name, owner in rows}

    def processes(self) -> Sequence[int]:
        """Return the numbers of the processes that are known to live."""
        return [int(one) for (one,) in self.ask("SELECT id FROM processes ORDER BY begun_at")]

    def close(self) -> None:
        """End all that still run."""
        for desk in self.desks:
            if desk._process is not None:
                os.kill(desk.pid, signal.SIGCONT)
            desk.close()


@contextmanager
def fleet(folder: Path, **more: Any) -> Iterator[Fleet]:
    """Have a database of a server for several processes, until the context ends."""
    server = postgres.fresh()
    one = Fleet(folder, server.url, **more)
    try:
        yield one
    finally:
        one.close()
        postgres.drop(server)
