"""A desk, standing and running."""

from collections.abc import AsyncIterator

import pytest

from tests.channels.viber.desk import ViberDesk


@pytest.fixture
async def desk() -> AsyncIterator[ViberDesk]:
    desk = ViberDesk()
    await desk.start()
    async with desk.running():
        yield desk
    await desk.stop()
