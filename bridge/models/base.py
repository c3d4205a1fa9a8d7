"""What all tables share: naming of constraints, and the few kinds of column there are."""

from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Compared byte by byte, as SQLite does it, whatever language the server speaks.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite makes only an INTEGER primary key the row's own number.
_Number = BigInteger().with_variant(Integer, "sqlite")


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row as read: its fields are columns, in the order they are selected."""


def columns(table: Table, row: type[Row]) -> list[Column[Any]]:
    """Return the columns of `table` that `row` has, in its order."""
    return [table.c[name] for name in row.__struct_fields__]


def own_id() -> Column[Any]:
    """Return a growing integer primary key."""
    return Column("id", _Number, primary_key=True, autoincrement=True)


def moment(name: str, *, required: bool = False) -> Column[Any]:
    """Return a column of milliseconds since the epoch."""
    return Column(name, BigInteger, nullable=not required)


def number(name: str, *, default: int = 0) -> Column[Any]:
    """Return a required integer column with a default."""
    return Column(name, BigInteger, nullable=False, server_default=str(default))


def maybe_number(name: str) -> Column[Any]:
    """Return an integer column that may be empty."""
    return Column(name, BigInteger, nullable=True)


def text(name: str, *, required: bool = False, **more: Any) -> Column[Any]:
    """Return a text column; required ones have no default."""
    return Column(name, TEXT, nullable=not required, **more)


def ref(name: str, target: str, *, required: bool = False, cascade: bool = False) -> Column[Any]:
    """Return a numeric foreign key; `cascade` removes the row with what it points to."""
    key = ForeignKey(target, ondelete="CASCADE" if cascade else None)
    return Column(name, _Number, key, nullable=not required)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return the check that `column` has one of these values.

    Each is written out: for an IN of more than two, SQLite builds a table with every row.
    """
    return CheckConstraint(" OR ".join(f"{column} = '{one}'" for one in values), name=column)


def named_ref(name: str, target: str, *, required: bool = False) -> Column[Any]:
    """Return a foreign key to a row whose id is a YAML key."""
    return Column(name, TEXT, ForeignKey(target), nullable=not required)
