"""The inboxes that agents look at on one surface, kept as the database is.

Nothing is remembered of what has happened: whoever looks is shown their inbox again where it
is not what they see. So much that happens at once costs one look, and time itself is looked at
every minute.
"""

import asyncio
import logging
from collections.abc import Sequence

from agent_console.surface import HasHome
from bridge.channel import SendError, StorageUnavailableError
from bridge.models import Event
from bridge.waking import woken

_log = logging.getLogger(__name__)

# What happens within so many seconds is shown together.
TOGETHER = 3.0
# Seconds between two looks at what time alone has changed.
EVERY = 60.0


class Homes:
    """Keeps the inboxes of one surface."""

    def __init__(self, surface: HasHome, surface_id: str) -> None:
        """Show nothing yet."""
        self._surface = surface
        self._id = surface_id
        self._awake = asyncio.Event()

    def committed(self, events: Sequence[Event]) -> None:
        """Look again, soon: whatever has happened may be in somebody's lists."""
        if events:
            self._awake.set()

    async def run(self) -> None:
        """Show what has changed until cancelled."""
        while True:
            await woken(self._awake, within=EVERY)
            await asyncio.sleep(TOGETHER)
            self._awake.clear()
            await self._round()

    async def _round(self) -> None:
        """Show it to one after another; what the platform refuses to one it does to the next."""
        try:
            for account in await self._surface.at_home():
                await self._surface.refresh(account)
        except (SendError, StorageUnavailableError) as error:
            _log.warning("inboxes on %s are not drawn: %s", self._id, error)
        except Exception:  # noqa: BLE001  # A bug of an adapter's must not end the loop.
            _log.exception("%s fell over", self._id)
