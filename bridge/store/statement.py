"""A query built once with SQLAlchemy and run from then on as plain text.

SQLAlchemy's own execution costs several times the query itself on single rows; compiling
once for each database, when it is first asked there, keeps its checking of names and leaves
the driver alone on the hot path.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Dialect,
    Integer,
    Select,
    Table,
    insert,
    literal_column,
    select,
)
from sqlalchemy.sql import ClauseElement, visitors
from sqlalchemy.sql.dml import Insert, UpdateBase

from bridge.db.dialects import POSTGRESQL, SQLITE
from bridge.models import metadata
from bridge.store import spoken
from bridge.store.spoken import Numbered

R = TypeVar("R")
T = TypeVar("T")
_WORD = re.compile(r"\w+")
# These are each database's own, and nowhere declared as tables.
_OF_SEARCH = "message_fts", "contact_fts"
# The parameters that are `None`.
Absent = tuple[str, ...]


def param(name: str) -> ColumnClause[Any]:
    """Return a parameter that every run of the statement gives."""
    return literal_column(f":{name}")


def among(column: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    """Return the condition that `column` is one of a JSON array, the parameter `name`."""
    given = spoken.given(param(name), numbers=isinstance(column.type, Integer))
    return column.in_(select(given.c.value))


class Statement(Generic[R]):
    """A compiled query whose rows become `row(*columns)`.

    What the clause has as `param(name)` is given at each run. Everything else is written
    into the text: SQLite uses a partial index only where its condition stands there.
    """

    def __init__(
        self,
        row: Callable[..., R],
        clause: ClauseElement | str,
        *,
        postgresql: ClauseElement | str | None = None,
        within: str | None = None,
    ) -> None:
        """Stand for `clause`, or a text as it stands; its columns come in the order of `row`.

        A text is for what SQLAlchemy has no words for, and names its parameters `:so`. It is
        SQLite's; `bridge.store.spoken` says it to PostgreSQL, where `postgresql` does not
        stand for another one there. `within` is the parameter that names the conversation of
        which alone it changes anything, beside adding messages and events.
        """
        self.row = row
        self.within = within
        self._clause = clause
        self._postgresql = postgresql
        self._driven: dict[Absent, str] = {}
        self._numbered: dict[Absent, Numbered] = {}

    @cached_property
    def only_reads(self) -> bool:
        """Say whether it changes nothing; of a text that is not looked into, it is not said."""
        clause = self._clause if self._postgresql is None else self._postgresql
        if not isinstance(clause, Select):
            return False
        return not any(isinstance(part, UpdateBase) for part in visitors.iterate(clause))

    @cached_property
    def tables(self) -> frozenset[str] | None:
        """Return at least the tables it reads or changes: all whose names its text has.

        `None` where it deletes, which may take rows of any others with it, and where it names none
        and may change one all the same.
        """
        words = frozenset(_WORD.findall(self.postgresql))
        named = words & {*metadata.tables, *_OF_SEARCH}
        return None if "DELETE" in words or not (named or self.only_reads) else named

    @cached_property
    def sql(self) -> str:
        """Return SQLite's text; raises what SQLAlchemy does where `clause` makes no sense."""
        return self._clause if isinstance(self._clause, str) else _compiled(self._clause, SQLITE)

    @cached_property
    def postgresql(self) -> str:
        """Return PostgreSQL's text, its parameters named `:so`."""
        clause = self._clause if self._postgresql is None else self._postgresql
        if isinstance(clause, str):
            return spoken.to_postgresql(clause)
        if isinstance(clause, Insert) and self.row is value and not clause.exported_columns:
            # SQLite tells the id of a new row anyhow; see `insertion`.
            clause = clause.returning(*cast("Table", clause.table).primary_key)
        return spoken.to_postgresql(_compiled(clause, POSTGRESQL))

    def given(self, parameters: Mapping[str, Any]) -> str:
        """Return PostgreSQL's text for these parameters, in the style of its driver.

        What is `None` stands in it as NULL, whose type its place tells; of a parameter
        without a value PostgreSQL cannot always tell.
        """
        return self._written(parameters, self._driven, spoken.for_driver)

    def numbered(self, parameters: Mapping[str, Any]) -> Numbered:
        """Return the same as the server itself is given it, past the driver."""
        return self._written(parameters, self._numbered, spoken.for_server)

    def _written(
        self,
        parameters: Mapping[str, Any],
        known: dict[Absent, T],
        write: Callable[[str, Absent], T],
    ) -> T:
        absent = tuple(name for name, one in parameters.items() if one is None)
        text = known.get(absent)
        if text is None:
            text = known[absent] = write(self.postgresql, absent)
        return text


def _compiled(clause: ClauseElement, dialect: Dialect) -> str:
    if isinstance(clause, Insert):
        # SQLAlchemy would have the keys returned: rows to read that nobody asks for.
        clause = clause.inline()
    return str(clause.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def value(column: Any) -> Any:
    """Return a single selected column as it is."""
    return column


def nothing(*_: Any) -> None:
    """Stand for a statement that returns no rows."""


def adding(table: Table, *columns: str) -> Insert:
    """Return an INSERT of these columns, each from the parameter of its name."""
    return insert(table).values({name: param(name) for name in columns})


def insertion(table: Table, columns: Iterable[str]) -> Statement[int]:
    """Return an INSERT of these columns that gives the new row's id, as `Tx.one` reads it.

    SQLite tells the id anyhow; RETURNING would cost half as much again as the row.
    """
    return Statement(value, adding(table, *columns))
