"""How the program answers `deskbridge reload`, which has only a signal to ask with.

The answer is a file beside the database, which whoever may ask may read.
"""

import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from bridge.settings import Problem

# The file is wrong, the database is away, or we are.
Trouble = Literal["configuration", "storage", "internal"]


class Answer(msgspec.Struct, frozen=True):
    """What became of a reload; `id` is another each time.

    `text` says it to a person. `changed` and `restart` are what `Difference` has, and
    `problems` what `deskbridge check` finds.
    """

    ok: bool
    text: str
    changed: Sequence[str] = ()
    restart: Sequence[str] = ()
    trouble: Trouble | None = None
    problems: Sequence[Problem] = ()
    id: str = msgspec.field(default_factory=lambda: secrets.token_hex(8))


def place(database: Path) -> Path:
    """Return where the answer stands."""
    return database.with_suffix(".reload")


def write(database: Path, answer: Answer) -> None:
    """Put the answer there, whole or not at all; raises `OSError`."""
    descriptor, name = tempfile.mkstemp(dir=database.parent, prefix=".reload-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(answer))
        Path(name).replace(place(database))
    finally:
        Path(name).unlink(missing_ok=True)


def read(database: Path) -> Answer | None:
    """Return the last answer, if there is any."""
    try:
        return msgspec.json.decode(place(database).read_bytes(), type=Answer)
    except (OSError, msgspec.DecodeError):
        return None
