"""Types of columns that SQLite and PostgreSQL have each in its own way."""

import sqlalchemy as sa

# Compared byte by byte, as SQLite does it, whatever language the server speaks.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
