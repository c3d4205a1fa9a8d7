"""The database, as a command opens it beside the program, and how a command gives up."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from bridge.settings import Settings

if TYPE_CHECKING:
    from bridge.db import Place
    from bridge.store.transactions import Store


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator["Store"]:
    """Open the database, beside the program if it runs."""
    # What writes to the database is imported only by the commands that do.
    from bridge.db import clock_of  # noqa: PLC0415
    from bridge.store.transactions import Store  # noqa: PLC0415

    at = place(settings)
    store = Store(at, clock=clock_of(at))
    try:
        yield store
    finally:
        await store.close()


def fail(why: str) -> NoReturn:
    """Say why nothing was done, and leave."""
    print(f"deskbridge: {why}", file=sys.stderr)
    raise typer.Exit(1)


def table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows of equally many cells as lines, each column as wide as it must be."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def place(settings: Settings) -> "Place":
    """Return where the database is, and bring it up to date; leave where it cannot be had."""
    from bridge import db  # noqa: PLC0415
    from bridge.backup import BackupError, migrated  # noqa: PLC0415

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    try:
        return migrated(settings.storage, say)
    except (db.DatabaseError, BackupError) as error:
        fail(str(error))
