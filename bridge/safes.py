"""Where inboxes keep what their networks give only once: sealed, in a row for all processes."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator

from bridge.channel import StorageUnavailableError
from bridge.clock import FOR_EVER
from bridge.sealed import opened, seal
from bridge.store import kept as k
from bridge.store.transactions import Store, Tx

SAFES = "safes"
"""For what the key is derived from the installation's secret."""
# Whoever dies while alone keeps the others waiting for so long, in ms.
_ALONE_FOR = 60_000
# Between two looks whether the others have done, in seconds.
_LOOK_EVERY = 0.1


class Safes:
    """Those of all inboxes; `key` has 32 bytes."""

    def __init__(self, store: Store, key: bytes) -> None:
        """Keep in this database what only the key opens."""
        self._store = store
        self._key = key

    def of(self, inbox_id: str) -> "InboxSafe":
        """Return that of an inbox."""
        return InboxSafe(self._store, self._key, f"inbox:{inbox_id}")


class InboxSafe:
    """The `bridge.channel.Safe` of one inbox."""

    def __init__(self, store: Store, key: bytes, owner: str) -> None:
        """`owner` is who has it among all that adapters keep."""
        self._store = store
        self._key = key
        self._owner = owner

    def __repr__(self) -> str:
        """Keep the key out."""
        return f"InboxSafe({self._owner!r})"

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be the only one that changes it; raises `StorageUnavailableError`."""
        mine = secrets.token_hex(8)
        # It may be let go by another process, which nothing here hears of.
        while not await self._store.write(self._claim, mine):  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_EVERY)
        try:
            yield
        finally:
            # If this cannot be told either, the others wait until the minute is over.
            with contextlib.suppress(StorageUnavailableError):
                await self._store.write(self._let_go, mine)

    async def kept(self) -> str | None:
        """Return what was kept last and this key opens; raises `StorageUnavailableError`."""
        sealed = await self._store.read(self._sealed)
        return None if sealed is None else opened(self._key, sealed, of=self._owner)

    async def keep(self, secret: str) -> None:
        """Keep this instead; raises `StorageUnavailableError`."""
        await self._store.write(self._keep, seal(self._key, secret, of=self._owner))

    def _claim(self, tx: Tx, mine: str) -> bool:
        at = {"surface_id": self._owner, "sort": "safe", "name": "alone"}
        return bool(
            tx.run(k.CLAIM, **at, value=mine, kept_until=tx.now + _ALONE_FOR, ended_by=tx.now)
        )

    def _let_go(self, tx: Tx, mine: str) -> None:
        tx.run(k.LET_GO_IF, surface_id=self._owner, of_sort="safe", of_name="alone", was=mine)

    def _sealed(self, tx: Tx) -> str | None:
        return tx.one(k.KEPT_AS, surface_id=self._owner, of_sort="safe", of_name="secret")

    def _keep(self, tx: Tx, sealed: str) -> None:
        at = {"surface_id": self._owner, "sort": "safe", "name": "secret"}
        until = tx.now + FOR_EVER
        tx.run(k.KEEP, **at, value=sealed, conversation_id=None, kept_until=until)
