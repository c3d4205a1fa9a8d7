"""A site whose conversations go on by mail."""

from collections.abc import AsyncIterator

import pytest

from bridge.db import Place
from tests.clock import ManualClock
from tests.databases import clock, database
from tests.routing.continued.mailed import Mailed, continuing
from tests.routing.world import living

__all__ = ["clock", "database"]


@pytest.fixture
async def world(database: Place, clock: ManualClock) -> AsyncIterator[Mailed]:
    """Return a world in which `site` goes on by `post`."""
    async with living(database, clock) as one:
        yield continuing(one)
