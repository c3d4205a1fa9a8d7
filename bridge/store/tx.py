"""A transaction as work is given it: a connection, a time, and what to tell of it."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Concatenate, Generic, NamedTuple, ParamSpec, Self, TypeVar

from bridge.models import Event
from bridge.store.arrivals import Question
from bridge.store.passing import is_passing
from bridge.store.statement import Statement

P = ParamSpec("P")
R = TypeVar("R")


Row = tuple[Any, ...]
T = TypeVar("T")
# What is asked: a statement with what it is given.
Asked = tuple[Statement[Any], Mapping[str, Any]]
# Says what will be asked.
Asks = Callable[[], Iterable[Question | Asked]]


@dataclass(slots=True)
class News:
    """What a commit brings others: the events it has appended, oldest first, and whom to wake."""

    events: list[Event] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)
    then: list[Callable[[], None]] = field(default_factory=list)
    last: list[tuple[Callable[["Tx", list[Any]], None], Any]] = field(default_factory=list)
    """What is to be done before the commit, with what it is given."""

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.events or self.topics)

    def add(self, later: Self) -> None:
        """Take in what came after it."""
        self.events += later.events
        self.topics |= later.topics
        self.then += later.then
        self.last += later.last


class Ids(NamedTuple):
    """The ids that a message and the event of it are to have."""

    message: int
    event: int


class Tx:
    """One transaction: the connection, the time it all happens at, and what to tell of it."""

    __slots__ = ("_connection", "news", "now")

    asks_afar: ClassVar[bool] = False
    """Whether each statement is a way there and back, so that one for many things is less."""

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        """`now` is the same for everything in the transaction, in ms."""
        self._connection = connection
        self.now = now
        self.news = News()

    def ids(self, inbox_id: str, external_id: str) -> Ids | None:  # noqa: ARG002  # None here.
        """Return the ids for a message that is certain to be new, if any were taken for it."""
        return None

    def put_off(self, statement: Statement[Any], **parameters: Any) -> None:
        """Run a statement whose effect nobody needs to know, before anything else is run."""
        self.run(statement, **parameters)

    def run(self, statement: Statement[Any], **parameters: Any) -> int:
        """Run a statement for its effect; return how many rows it touched."""
        return self._touched(statement, parameters)

    def run_each(self, statement: Statement[Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once for each row of parameters, in their order and in one go.

        No parameter may be `None` in one row and something in another.
        """
        self._connection.executemany(statement.sql, rows)

    def one(self, statement: Statement[R], **parameters: Any) -> R | None:
        """Return the first row, or `None`; of an `insertion`, the new row's id, if it made one."""
        return self._first(statement, parameters)

    def the(self, statement: Statement[R], **parameters: Any) -> R:
        """Return the only row there must be; raises `LookupError` if there is none."""
        row = self.one(statement, **parameters)
        if row is None:
            raise LookupError(statement.sql)
        return row

    def all(self, statement: Statement[R], **parameters: Any) -> list[R]:
        """Return every row."""
        row = statement.row
        return [row(*columns) for columns in self._rows(statement, parameters)]

    def foresee(self, *asked: Asked) -> None:
        """Say what will be asked next: a server is asked all of it in one way there and back.

        It need not be right. What is written in between is seen nevertheless.
        """

    def each(self, statement: Statement[R], **parameters: Any) -> Iterator[R]:
        """Yield every row as it is read, where there are too many to have at once."""
        row = statement.row
        for columns in self._execute(statement, parameters):
            yield row(*columns)

    def _touched(self, statement: Statement[Any], parameters: dict[str, Any]) -> int:
        return self._execute(statement, parameters).rowcount

    def _first(self, statement: Statement[R], parameters: dict[str, Any]) -> R | None:
        cursor = self._execute(statement, parameters)
        if cursor.description is None:
            return statement.row(cursor.lastrowid) if cursor.rowcount else None
        rows = cursor.fetchall()
        return statement.row(*rows[0]) if rows else None

    def _rows(self, statement: Statement[Any], parameters: dict[str, Any]) -> Sequence[Row]:
        return self._execute(statement, parameters).fetchall()

    def _execute(self, statement: Statement[Any], parameters: dict[str, Any]) -> sqlite3.Cursor:
        return self._connection.execute(statement.sql, parameters)

    def wake(self, topic: str) -> None:
        """Tell those who wait for `topic` once this transaction is committed."""
        self.news.topics.add(topic)

    def then(self, go_on: Callable[[], None]) -> None:
        """Have `go_on` called in the event loop once this transaction is committed, if it is.

        It comes before anybody is told of the events.
        """
        self.news.then.append(go_on)

    def at_last(self, work: Callable[["Tx", list[T]], None], given: T) -> None:
        """Have `work` done once before the commit, with all that it is given until then.

        Whatever it raises fails the commit.
        """
        self.news.last.append((work, given))

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Keep all of what is done inside or, when it raises, nothing; the rest goes on.

        Whoever catches what comes out must let `is_passing` errors through: after those
        the whole transaction is gone.
        """
        self._begin_attempt()
        known, agreed, left = len(self.news.events), len(self.news.then), len(self.news.last)
        try:
            yield
            self._keep_attempt()
        except BaseException as error:
            del self.news.events[known:]
            del self.news.then[agreed:]
            del self.news.last[left:]
            if not is_passing(error):
                self._undo_attempt()
            raise

    def _begin_attempt(self) -> None:
        self._connection.execute("SAVEPOINT attempt")

    def _keep_attempt(self) -> None:
        self._connection.execute("RELEASE attempt")

    def _undo_attempt(self) -> None:
        self._connection.execute("ROLLBACK TO attempt")
        self._connection.execute("RELEASE attempt")


@dataclass(frozen=True, slots=True)
class Asking(Generic[P, R]):
    """Work of which is known beforehand what it will ask; `asks` is called where that helps."""

    work: Callable[Concatenate[Tx, P], R]
    asks: Asks

    def __call__(self, tx: Tx, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do the work."""
        return self.work(tx, *args, **kwargs)
