"""A database of either kind in which every table has rows, of every kind of value."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import CheckConstraint, Column, LargeBinary, Table, Text

from bridge.db import Place
from bridge.models import metadata
from bridge.store import chain
from bridge.store.transactions import Tx
from tests.clock import ManualClock
from tests.databases import opened, watching

ROWS = 3
# What a copy in text could take for something else, and what a person writes.
ODD = "\t\n\r\\N \\. \\x00 '\"%$1 {}\x7f\ufeff Ёлки ї ñ 👩‍👩‍👧"
LARGEST, SMALLEST = 2**63 - 1, -(2**63)
# Its rows are a chain of hashes, which is written as the program writes it.
AUDIT = "audit"
# Of two columns one has a value.
_GIVEN = {"conversation_topics": {"other": None}}
_ONE_OF = re.compile(r"(\w+) = '([^']*)'")


def fill(place: Place) -> None:
    """Give every table there is some rows."""
    with watching(place) as outside:
        for table in metadata.sorted_tables:
            if table.name != AUDIT:
                for number in range(ROWS):
                    _insert(outside, table, _row(table, number))
        if not isinstance(place, Path):
            outside.execute(_NUMBERS_ON)


# Rows that were given their numbers by hand have not used them up.
_NUMBERS_ON = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT sequencename AS name FROM pg_sequences LOOP
    PERFORM setval(one.name::regclass, 900);
  END LOOP;
END $$
"""


async def write_acts(place: Place) -> None:
    """Have the audit trail hold some acts."""

    def write(tx: Tx) -> None:
        for number in range(ROWS):
            chain.append(tx, _act(tx.now + number))

    async with opened(place, clock=ManualClock()) as store:
        await store.write(write)


def _act(at: int) -> chain.Act:
    return {
        "at": at,
        "agent_id": None,
        "action": "signed_in",
        "subject": "agent:anna",
        "surface": "command",
        "address": None,
        "detail": '{"of": "Їжак"}',
    }


def contents(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table that the database itself tells of, in an order."""
    with closing(sqlite3.connect(place) if isinstance(place, Path) else _open(place)) as opened:
        return {name: _rows(opened, name) for name in _names(opened, place)}


def _open(place: Any) -> Any:
    return psycopg.connect(place.url, autocommit=True)


def _names(opened: Any, place: Place) -> list[str]:
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if isinstance(place, Path)
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    found = [name for (name,) in opened.execute(asked).fetchall()]
    others = ("message_fts", "contact_fts", "sqlite_", "alembic_version")
    return sorted(name for name in found if not name.startswith(others))


def _rows(opened: Any, name: str) -> list[tuple[Any, ...]]:
    columns = ", ".join(sorted(metadata.tables[name].columns.keys()))
    asked = f"SELECT {columns} FROM {name}"  # noqa: S608  # Our own tables.
    return sorted(opened.execute(asked).fetchall(), key=repr)


def _row(table: Table, number: int) -> dict[str, Any]:
    chosen = dict(_choices(table))
    row = {
        column.name: chosen[column.name][number % len(chosen[column.name])]
        if column.name in chosen
        else _value(table, column, number)
        for column in table.columns
    }
    return row | _GIVEN.get(table.name, {})


def _choices(table: Table) -> Iterator[tuple[str, list[str]]]:
    for one in table.constraints:
        if isinstance(one, CheckConstraint):
            found = _ONE_OF.findall(str(one.sqltext))
            if found:
                yield found[0][0], [choice for _, choice in found]


def _value(table: Table, column: Column[Any], number: int) -> Any:
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return _value(key.column.table, key.column, number)
    unique = column.primary_key or any(column.name in one.columns for one in table.indexes)
    if isinstance(column.type, LargeBinary):
        return bytes(range(256)) * (number + 1)
    if isinstance(column.type, Text):
        return _text(column, number, plain=unique)
    if column.primary_key:
        return 100 + number * 7
    if column.nullable and number == 1:
        return None
    return (LARGEST, 0, SMALLEST)[number]


def _text(column: Column[Any], number: int, *, plain: bool) -> str | None:
    if plain:
        return f"{column.table.name}-{column.name}-{number}"
    if column.nullable and number == 1:
        return None
    return (f"{column.name} слово", "", ODD * 50)[number]


def _insert(outside: Any, table: Table, row: dict[str, Any]) -> None:
    mark = "?" if isinstance(outside, sqlite3.Connection) else "%s"
    names, marks = ", ".join(row), ", ".join(mark for _ in row)
    put = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  # As above.
    outside.execute(put, list(row.values()))
