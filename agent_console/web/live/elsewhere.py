"""Who has a console open at another process, as the rows of all processes say."""

import asyncio
import logging
from collections.abc import Callable

from bridge.channel import StorageUnavailableError
from bridge.store.transactions import Store
from routing import attending

_log = logging.getLogger(__name__)

# Seconds until the database is asked again.
AGAIN = 1.0


class Elsewhere:
    """Looks as long as there may be something that was not seen; one look at a time."""

    def __init__(
        self,
        store: Store,
        *,
        wanted: Callable[[], bool],
        changed: Callable[[frozenset[str]], None],
    ) -> None:
        """`wanted` says whether anybody here would know; `changed` is told who came or went."""
        self._store = store
        self._wanted, self._changed = wanted, changed
        self.agents: frozenset[str] = frozenset()
        """Who was there at the last look."""
        self._unseen = True
        # An older answer must not follow a newer one.
        self._one_at_a_time = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    def look_soon(self) -> None:
        """Know that somebody came or went; look once somebody here would know."""
        self._unseen = True
        self.go_on()

    def go_on(self) -> None:
        """Look now, where somebody would know by now and something was not seen yet."""
        if self._is_due() and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._look_on())

    async def look(self) -> None:
        """Have looked once since this was called, if the database can be asked."""
        self._unseen = True
        await self._see()

    def _is_due(self) -> bool:
        return self._unseen and self._wanted()

    async def _look_on(self) -> None:
        while self._is_due():
            if not await self._see():
                await asyncio.sleep(AGAIN)

    async def _see(self) -> bool:
        """Look, unless whoever had the turn before has seen all; say whether all is seen."""
        async with self._one_at_a_time:
            if not self._unseen:
                return True
            self._unseen = False
            try:
                now = frozenset(await self._store.read(attending.at_consoles))
            except StorageUnavailableError:
                _log.error("who is here elsewhere waits for the database")
                self._unseen = True
                return False
            before, self.agents = self.agents, now
            self._changed(before ^ now)
            return True
