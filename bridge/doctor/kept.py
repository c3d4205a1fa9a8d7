"""What the inboxes keep in the program's database: what is renewed for a look is kept there too."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

from bridge import db
from bridge.channel import Safe, StorageUnavailableError
from bridge.safes import SAFES, Safes
from bridge.settings import Settings
from bridge.start import StartError, derived, installation_secret
from bridge.store.transactions import Store


class Shut:
    """A safe where there is none yet, or none that can be opened."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Raise `StorageUnavailableError`."""
        raise StorageUnavailableError("there is no database to keep anything in")

    async def kept(self) -> str | None:
        """Return nothing."""
        return None

    async def keep(self, secret: str) -> None:
        """Raise `StorageUnavailableError`."""
        del secret
        raise StorageUnavailableError("there is no database to keep anything in")


@contextlib.asynccontextmanager
async def safes(settings: Settings) -> AsyncIterator[Callable[[str], Safe]]:
    """Yield what gives the safe of an inbox; nothing is made where the program has not run."""
    opened = _opened(settings)
    if opened is None:
        yield lambda _: Shut()
        return
    store, secret = opened
    try:
        yield Safes(store, derived(secret, SAFES)).of
    finally:
        await store.close()


def _opened(settings: Settings) -> tuple[Store, bytes] | None:
    """Open the program's database; what is wrong with it is found elsewhere (`here.py`)."""
    beside = settings.storage.database_path
    try:
        if settings.server.secret_key is None and not beside.with_suffix(".secret").exists():
            return None
        place = db.place_of(settings.storage.database.reveal())
        if db.standing(place) != "current":
            return None
        secret = installation_secret(settings, beside)
        return Store(place, clock=db.clock_of(place)), secret
    except (db.DatabaseError, StartError, OSError, sqlite3.Error):
        return None
