"""A query built once with SQLAlchemy and run from then on as plain text.

SQLAlchemy's own execution costs several times the query itself on single rows; compiling
once, when it is first asked, keeps its checking of names and leaves the driver alone on the
hot path.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Table,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.dml import Insert

from bridge.db import DIALECT

R = TypeVar("R")


def param(name: str) -> ColumnClause[Any]:
    """Return a parameter that every run of the statement gives."""
    return literal_column(f":{name}")


def among(column: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    """Return the condition that `column` is one of a JSON array, the parameter `name`."""
    given = func.json_each(param(name)).table_valued("value")
    return column.in_(select(given.c.value))


class Statement(Generic[R]):
    """A compiled query whose rows become `row(*columns)`.

    What the clause has as `param(name)` is given at each run. Everything else is written
    into the text: SQLite uses a partial index only where its condition stands there.
    """

    def __init__(self, row: Callable[..., R], clause: ClauseElement | str) -> None:
        """Stand for `clause`, or a text as it stands; its columns come in the order of `row`.

        A text is for what SQLAlchemy has no words for, and names its parameters `:so`.
        """
        self.row = row
        self._clause = clause

    @cached_property
    def sql(self) -> str:
        """Return the text; raises what SQLAlchemy does where `clause` makes no sense."""
        clause = self._clause
        if isinstance(clause, str):
            return clause
        if isinstance(clause, Insert):
            # SQLAlchemy would have the keys returned: rows to read that nobody asks for.
            clause = clause.inline()
        return str(clause.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))


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
