"""What a database holds, as figures that two databases can be compared by."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, MetaData, Table, select

from bridge.models import ATTACHMENT, metadata

# The search index is made of the rows, and differs with what was merged in it when.
_NOT_CONTENT = ("message_fts", "contact_fts")
_AT_ONCE = 1000
_WIDTH = 32


class Sum(msgspec.Struct, frozen=True):
    """Of one table how many rows it has, and a checksum of all of them in whatever order."""

    rows: int
    sum: str


Seen = Callable[[Sequence[Any]], Sequence[Any]]
"""How a row is looked at before it is summed up."""


def sums(connection: Connection) -> dict[str, Sum]:
    """Return the sum of every table there is, by its name."""
    known = MetaData()
    known.reflect(connection, only=lambda name, _: not name.startswith(_NOT_CONTENT))
    return {table.name: _sum(connection, table, _as_it_is) for table in known.sorted_tables}


def our_sums(connection: Connection, seen: Seen | None = None) -> dict[str, Sum]:
    """Return the sum of every table of ours, as either kind of database has it."""
    look = seen or _as_it_is
    return {table.name: _sum(connection, table, look) for table in metadata.sorted_tables}


def _as_it_is(row: Sequence[Any]) -> Sequence[Any]:
    return row


def contents_named(connection: Connection) -> list[str]:
    """Return the hash of every file that an attachment is, in order."""
    named = select(ATTACHMENT.c.sha256).distinct().where(ATTACHMENT.c.sha256 != "")
    return sorted(connection.execute(named).scalars())


def _sum(connection: Connection, table: Table, seen: Seen) -> Sum:
    """Add the rows' hashes up: no order to agree about, and any change changes it."""
    columns = sorted(table.columns, key=lambda column: column.name)
    added = _hash(str(column.name) for column in columns)
    count = 0
    # Of the statement: a connection would keep it.
    read = select(*columns).execution_options(yield_per=_AT_ONCE)
    with connection.execute(read) as rows:
        for row in rows:
            added += _hash(seen(row))
            count += 1
    return Sum(count, (added % 2 ** (8 * _WIDTH)).to_bytes(_WIDTH, "big").hex())


def _hash(values: Iterable[object]) -> int:
    encoded = msgspec.json.encode(list(values))
    return int.from_bytes(hashlib.sha256(encoded).digest(), "big")
