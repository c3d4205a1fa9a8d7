"""Whoever was erased is erased again in a database that was put back from a copy."""

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.database import fail, opened
from bridge.settings import Settings

if TYPE_CHECKING:
    from bridge.backup import Places
    from bridge.store.transactions import Store
    from routing.erased import Line


def lines_of(paths: Iterable[Path]) -> "list[Line]":
    """Return what these lists have, each line once; leave where one is no list."""
    from routing import erased  # noqa: PLC0415

    try:
        return list(dict.fromkeys(line for path in paths for line in erased.read(path)))
    except (OSError, ValueError) as error:
        fail(str(error))


def listed_at(places: "Places", brought: Path | None) -> "list[Line]":
    """Return who was erased by the list beside the database and one that is brought.

    What was brought is in the list beside it from then on.
    """
    from routing import erased  # noqa: PLC0415

    here = lines_of([places.erased] if places.erased.exists() else [])
    lines = list(dict.fromkeys([*here, *lines_of([brought] if brought else [])]))
    if len(lines) > len(here):
        erased.append(places.erased, lines[len(here) :])
    return lines


async def erase_again(store: "Store", places: "Places", lines: "Sequence[Line]") -> tuple[int, int]:
    """Return how many people were erased again, and how many wait for what is on the wire.

    Raises `StorageUnavailableError`.
    """
    from routing.eraser import Eraser  # noqa: PLC0415

    if not lines:
        return 0, 0
    eraser = Eraser.at(store, places)
    people = await eraser.erase_again(lines)
    return people, await eraser.finish() if people else 0


async def begin_anew(settings: Settings, brought: Path | None = None) -> tuple[int, int]:
    """Begin a new life of the database, which was put back from a copy.

    Returns what `erase_again` does. Raises `StartError` while the program runs, and
    `StorageUnavailableError`; leaves where there is no database to be had.
    """
    from bridge.backup import Places  # noqa: PLC0415
    from bridge.delivery import begin_life  # noqa: PLC0415
    from bridge.start import lock  # noqa: PLC0415

    storage = settings.storage
    places = Places.of(storage.database_path, storage.media.dir)
    with contextlib.closing(lock(places.database)):
        lines = listed_at(places, brought)
        async with opened(settings) as store:
            await store.write(begin_life)
            return await erase_again(store, places, lines)
