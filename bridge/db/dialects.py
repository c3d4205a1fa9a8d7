"""The two ways of SQL that statements are compiled to; parameters are named `:so` in both."""

from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.base import PGDialect

SQLITE = sqlite.dialect(paramstyle="named")
# Not the dialect of a driver: that one would double every percent sign and add casts.
POSTGRESQL = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
