"""What the kernel's tests may use."""

from tests.databases import clock, database, sqlite_database, sqlite_store, store

__all__ = ["clock", "database", "sqlite_database", "sqlite_store", "store"]
