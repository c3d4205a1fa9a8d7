"""The database for what one process at a time does: every write is checked by its number."""

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from bridge.store.holding import Hold
from bridge.store.transactions import Store, Tx
from bridge.store.tx import Asked

P = ParamSpec("P")
T = TypeVar("T")


class FencedStore(Store):
    """A store that writes only for as long as a lease is held.

    It shares everything with the store it stands for, and is opened and closed with it.
    """

    def __init__(self, store: Store, hold: Hold) -> None:
        """Write under `hold`."""
        self._store = store
        self._hold = hold
        self.place = store.place
        self.clock = store.clock

    async def write(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do as `Store.write`; raises `LostLeaseError` where another process has taken over."""
        claim = self._hold.claim()
        return await self._store.write_under(claim, work, *args, **kwargs)

    async def read(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do as `Store.read`: to look is everybody's."""
        return await self._store.read(work, *args, **kwargs)

    def clock_was_set(self) -> bool:
        """Do as `Store.clock_was_set`."""
        return self._store.clock_was_set()

    def stands(self) -> bool:
        """Say whether nobody else can have taken over."""
        return self._hold.stands

    def asked_if_ours(self) -> Sequence[Asked]:
        """Return what `is_ours_in` asks."""
        return (self._hold.asked,)

    def is_ours_in(self, tx: Tx) -> bool:
        """Say whether nobody else can take over before the transaction ends."""
        return self._hold.is_ours_in(tx)

    async def close(self) -> None:
        """Leave it to whoever opened the store."""
