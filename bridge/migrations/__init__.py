"""How the tables came to be as they are; run by `bridge.db.migrate`."""

HEAD = "0002"
"""The newest migration. A database that is there needs no Alembic to know it."""
