"""The real program in a process of its own, on a folder and a port of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.databases import fresh_database
from tests.ports import free_port
from tests.quiet import quiet, unhurried

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "config" / "deskbridge.yaml"
COMMAND = (str(Path(sys.executable).parent / "deskbridge"),)
# A busy machine may need many times the usual second.
START_SECONDS = 120.0
STOP_SECONDS = 15.0
# What a change makes of a key that is to be there no more.
GONE = object()
# What was compiled once is kept, as it is for everybody, even where the tests' own is not.
_AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass(slots=True)
class RunningDesk:
    """One Deskbridge on the shipped configuration, in a folder that dies with the test.

    `links` are the one-time sign-ins it has printed, by agent id. The database and the
    files stay between `kill` or `stop` and `start`, and so does the port. `bare` has it make its
    tables itself, which takes as long as all the rest of its start.
    """

    folder: Path
    changes: Mapping[str, Any] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = ("run",)
    port: int = field(default_factory=free_port)
    url: str = ""
    links: dict[str, str] = field(default_factory=dict)
    starts: int = 0
    bare: bool = False
    _process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Return the process id; fails when it is not running."""
        assert self._process is not None
        return self._process.pid

    @property
    def database(self) -> Path:
        """Return the path of the SQLite file."""
        return self.folder / "var" / "deskbridge.db"

    @property
    def output(self) -> str:
        """Return what the program has printed and logged since its last start."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def _log(self) -> Path:
        return self.folder / f"output-{self.starts}.txt"

    def start(self) -> None:
        """Start it and wait until it answers; fails with its output if it does not."""
        assert self._process is None, "it is running already"
        self._process = self.begun()
        self._wait_until_it_answers()

    def begun(self) -> subprocess.Popen[bytes]:
        """Begin with it, and return the process to whoever looks after it instead of this."""
        self.starts += 1
        config = self._write_config()
        if not (self.bare or "storage.database" in self.changes or self.database.parent.exists()):
            self.database.parent.mkdir()
            fresh_database(self.database.parent, self.database.name)
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [*COMMAND, *self.command, *self._options(config)],
                cwd=self.folder,
                env={**os.environ, **_AS_INSTALLED, **self.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def rewrite(self, changes: Mapping[str, Any]) -> Path:
        """Write the configuration with more changes, while it runs or before the next start."""
        self.changes = {**self.changes, **changes}
        return self._write_config()

    def reload(self) -> subprocess.CompletedProcess[str]:
        """Run `deskbridge reload`."""
        return self.run("reload", "--config", str(self.folder / "deskbridge.yaml"))

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the program, and return what it has printed."""
        return subprocess.run(
            [*COMMAND, *command],
            cwd=self.folder,
            env={**os.environ, **_AS_INSTALLED, **self.environ},
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    def kill(self) -> None:
        """End it as a loss of power would: `kill -9`."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an administrator does, and let it finish."""
        self._end(signal.SIGTERM)

    def close(self) -> None:
        """End it if it runs."""
        if self._process is not None:
            self.kill()

    def _options(self, config: Path) -> list[str]:
        return ["--config", str(config), "--listen", f"127.0.0.1:{self.port}"]

    def _write_config(self) -> Path:
        yaml = YAML()
        config = yaml.load(SHIPPED.read_text(encoding="utf-8"))
        # The port is the test's own, and /demo comes from our own origin anyway.
        config["channels"]["site"].pop("origins", None)
        # Tests find the widget by its inbox's name, in whatever language.
        config["channels"]["site"].pop("title", None)
        # Tests are about what customers and agents say; those about this ask for it.
        for occasion, said in quiet().items():
            config["system_messages"].setdefault(occasion, {}).update(said)
        config["flood"] = unhurried()
        for path, value in self.changes.items():
            *parents, last = path.split(".")
            place = config
            for name in parents:
                place = place.setdefault(name, {})
            if value is GONE:
                place.pop(last, None)
            else:
                place[last] = value
        target = self.folder / "deskbridge.yaml"
        with target.open("w", encoding="utf-8") as file:
            yaml.dump(config, file)
        return target

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        end = time.monotonic() + START_SECONDS
        while not (found := re.search(self._says, self.output)):
            if self._process.poll() is not None or time.monotonic() > end:
                self.close()
                pytest.fail(f"the program did not start:\n{self.output}", pytrace=False)
            time.sleep(0.02)
        self.url = found[1] or ""
        links = re.findall(r"sign in once\s+(\S+)\s+\((\w+)\)", self.output)
        self.links = {agent: link for link, agent in links}

    @property
    def _says(self) -> str:
        """Return what it says once it answers, or works without answering anybody."""
        if "worker" in self.command:
            return r"Deskbridge \S+ works()"
        return r"the console\s+(https?://\S+:\d+)/console\b"

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None, "it is not running"
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
            pytest.fail(f"the program did not stop:\n{self.output}", pytrace=False)
        finally:
            self._process = None


StartDesk = Callable[..., RunningDesk]


@pytest.fixture
def start_desk(tmp_path: Path) -> Iterator[StartDesk]:
    """Start as many as a test needs: `start_desk({"routing.max_wait": "30s"})`."""
    started: list[RunningDesk] = []

    def start(
        changes: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
    ) -> RunningDesk:
        folder = tmp_path / f"desk-{len(started)}"
        folder.mkdir()
        desk = RunningDesk(folder, changes or {}, environ or {})
        started.append(desk)
        desk.start()
        return desk

    yield start
    for desk in started:
        desk.close()
        shutil.rmtree(desk.folder, ignore_errors=True)


@pytest.fixture
def running_desk(start_desk: StartDesk) -> RunningDesk:
    """Return the program, running on the shipped configuration."""
    return start_desk()
