"""What the kernel's tests may use."""

from tests.databases import clock, database, store

__all__ = ["clock", "database", "store"]
