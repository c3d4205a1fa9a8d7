"""`deskbridge db move`: everything in the database, over into another one of either kind."""

import contextlib
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.backup import place_of, places_of
from bridge.cli.config import DEFAULT_PATH, ConfigPath, known_kinds, load_or_exit
from bridge.cli.database import fail, place
from bridge.settings import ConfigError, Settings, examine
from bridge.settings.source import Value

if TYPE_CHECKING:
    from bridge.backup import Carried, Places
    from bridge.db import Place

_OVERRIDE = "DESKBRIDGE_STORAGE__DATABASE"


def move(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="ADDRESS",
            help="Where to, as storage.database would say it: '${DATABASE_URL}' takes it from "
            "the environment or .env, as an address with a password must be.",
        ),
    ],
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Carry everything over into an empty database. The program must be stopped."""
    from bridge.backup import BackupError  # noqa: PLC0415
    from bridge.db import DatabaseError  # noqa: PLC0415
    from bridge.start import StartError  # noqa: PLC0415

    here = load_or_exit(config)
    there = _as_it_will_be(config, to)
    try:
        carried = _move(here, there)
    except (BackupError, DatabaseError, StartError) as error:
        fail(str(error))
    print("\n".join([*_proof(carried, place_of(there)), "", *_what_now(here, config, to)]))


def _as_it_will_be(config: Path, to: str) -> Settings:
    """Load the configuration with the other address in it; leave where it is none."""

    def revise(data: dict[str, Value]) -> None:
        storage = data.setdefault("storage", {})
        if isinstance(storage, dict):
            storage["database"] = to

    try:
        return examine(config, kinds=known_kinds(), revise=revise).settings
    except ConfigError as error:
        print(error, file=sys.stderr)
        fail("--to takes what storage.database takes; nothing was done")


def _move(here: Settings, there: Settings) -> "Carried":
    from bridge.backup import BackupError, move  # noqa: PLC0415
    from bridge.delivery import begin_life  # noqa: PLC0415
    from bridge.start import lock  # noqa: PLC0415

    source, target = place_of(here), place_of(there)
    if source == target:
        raise BackupError(f"everything is in {target} already")
    if isinstance(source, Path) and not source.exists():
        raise BackupError(f"there is no database {source}")
    old, new = places_of(here), places_of(there)
    with contextlib.ExitStack() as held:
        for path in sorted({old.database, new.database}):
            held.enter_context(contextlib.closing(lock(path)))
        place(here)
        _take_along(old, new)
        now = round(datetime.now(UTC).timestamp() * 1000)
        return move(source, target, now, begin_life)


def _take_along(old: "Places", new: "Places") -> None:
    """Have what is kept beside the database beside the new one too."""
    for one, other in ((old.secret, new.secret), (old.erased, new.erased)):
        if one == other or not one.exists():
            continue
        if other.exists() and other.read_bytes() != one.read_bytes():
            fail(f"{other} is another one than {one}: is there another desk? Nothing was done")
        other.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one, other)
        other.chmod(0o600)


def _proof(carried: "Carried", target: "Place") -> list[str]:
    return [
        f"{target} has everything: {carried.rows:,} rows of {len(carried.tables)} tables.",
        _SAME,
        f"New rows are numbered on in {carried.numbered} tables: no number is given twice.",
        f"The search was made anew: {carried.messages:,} messages, {carried.people:,} people.",
        _trail(carried),
        *([_REPLACED.format(carried.replaced)] if carried.replaced else []),
    ]


_SAME = (
    "Of each table both sides were asked how many rows it has, and for a checksum of all of "
    "them: they are the same."
)
_REPLACED = (
    "In {:,} texts there is U+FFFD where there was a NUL, which PostgreSQL keeps in no text."
)


def _trail(carried: "Carried") -> str:
    acts = carried.acts
    if acts.faults:
        found = f"{len(acts.faults)} faults: deskbridge audit verify"
        return f"The audit trail was carried over as it was, with {found}"
    return f"The audit trail is whole: {acts.acts:,} acts, its end {acts.end}."


def _what_now(here: Settings, config: Path, to: str) -> list[str]:
    outside = _OVERRIDE in os.environ
    where = f"Set {_OVERRIDE}" if outside else f"Now write in {config}"
    told = [f"  {to}"] if outside else ["  storage:", f"    database: {to}"]
    return [f"{where}:", "", *told, "", _START, _LEFT.format(place_of(here))]


_START = (
    "and start the program. What is sent from then on is new to every network, and every "
    "console and widget loads afresh. The files stay where they are."
)
_LEFT = (
    "{} was left as it was: what is done there from now on is not in the new one. Remove it "
    "once you are content."
)
