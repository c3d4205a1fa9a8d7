"""Waiting for somebody to write for the first time."""

import asyncio
from collections import defaultdict

from bridge.events import EventHub
from bridge.models import Identity
from bridge.store import people as p
from bridge.store.transactions import Store, Tx


class Arrivals:
    """Wakes those who wait for a customer of one inbox to become known.

    A widget is open on many pages whose visitors never write. Each waits here for nothing
    but its own first message, whatever happens to others.
    """

    def __init__(self, store: Store, hub: EventHub, inbox_id: str) -> None:
        """Watch one inbox."""
        self._store = store
        self._hub = hub
        self._inbox_id = inbox_id
        self._waiting: dict[str, set[asyncio.Future[Identity]]] = defaultdict(set)

    async def wait(self, customer: str) -> Identity:
        """Return the customer's identity as soon as there is one."""
        arrival: asyncio.Future[Identity] = asyncio.get_running_loop().create_future()
        # Registered before looking, so that one who comes in between is not missed.
        self._waiting[customer].add(arrival)
        try:
            return await self._store.read(self._find, customer) or await arrival
        finally:
            self._waiting[customer].discard(arrival)
            if not self._waiting[customer]:
                del self._waiting[customer]

    async def run(self) -> None:
        """Watch the event log until cancelled."""
        follower = self._hub.follow(self._hub.cursor())
        # Whoever came while nobody was watching, before a restart of this.
        for identity in await self._store.read(self._find_all, list(self._waiting)):
            self._arrived(identity)
        async for step in follower:
            new = [e.identity_id for e in step.events if e.kind == "identity.added"]
            if new and self._waiting:
                for identity in await self._store.read(_read, new):
                    self._arrived(identity)

    def _find(self, tx: Tx, customer: str) -> Identity | None:
        return tx.one(p.FIND_IDENTITY, inbox_id=self._inbox_id, external_id=customer)

    def _find_all(self, tx: Tx, customers: list[str]) -> list[Identity]:
        return [found for one in customers if (found := self._find(tx, one))]

    def _arrived(self, identity: Identity) -> None:
        if identity.inbox_id != self._inbox_id:
            return
        for arrival in self._waiting.get(identity.external_id, ()):
            if not arrival.done():
                arrival.set_result(identity)


def _read(tx: Tx, ids: list[int | None]) -> list[Identity]:
    return [found for one in ids if (found := tx.one(p.IDENTITY_BY_ID, id=one))]
