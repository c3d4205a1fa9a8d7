"""What is kept of surfaces no longer than it is needed."""

import asyncio
import logging
from collections.abc import Iterable

import msgspec

from bridge.channel import StorageUnavailableError
from bridge.store import heard as h
from bridge.store import surfaces as s
from bridge.store.transactions import Store, Tx

_log = logging.getLogger(__name__)

# For so long (ms) a platform may bring again what was dealt with.
HEARD_FOR = 14 * 24 * 3_600_000
# For so long (ms) a reaction is known: longer than any surface looks back.
SIGNS_FOR = 31 * 24 * 3_600_000
# Seconds between two times.
_EVERY = 6 * 3600.0


def tidy(tx: Tx, configured: Iterable[str]) -> None:
    """Forget what was dealt with long ago, and what was purged of surfaces that are gone."""
    tx.run(h.FORGET_HEARD, before=tx.now - HEARD_FOR)
    tx.run(h.FORGET_SIGNS, before=tx.now - SIGNS_FOR)
    ids = msgspec.json.encode(list(configured)).decode()
    for row in tx.all(s.LEFT_BEHIND, configured=ids):
        tx.run(s.DROP_THREAD, of=row)


async def keep_tidy(store: Store, configured: Iterable[str]) -> None:
    """Tidy now and every few hours, until cancelled."""
    while True:
        try:
            await store.write(tidy, list(configured))
        except StorageUnavailableError:
            _log.error("tidying up after the surfaces waits for the database")
        await asyncio.sleep(_EVERY)
