"""A world to trace."""

from tests.databases import clock, database
from tests.routing.conftest import world

__all__ = ["clock", "database", "world"]
