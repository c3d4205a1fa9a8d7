"""Carrying all there is from one database into another of either kind, and proving it.

What is proven is what both sides say of themselves once everything is copied: of each table
how many rows it has and a checksum of them, read back from the disk of either.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select

from bridge import search
from bridge.backup.contents import Sum, our_sums
from bridge.backup.manifest import BackupError
from bridge.backup.sides import Side
from bridge.models import metadata
from bridge.store import chain

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried, and is the same on both sides."""

    tables: dict[str, Sum]
    numbered: int
    """How many tables number their rows; each goes on above every number ever given."""
    messages: int
    people: int
    """How many of both can be found by their words."""
    acts: chain.Found
    """The audit trail, as the new side has it."""
    replaced: int
    """How many texts have U+FFFD where there was a NUL, which PostgreSQL keeps in no text."""

    @property
    def rows(self) -> int:
        """Return how many rows there are in all tables."""
        return sum(one.rows for one in self.tables.values())


def carry(source: Side, target: Side) -> Carried:
    """Copy every row, and prove that both sides have the same; raises `BackupError`."""
    copy = _Copy(source, target)
    for table in metadata.sorted_tables:
        copy.table(table)
    tables = _proven(source, target)
    numbered = _number_on(source, target)
    messages = search.index_anew(target.tx)
    people = search.copy_people(source.tx, target.tx)
    acts = chain.check(target.tx)
    if acts != chain.check(source.tx):
        raise BackupError("the audit trail is not the same on both sides")
    return Carried(tables, numbered, messages, people, acts, copy.replaced)


class _Copy:
    """Copies tables, and counts what could not be kept as it was."""

    def __init__(self, source: Side, target: Side) -> None:
        self._source, self._target = source, target
        self.replaced = 0

    def table(self, table: Table) -> None:
        """Copy one."""
        columns = [column.name for column in table.columns]
        read = select(*table.columns).execution_options(yield_per=_AT_ONCE)
        put = _put_on_server if self._target.on_server else _put_in_file
        with self._source.connection.execute(read) as rows:
            put(self._target.driver, table.name, columns, map(self._fit, map(tuple, rows)))

    def _fit(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self._target.on_server:
            return row
        fit = without_nul(row)
        self.replaced += sum(one is not other for one, other in zip(row, fit, strict=True))
        return fit


def without_nul(row: Sequence[Any]) -> Sequence[Any]:
    """Return a row as PostgreSQL keeps it, with U+FFFD for every NUL in a text. Pure."""
    if any(isinstance(one, str) and "\0" in one for one in row):
        return [one.replace("\0", "\ufffd") if isinstance(one, str) else one for one in row]
    return row


def _put_on_server(
    driver: Any, table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]
) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _put_in_file(
    driver: Any, table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]
) -> None:
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" for _ in columns)
    put = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  # Our own tables.
    while some := list(itertools.islice(rows, _AT_ONCE)):
        driver.executemany(put, some)


def _proven(source: Side, target: Side) -> dict[str, Sum]:
    seen = without_nul if target.on_server else None
    before, after = our_sums(source.connection, seen), our_sums(target.connection)
    if differ := sorted(name for name in before if before[name] != after[name]):
        raise BackupError(f"the copy is not what was copied: {', '.join(differ)}")
    return after


# --- numbers ------------------------------------------------------------------------------


def _number_on(source: Side, target: Side) -> int:
    """Have no number given a second time, of a row that is gone neither; return of how many."""
    numbered = [table for table in metadata.sorted_tables if _numbers_itself(table)]
    last = _last_on_server(source, numbered) if source.on_server else _last_in_file(source)
    for table in numbered:
        newest = source.connection.execute(select(func.max(table.c.id))).scalar_one()
        number = max(last.get(table.name, 0), newest or 0)
        if target.on_server:
            _set_on_server(target, table.name, number)
        elif table.dialect_options["sqlite"]["autoincrement"]:
            _set_in_file(target, table.name, number)
    return len(numbered)


def _numbers_itself(table: Table) -> bool:
    column = table.autoincrement_column
    return column is not None and column.name == "id"


def _last_in_file(source: Side) -> dict[str, int]:
    found = source.connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
    return dict(map(tuple, found))


def _last_on_server(source: Side, tables: Sequence[Table]) -> dict[str, int]:
    found = {}
    for table in tables:
        sequence = f"pg_sequence_last_value(pg_get_serial_sequence('{table.name}', 'id')::regclass)"
        last = source.connection.exec_driver_sql(f"SELECT {sequence}").scalar_one()
        found[table.name] = last or 0
    return found


def _set_on_server(target: Side, table: str, number: int) -> None:
    if number:
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        target.connection.exec_driver_sql(f"SELECT setval({sequence}, {number})")


def _set_in_file(target: Side, table: str, number: int) -> None:
    given = (table,)
    target.connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", given)
    target.connection.exec_driver_sql(
        "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number)
    )
