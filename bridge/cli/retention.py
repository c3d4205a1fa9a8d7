"""`deskbridge explain retention`: what goes by itself, and when."""

import asyncio
from typing import TYPE_CHECKING

from bridge.cli.config import DEFAULT_PATH, ConfigPath, load_or_exit
from bridge.cli.database import opened, table
from bridge.settings import Settings

if TYPE_CHECKING:
    from routing.retention import Outlook

_DAY = 24 * 3_600_000
_WITHIN = 30 * _DAY
_HEAD = ("inbox", "closed conversations are kept", "over now", "within 30 days")


def explain(config: ConfigPath = DEFAULT_PATH) -> None:
    """Say how long closed conversations are kept. It counts what would go, and changes nothing."""
    settings = load_or_exit(config)
    found = asyncio.run(_outlook(settings))
    rows = [(one.inbox_id, _kept(one.kept), f"{one.now:,}", f"{one.soon:,}") for one in found]
    print("\n".join(table([_HEAD, *rows])))


async def _outlook(settings: Settings) -> "list[Outlook]":
    from routing.configured import retained  # noqa: PLC0415
    from routing.retention import outlook  # noqa: PLC0415

    async with opened(settings) as store:
        return await store.read(outlook, retained(settings), _WITHIN)


def _kept(kept: int | None) -> str:
    return "for ever" if kept is None else f"{kept / _DAY:g} days"
