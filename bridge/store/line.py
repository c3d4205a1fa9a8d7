"""A connection to either database, as the store uses it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from bridge.db import Place
from bridge.store.arrivals import Question
from bridge.store.sqlite import SqliteLine
from bridge.store.tx import Asked, Tx


class Line(Protocol):
    """A connection that one thread at a time may use, and how its transactions go."""

    def begin(self, asks: Iterable[Question | Asked] = ()) -> None:
        """Begin a transaction; have these answered with it, where that spares ways there and back.

        What is asked again in the transaction is answered from it, for as long as it holds.
        """

    def commit(self) -> None:
        """End it; what it did is on the disk."""

    def roll_back(self) -> None:
        """End it without what it did, if it has not ended yet; never raises."""

    def tx(self, now: int) -> Tx:
        """Return the transaction as work is given it, at a time in ms."""

    @property
    def in_transaction(self) -> bool:
        """Say whether one has begun, and has not ended by itself."""

    def is_away(self, error: BaseException) -> bool:
        """Say whether the database cannot be had just now."""

    def is_to_be_repeated(self, error: BaseException) -> bool:
        """Say whether the transaction met another one, and is to be run once more."""

    def close(self) -> None:
        """Close the connection."""


def opened(place: Place, *, read_only: bool = False, known_as: int | None = None) -> Line:
    """Return a line to a file or a server, which knows that `known_as` lives while it is open.

    Raises `DatabaseError`, and of a file what `sqlite3` does.
    """
    if isinstance(place, Path):
        return SqliteLine(place, read_only=read_only)
    # Its driver is imported only where there is a server.
    from bridge.store.postgresql import PostgresLine  # noqa: PLC0415

    return PostgresLine(place, read_only=read_only, known_as=known_as)
