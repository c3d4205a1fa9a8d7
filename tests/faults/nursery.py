"""Lives of the program by the dozen: it is imported once, and forked for each life.

`python -m tests.faults.nursery` reads an order a line (JSON) and answers each with the process
that carries it out. A life runs a command of `deskbridge` between the walls of `places.py`;
it is a process like any other, and ends by a signal like any other.
"""

import atexit
import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.desk import ROOT
from tests.faults.fate import Fate

PATIENCE = 60.0
# prctl(2): which signal a process gets as its parent ends.
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Life:
    """One process, and what it has said and passed."""

    pid: int
    log: Path
    passed: Path
    _handle: int

    @property
    def output(self) -> str:
        """Return what it has printed and logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def places(self) -> list[str]:
        """Return the places it has passed, each once, in their order."""
        return [one for one in self._lines() if not one.startswith("!")]

    @property
    def died_at(self) -> str | None:
        """Return the place at which it has killed itself."""
        return next((one[1:] for one in self._lines() if one.startswith("!")), None)

    def _lines(self) -> list[str]:
        return self.passed.read_text(encoding="utf-8").splitlines()

    @property
    def is_over(self) -> bool:
        """Say whether the process is there no more."""
        return bool(select.select([self._handle], [], [], 0)[0])

    def wait(self, seconds: float) -> bool:
        """Wait until it is over; say whether it is in time."""
        return bool(select.select([self._handle], [], [], seconds)[0])

    def send(self, what: signal.Signals) -> None:
        """Send it a signal, unless it is over."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, what)

    def kill(self) -> None:
        """End it by `kill -9`."""
        self.send(signal.SIGKILL)
        assert self.wait(PATIENCE)

    def forget(self) -> None:
        """End it if it lives, and let go of it."""
        self.kill()
        os.close(self._handle)


class Nursery:
    """Where lives begin."""

    def __init__(self) -> None:
        """Import the program."""
        self._number = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._asked = self._process.stdin
        self._answers = self._process.stdout

    def begin(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        environ: Mapping[str, str],
        fate: Fate,
    ) -> Life:
        """Begin a life in a folder that ends itself where its fate says."""
        assert self._asked is not None
        assert self._answers is not None
        self._number += 1
        log = folder / f"life-{self._number}.txt"
        passed = folder / f"life-{self._number}.places"
        for one in (log, passed):
            one.touch()
        order: dict[str, Any] = {
            "command": list(command),
            "environ": dict(environ),
            "folder": str(folder),
            "log": str(log),
            "passed": str(passed),
            "fate": str(fate.path),
        }
        self._asked.write(json.dumps(order) + "\n")
        self._asked.flush()
        pid = int(self._answers.readline())
        return Life(pid, log, passed, os.pidfd_open(pid))

    def end(self) -> None:
        """Have no more lives begin."""
        assert self._asked is not None
        assert self._answers is not None
        self._asked.close()
        self._answers.close()
        self._process.wait(PATIENCE)


@cache
def nursery() -> Nursery:
    """Return the one of this process, which ends with it."""
    made = Nursery()
    atexit.register(made.end)
    return made


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Wait until something holds; say whether it does in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


# --- in the process of its own ---


def main() -> None:
    """Carry out orders until there are no more."""
    import agent_console.slack.surface  # noqa: PLC0415
    import agent_console.telegram_forum.surface  # noqa: F401, PLC0415
    from bridge.cli import app  # noqa: F401, PLC0415
    from channels import registry  # noqa: PLC0415
    from tests.faults import places  # noqa: F401, PLC0415

    for one in registry.CHANNELS.values():
        registry.load_class(one)
    # A grace to come: pidfds are how an end is seen, and nobody is to be left behind.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(order)
        print(pid, flush=True)  # noqa: T201  # It is the answer.


def _live(order: Mapping[str, Any]) -> None:
    """Be the program; never returns."""
    code = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        # Nobody is left behind where the tests themselves are killed.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.chdir(order["folder"])
        log = os.open(order["log"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for here, there in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(here, there)
        os.environ.update(order["environ"])
        from bridge.cli import app  # noqa: PLC0415
        from tests.faults.places import Wall  # noqa: PLC0415

        told = os.open(order["passed"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        Wall(told, Fate(Path(order["fate"]))).stand()
        _hasten()
        try:
            app(order["command"])
            code = 0
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
        sys.stdout.flush()
    finally:
        os._exit(code)


def _hasten() -> None:
    """Have the program believe that staff's platforms take as much in a second as in a minute.

    The models are told so too; no run is to last as long as their turns.
    """
    from agent_console.slack import budgets  # noqa: PLC0415
    from agent_console.telegram_forum import turns  # noqa: PLC0415
    from bridge.pace import Budget  # noqa: PLC0415

    turns.GROUP = Budget(turns.GROUP.calls, 1.0)
    turns.YIELDS = {urgency: pause / 60 for urgency, pause in turns.YIELDS.items()}
    budgets.POSTS_OF_A_CHANNEL, budgets.POSTS = Budget(20, 1.0), Budget(80, 1.0)
    budgets.MINUTE = 1.0
    budgets.YIELDS = {urgency: pause / 60 for urgency, pause in budgets.YIELDS.items()}


if __name__ == "__main__":
    main()
