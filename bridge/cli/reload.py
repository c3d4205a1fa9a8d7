"""The command that has the running program read its configuration anew."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bridge.cli.config import DEFAULT_PATH, ConfigPath, examine_or_exit
from bridge.cli.database import fail

if TYPE_CHECKING:
    from bridge.reload.answer import Answer

# What is on the wire of an inbox that restarts has some seconds to end.
WITHIN = 60.0
_LOOK = 0.05


def reload(config: ConfigPath = DEFAULT_PATH) -> None:
    """Have the running program read its configuration anew. Only what changed restarts."""
    settings, warnings = examine_or_exit(config)
    for warning in warnings:
        print(warning, file=sys.stderr)
    # Nothing of the program is imported before the file is known to be right.
    from bridge.start import running  # noqa: PLC0415

    database = settings.storage.database_path
    processes = running(database)
    if not processes:
        fail(f"no deskbridge runs on {database}: start it with `deskbridge run`")
    # One after the other: whoever fails leaves those after it as they were.
    said = ""
    for process in processes:
        told = _asked(process, database)
        if told is None:
            fail(f"process {process} has not answered within {WITHIN:.0f} s; its log says more")
        if not told.ok:
            print(told.text, file=sys.stderr)
            raise typer.Exit(1)
        said = said or told.text
    print(f"Reloaded: {said}." if said else "Reloaded.")


def _asked(process: int, database: Path) -> "Answer | None":
    """Ask the process, and wait for its answer."""
    from bridge.reload import answer  # noqa: PLC0415

    before = answer.read(database)
    try:
        os.kill(process, signal.SIGHUP)
    except PermissionError:
        fail(f"process {process} is somebody else's: run this as the user who runs deskbridge")
    except ProcessLookupError:
        fail("it has just ended")
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        told = answer.read(database)
        if told is not None and told != before:
            return told
        time.sleep(_LOOK)
    return None
