"""What routing's tests may use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clock import ManualClock
from tests.databases import clock, database, store
from tests.routing.world import World, living

__all__ = ["clock", "database", "store"]


@pytest.fixture
async def world(database: Path, clock: ManualClock) -> AsyncIterator[World]:
    """Return a world under the default policy."""
    async with living(database, clock) as one:
        yield one
