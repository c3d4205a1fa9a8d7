"""What the composition root gives to whatever faces agents."""

from typing import Protocol

from bridge.channel import Tries
from bridge.clock import Clock
from bridge.media import MediaStore
from bridge.settings import Settings
from bridge.store.transactions import Store
from routing.desk import Desk


class Program(Protocol):
    """The parts of the program that the console and the surfaces are made of."""

    @property
    def settings(self) -> Settings:
        """Return the whole configuration."""
        ...

    @property
    def clock(self) -> Clock:
        """Return the clock that everything goes by."""
        ...

    @property
    def store(self) -> Store:
        """Return the database."""
        ...

    @property
    def media(self) -> MediaStore:
        """Return the media store."""
        ...

    @property
    def desk(self) -> Desk:
        """Return what routing's transactions need."""
        ...

    def owned(self, name: str) -> Store:
        """Return the database for what one process at a time does; its writes are checked."""
        ...

    def tries(self, inbox_id: str) -> Tries:
        """Return through what a surface's payloads are taken in."""
        ...

    def derive(self, purpose: str) -> bytes:
        """Return key material for one purpose."""
        ...
