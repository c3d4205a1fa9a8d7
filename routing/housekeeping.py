"""Rows and files that have outlived their use, removed from time to time."""

import asyncio
import logging

from bridge.channel import StorageUnavailableError
from bridge.media import MediaStore
from bridge.store import log
from bridge.store.transactions import Store, Tx
from routing import parked

_log = logging.getLogger(__name__)

_HOUR = 3600.0
_DAY_MS = 24 * 3_600_000
# A console that was away for longer loads afresh.
EVENTS_KEPT = 7 * _DAY_MS
# An upload that no message has claimed by then was given up.
UPLOADS_KEPT = _DAY_MS


class Housekeeping:
    """Looks once an hour."""

    def __init__(self, store: Store, media: MediaStore) -> None:
        """Keep this database and its media in order."""
        self._store = store
        self._media = media

    async def run(self) -> None:
        """Tidy up until cancelled."""
        while True:
            try:
                await self._store.write(prune)
                await self._media.sweep(older_than=UPLOADS_KEPT)
            except StorageUnavailableError:
                _log.error("tidying up waits for the database")
            await asyncio.sleep(_HOUR)


def prune(tx: Tx) -> None:
    """Forget old events, but never the last one: it says where the log stands."""
    tx.run(log.PRUNE_EVENTS, before=tx.now - EVENTS_KEPT, keep=tx.the(log.LAST_EVENT))
    parked.expire(tx)
