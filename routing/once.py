"""What was used in an inbox that is good for one use, kept for every process until it ends."""

import hashlib

from bridge.store import kept as k
from bridge.store.transactions import Store, Tx


class InboxOnce:
    """The `bridge.channel.Once` of one inbox."""

    def __init__(self, store: Store, inbox_id: str) -> None:
        """Keep it in this database."""
        self._store = store
        self._inbox_id = inbox_id

    async def first(self, what: str, *, until: int) -> bool:
        """Say whether this is its first use, and keep that it is used until then (ms)."""
        return await self._store.write(self._first, what, until)

    def _first(self, tx: Tx, what: str, until: int) -> bool:
        # Whoever signed it may have chosen a name that no database takes.
        name = hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()
        at = {"surface_id": f"inbox:{self._inbox_id}", "sort": "used", "name": name}
        return bool(tx.run(k.CLAIM, **at, value="", kept_until=until, ended_by=tx.now))
