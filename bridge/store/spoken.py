"""What SQLite and PostgreSQL say differently, each in one place.

Statements of SQLAlchemy's use the constructs here, which are compiled to either. Those that
are texts are written for SQLite; the few words that PostgreSQL has others for are exchanged.
A test has PostgreSQL prepare every statement of the program.
"""

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Table, TableValuedAlias, Text, column
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Given(FunctionElement[Any]):
    name = "json_each"
    inherit_cache = True
    numbers: bool


def given(array: ColumnElement[Any], *, numbers: bool = False) -> TableValuedAlias:
    """Return the items of a JSON array of texts, or of `numbers`, as rows of one `value`."""
    items = _Given(array)
    items.numbers = numbers
    return items.table_valued(column("value", BigInteger if numbers else Text))


class greatest(FunctionElement[int]):  # noqa: N801  # As other functions of SQL are written.
    """The greatest of several numbers, none of which is null."""

    name = "greatest"
    type = BigInteger()
    inherit_cache = True


class member(FunctionElement[str]):  # noqa: N801  # As other functions of SQL are written.
    """The text under a key of a JSON object that is kept as text."""

    name = "member"
    type = Text()
    inherit_cache = True


@compiles(_Given)
def _(element: _Given, compiler: Any, **kwargs: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kwargs)})"


@compiles(_Given, "postgresql")
def _(element: _Given, compiler: Any, **kwargs: Any) -> str:
    items = f"json_array_elements_text(CAST({compiler.process(element.clauses, **kwargs)} AS json))"
    numbers = f"(SELECT CAST(value AS BIGINT) AS value FROM {items})"  # noqa: S608  # Ours.
    return numbers if element.numbers else items


@compiles(greatest, "sqlite")
def _(element: greatest, compiler: Any, **kwargs: Any) -> str:
    return f"max({compiler.process(element.clauses, **kwargs)})"


@compiles(greatest, "postgresql")
def _(element: greatest, compiler: Any, **kwargs: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kwargs)})"


@compiles(member)
def _(element: member, compiler: Any, **kwargs: Any) -> str:
    of, key = element.clauses
    return f"json_extract({compiler.process(of, **kwargs)}, '$.{key.value}')"


@compiles(member, "postgresql")
def _(element: member, compiler: Any, **kwargs: Any) -> str:
    of, key = element.clauses
    return f"(CAST({compiler.process(of, **kwargs)} AS json) ->> '{key.value}')"


def upsert(table: Table) -> postgresql.Insert:
    """Return an INSERT that may have an ON CONFLICT, which both databases say the same way."""
    return postgresql.insert(table)


_WORDS = [
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\bjson_each\((:\w+)\)", r"json_array_elements_text(CAST(\1 AS json))"),
        (r"\bjson\((:\w+)\)", r"CAST(CAST(\1 AS jsonb) AS text)"),
        (
            r"\bjson_group_array\(([\w.]+)\)",
            r"CAST(coalesce(jsonb_agg(\1), CAST('[]' AS jsonb)) AS text)",
        ),
        (r"\bjson_extract\(([\w.]+), '\$\.(\w+)'\)", r"(CAST(\1 AS json) ->> '\2')"),
        (r"\bgroup_concat\((.+)\)(?= FROM)", r"string_agg(\1, ',')"),
        # The plus that keeps SQLite from an index.
        (r"(?<=[\s(])\+(?=[a-z_]+\.)", ""),
    )
]
# Quoted text and casts are passed over.
_PARAMETER = re.compile(r"('(?:[^']|'')*'|::)|:([a-z]\w*)|%")


def to_postgresql(text: str) -> str:
    """Return a text of SQLite's as PostgreSQL says it."""
    for pattern, said in _WORDS:
        text = pattern.sub(said, text)
    return text


def for_driver(text: str, absent: Collection[str]) -> str:
    """Return a text with its parameters as psycopg names them; of the `absent`, NULL."""

    def named(found: re.Match[str]) -> str:
        if name := found[2]:
            return "NULL" if name in absent else f"%({name})s"
        return found[0].replace("%", "%%")

    return _PARAMETER.sub(named, text)


class Numbered(NamedTuple):
    """A text as the server itself is given it, its parameters `$1` and on: these, by name."""

    text: str
    names: tuple[str, ...]


def for_server(text: str, absent: Collection[str]) -> Numbered:
    """Return a text with its parameters numbered; of the `absent`, NULL."""
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        if name := found[2]:
            return "NULL" if name in absent else f"${numbers.setdefault(name, len(numbers) + 1)}"
        return found[0]

    said = _PARAMETER.sub(numbered, text)
    return Numbered(said, tuple(numbers))
