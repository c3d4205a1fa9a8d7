"""SQLite under the store: its connections and its transactions."""

import logging
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from bridge.db import connect
from bridge.store.arrivals import Question
from bridge.store.passing import is_passing
from bridge.store.tx import Asked, Tx

_log = logging.getLogger(__name__)


class SqliteLine:
    """A connection to the file, and how its transactions begin and end."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        """Open it."""
        self._connection = connect(path, read_only=read_only)
        # A writer has the lock from the start, and so reads nothing that changes under it.
        self._begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
        self.read_only = read_only

    def begin(self, _asks: Iterable[Question | Asked] = ()) -> None:
        """Begin a transaction; a file answers at once, whenever it is asked."""
        self._connection.execute(self._begin)

    def commit(self) -> None:
        """End it; what it did is on the disk."""
        self._connection.execute("COMMIT")

    def tx(self, now: int) -> Tx:
        """Return the transaction as work is given it."""
        return Tx(self._connection, now)

    @property
    def in_transaction(self) -> bool:
        """Say whether one has begun, and has not ended by itself."""
        return self._connection.in_transaction

    def roll_back(self) -> None:
        """End the transaction, which SQLite has ended already after some errors."""
        if not self._connection.in_transaction:
            return
        try:
            self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            # The next BEGIN fails on it, comes here again, and nothing is stored until it works.
            _log.exception("a transaction could not be rolled back")

    def is_away(self, error: BaseException) -> bool:
        """Say whether the database cannot be had just now."""
        # Plain READONLY is a reader that tried to write: a mistake of ours.
        name = getattr(error, "sqlite_errorname", "")
        return is_passing(error) and not (self.read_only and name == "SQLITE_READONLY")

    def is_to_be_repeated(self, _error: BaseException) -> bool:
        """Say whether the transaction met another one, and is to be run once more."""
        return False

    def close(self) -> None:
        """Close it."""
        self._connection.close()
