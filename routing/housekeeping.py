"""Rows and files that have outlived their use, removed from time to time."""

import asyncio
import logging
from datetime import timedelta

from bridge.channel import StorageUnavailableError
from bridge.clock import ms
from bridge.media import MediaStore
from bridge.store import audit, dead, log, quarantine
from bridge.store.transactions import Store, Tx
from routing import addresses, parked, start_tokens, webhooks
from routing.webhooks.subscriptions import told_up_to

_log = logging.getLogger(__name__)

# Between two looks, and after one that the database has broken off, in seconds.
_HOUR = 3600.0
_AGAIN = 60.0
_DAY_MS = 24 * 3_600_000
# A console that was away for longer loads afresh.
EVENTS_KEPT = 7 * _DAY_MS
# More in one transaction would keep those who write waiting.
PRUNED_AT_ONCE = 2000
# An upload that no message has claimed by then was given up.
UPLOADS_KEPT = _DAY_MS


class Housekeeping:
    """Looks once an hour."""

    def __init__(
        self,
        store: Store,
        media: MediaStore,
        *,
        audit_kept: timedelta | None = None,
        addresses_kept: timedelta | None = None,
    ) -> None:
        """Keep this database and its media in order.

        Without an age the audit trail stays, and so do visitors' addresses.
        """
        self._store = store
        self._media = media
        self._audit_kept = audit_kept
        self._addresses_kept = addresses_kept

    async def run(self) -> None:
        """Tidy up until cancelled."""
        while True:
            try:
                await self._tidy_up()
            except StorageUnavailableError:
                _log.error("tidying up waits for the database")
                await asyncio.sleep(_AGAIN)
            else:
                await asyncio.sleep(_HOUR)

    async def _tidy_up(self) -> None:
        while await self._store.write(prune):
            continue
        while await self._store.write(webhooks.forget):
            continue
        await self._store.write(parked.expire)
        await self._store.write(start_tokens.forget)
        await self._store.write(forget_dead)
        if self._audit_kept is not None:
            await self._store.write(forget_acts, self._audit_kept)
        if self._addresses_kept is not None:
            await addresses.forget(self._store, ms(self._addresses_kept))
        await self._media.sweep(older_than=UPLOADS_KEPT)


def forget_acts(tx: Tx, kept: timedelta) -> int:
    """Forget what the audit trail has kept for longer; return how many acts.

    Where the trail begins from then on is kept, so that nobody else can forget more of it.
    """
    last = tx.one(audit.LAST_OLD, before=tx.now - ms(kept))
    if last is None:
        return 0
    tx.run(log.PUT_META, key=audit.ROOT, value=f"{last.id} {last.hash}")
    return tx.run(audit.FORGET, up_to=last.id)


def forget_dead(tx: Tx) -> None:
    """Forget what was set aside long ago, and what went over the wire then."""
    quarantine.forget(tx)
    before = tx.now - dead.TRACES_KEPT
    tx.run(dead.FORGET_TRACES, before=before)
    tx.run(dead.FORGET_POST_TRACES, before=before)


def prune(tx: Tx) -> int:
    """Forget some of the oldest events that are too old; return how many.

    Always from the start of the log on: a cursor in a hole would miss what was there, and
    the clock may have been set back. Never the last one: it says where the log stands. Nor
    what webhooks have not been told of yet.
    """
    last, told = tx.the(log.LAST_EVENT), told_up_to(tx)
    keep = 0
    for event in tx.all(log.OLDEST_EVENTS, limit=PRUNED_AT_ONCE):
        if event.at >= tx.now - EVENTS_KEPT or event.id == last:
            break
        if told is not None and event.id > told:
            break
        keep = event.id + 1
    return tx.run(log.PRUNE_EVENTS, keep=keep)
