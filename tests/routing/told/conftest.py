"""A program that speaks."""

from collections.abc import AsyncIterator

import pytest

from bridge.db import Place
from tests.clock import ManualClock
from tests.databases import clock, database
from tests.routing.told.life import Life
from tests.routing.world import living

__all__ = ["clock", "database"]


@pytest.fixture
async def life(database: Place, clock: ManualClock) -> AsyncIterator[Life]:
    """Return a world whose program says nothing yet (`says_on`)."""
    async with living(database, clock) as one:
        yield Life(one)
