"""What routing's tests may use."""

from collections.abc import AsyncIterator

import pytest

from bridge.db import Place
from tests.clock import ManualClock
from tests.databases import clock, database, store
from tests.routing.world import World, living

__all__ = ["clock", "database", "store"]


@pytest.fixture
async def world(database: Place, clock: ManualClock) -> AsyncIterator[World]:
    """Return a world under the default policy."""
    async with living(database, clock) as one:
        yield one
