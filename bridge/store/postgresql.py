"""PostgreSQL under the store: its connections and its transactions.

Whoever writes has the one turn there is from the start of a transaction to its end, in
whichever process (docs/decisions/0027). So nothing changes under a transaction that writes,
ids grow in the order of the commits, and whoever reads the event log misses nothing.
"""

import contextlib
import itertools
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

import psycopg
from psycopg import Connection
from psycopg.pq import TransactionStatus

from bridge.db import DatabaseError, Server
from bridge.db.postgresql import LONGEST_TURN, RUNNING, WRITING, connect, explained
from bridge.store.ahead import Ahead, asking, once, worth_asking
from bridge.store.arrivals import Question
from bridge.store.passing import is_passing
from bridge.store.spoken import Numbered
from bridge.store.statement import Statement
from bridge.store.trips import Answer, Step, Trips
from bridge.store.tx import Asked, Ids, Row, Tx

R = TypeVar("R")

_log = logging.getLogger(__name__)

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Each statement sees what was committed before it, and after the turn has come nobody else
# commits. A transaction with a view of its own would have it from before the turn.
_WRITE = ("BEGIN ISOLATION LEVEL READ COMMITTED", f"SELECT pg_advisory_xact_lock({WRITING})")
_ALONE = "; ".join(_WRITE)
_COMMIT = "COMMIT"
# The same as they go with others.
_TURN = [Step(Numbered(text, ()), {}) for text in _WRITE]
_END = Step(Numbered(_COMMIT, ()), {})
# Two transactions held each other up, or one could not be put in an order.
_MET = ("40001", "40P01")
# So many rows are fetched at a time where there are too many to have at once.
_AT_ONCE = 1_000


class PostgresTx(Tx):
    """One transaction on a server."""

    __slots__ = ("_ahead", "_depth", "_line", "_trips")

    asks_afar = True

    def __init__(
        self, line: Connection[Any], trips: Trips, now: int, ahead: Ahead | None = None
    ) -> None:
        """`now` is the same for everything in the transaction, in ms; `ahead` was asked before."""
        super().__init__(cast("Any", line), now)
        self._line = line
        self._trips = trips
        # How many attempts it is in, one inside the other.
        self._depth = 0
        self._ahead = Ahead() if ahead is None else ahead

    def ids(self, inbox_id: str, external_id: str) -> Ids | None:
        """Return the ids for a message that is certain to be new, if any were taken for it."""
        return self._ahead.ids(inbox_id, external_id)

    def put_off(self, statement: Statement[Any], **parameters: Any) -> None:
        """Have a statement sent with others, before anything else is run."""
        self._ahead.put_off(statement, _sendable(parameters))

    def foresee(self, *asked: Asked) -> None:
        """Ask at once what will be asked next, which only reads; what is put off goes with it."""
        # What writes is not done before its time.
        reads = (one for one in asked if one[0].only_reads)
        new = once([one for one in reads if self._ahead.rows(*one) is None])
        if new:
            answers = self._send([_step(one) for one in new])
            self._ahead.learn_rows(new, [one.rows for one in answers])

    def send_due(self) -> None:
        """Send what was put off; for who asks past this."""
        self._send(())

    def run_each(self, statement: Statement[Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once for each row of parameters: one way there and back for many."""
        if rows:
            text = statement.numbered(rows[0])
            self._ahead.runs(statement, rows[0])
            self._send([Step(text, _sendable(row)) for row in rows])

    def each(self, statement: Statement[R], **parameters: Any) -> Iterator[R]:
        """Yield every row as it is read, where there are too many to have at once."""
        row = statement.row
        self.send_due()
        self._ahead.runs(statement, parameters)
        with self._line.cursor(f"each_{next(_numbers)}") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(statement.given(parameters), parameters)
            for columns in cursor:
                yield row(*columns)

    def _touched(self, statement: Statement[Any], parameters: Mapping[str, Any]) -> int:
        return self._answer(statement, parameters).touched

    def _first(self, statement: Statement[R], parameters: Mapping[str, Any]) -> R | None:
        if (question := self._ahead.knows(statement, parameters)) is not None:
            return cast("R | None", self._ahead.answer(question))
        rows = self._rows(statement, parameters)
        return statement.row(*rows[0]) if rows else None

    def _rows(self, statement: Statement[Any], parameters: Mapping[str, Any]) -> list[Row]:
        rows = self._ahead.rows(statement, parameters)
        return self._answer(statement, parameters).rows if rows is None else rows

    def _answer(self, statement: Statement[Any], parameters: Mapping[str, Any]) -> Answer:
        step = Step(statement.numbered(parameters), _sendable(parameters))
        self._ahead.runs(statement, parameters)
        return self._send([step])[0]

    def _send(self, steps: Sequence[Step]) -> list[Answer]:
        """Run these behind what was put off; where nothing could be sent, that stays put off."""
        due = self._ahead.due()
        try:
            return _sent(self._trips, [*due, *steps])[len(due) :]
        except Exception as error:
            if getattr(error, "sqlstate", None) is None:
                # What is given cannot be sent; or the connection is lost, and all of this with it.
                self._ahead.put_back(due)
            raise

    def _begin_attempt(self) -> None:
        # By a name of its own: what is undone may hold one that is kept, and not sent yet.
        self._depth += 1
        self._ahead.put_off_text(_point(self._depth))

    def _keep_attempt(self) -> None:
        if self._trips.has_failed:
            # An error inside was caught: the server would refuse the RELEASE, which may go later.
            raise psycopg.errors.InFailedSqlTransaction("a statement of the attempt failed")
        if self._ahead.has_due:
            # What was put off inside may fail, and is then undone with it.
            self._send([Step(Numbered(_release(self._depth), ()), {})])
        else:
            self._ahead.put_off_text(_release(self._depth))
        self._depth -= 1

    def _undo_attempt(self) -> None:
        depth, self._depth = self._depth, self._depth - 1
        self._ahead.forget_answers()
        if not self._ahead.drop_back_to(_point(depth)):
            # Where what was put off before it has failed, the point was never made.
            with contextlib.suppress(psycopg.errors.InvalidSavepointSpecification):
                self._trips.execute(f"ROLLBACK TO attempt_{depth}; {_release(depth)}")


def _point(depth: int) -> str:
    return f"SAVEPOINT attempt_{depth}"


def _release(depth: int) -> str:
    return f"RELEASE attempt_{depth}"


_numbers = itertools.count()


def _step(asked: Asked) -> Step:
    statement, given = asked
    return Step(statement.numbered(given), _sendable(given))


def _sent(trips: Trips, steps: Sequence[Step]) -> list[Answer]:
    """Run all of these, if there are any; what goes wrong quotes no row."""
    try:
        if len(steps) == 1:
            return [trips.ask(steps[0])]
        return trips.go(steps) if steps else []
    except psycopg.Error as error:
        _say_less(error)
        raise


def _say_less(error: psycopg.Error) -> None:
    """Take off the lines below the first, which quote the row: it belongs in no log."""
    error.args = (str(error).partition("\n")[0],)


def _has_nul(parameters: Mapping[str, Any]) -> bool:
    return any(isinstance(one, str) and "\0" in one for one in parameters.values())


def _sendable(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    return _without_nul(parameters) if _has_nul(parameters) else parameters


def _without_nul(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters with U+FFFD for every NUL, which PostgreSQL keeps in no text."""
    return {
        name: one.replace("\0", "\ufffd") if isinstance(one, str) else one
        for name, one in parameters.items()
    }


class PostgresLine:
    """A connection to a server, made anew where it was lost."""

    def __init__(self, server: Server, *, read_only: bool, known_as: int | None = None) -> None:
        """Open it; raises `DatabaseError` where it cannot be had."""
        self._server, self._known_as = server, known_as
        self._ahead = Ahead()
        self.read_only = read_only
        try:
            self._open()
        except psycopg.Error as error:
            raise DatabaseError(explained(server, error)) from None

    def begin(self, asks: Iterable[Question | Asked] = ()) -> None:
        """Begin a transaction, over a new connection if the old one is lost."""
        asked = list(asks)
        if not self._connection.closed:
            try:
                self._begun(asked)
                return
            except psycopg.OperationalError:
                # The server was started anew since, and nothing has been done yet.
                if not self._connection.closed:
                    raise
        self._open()
        self._begun(asked)

    def _begun(self, asks: Sequence[Question | Asked]) -> None:
        self._ahead.forget()
        questions = worth_asking(one for one in asks if isinstance(one, Question))
        asked = once([one for one in asks if not isinstance(one, Question)])
        if not questions and not asked:
            self._trips.execute(_READ if self.read_only else _ALONE)
            return
        steps = [*([asking(questions)] if questions else ()), *map(_step, asked)]
        answers = _sent(self._trips, [*_TURN, *steps])[len(_TURN) :]
        if questions:
            self._ahead.learn(questions, answers.pop(0).rows)
        self._ahead.learn_rows(asked, [one.rows for one in answers])

    def commit(self) -> None:
        """End it; what it did is on the server's disk."""
        if self._status is TransactionStatus.INERROR:
            # The server would answer a COMMIT by undoing everything, and call it well.
            raise psycopg.errors.InFailedSqlTransaction("a statement before the commit failed")
        if due := self._ahead.due():
            _sent(self._trips, [*due, _END])
        else:
            self._trips.execute(_COMMIT)

    def tx(self, now: int) -> Tx:
        """Return the transaction as work is given it."""
        return PostgresTx(self._connection, self._trips, now, self._ahead)

    @property
    def in_transaction(self) -> bool:
        """Say whether one has begun, and has not ended by itself."""
        return self._status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def roll_back(self) -> None:
        """End the transaction, if it has not ended yet."""
        if not self.in_transaction:
            return
        # What a look has to tell other processes, which is all it may do, goes with its end.
        good = self.read_only and self._status is TransactionStatus.INTRANS
        try:
            self._trips.execute(_COMMIT if good else "ROLLBACK")
        except psycopg.Error:
            # The server undoes what a lost connection has begun.
            _log.warning("the connection to the database was lost in a transaction")
            self._connection.close()

    def is_away(self, error: BaseException) -> bool:
        """Say whether the database cannot be had just now."""
        # A reader that tried to write is a mistake of ours.
        read_only = getattr(error, "sqlstate", None) == "25006"
        return is_passing(error) and not (self.read_only and read_only)

    def is_to_be_repeated(self, error: BaseException) -> bool:
        """Say whether the transaction met another one, and is to be run once more."""
        return isinstance(error, psycopg.Error) and error.sqlstate in _MET

    def close(self) -> None:
        """Close it; that the process has ended is known at once, not when the server notices."""
        if self._known_as is not None and not self._connection.closed:
            with contextlib.suppress(psycopg.Error):
                self._connection.execute(f"SELECT pg_advisory_unlock({RUNNING}, {self._known_as})")
        self._connection.close()

    def _open(self) -> None:
        self._connection = connect(self._server)
        self._trips = Trips(self._connection)
        if self._known_as is not None:
            # Held for as long as the connection is open: so others see at once who has died.
            self._connection.execute(f"SELECT pg_try_advisory_lock({RUNNING}, {self._known_as})")
            self._connection.execute(f"SET idle_in_transaction_session_timeout = '{LONGEST_TURN}s'")

    @property
    def _status(self) -> TransactionStatus:
        return self._connection.info.transaction_status
