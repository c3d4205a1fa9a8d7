"""What Telegram's tests share: one inbox in each of its two ways of receiving."""

from collections.abc import AsyncIterator

import pytest

from tests.channels.telegram.desk import Desk, Mode


@pytest.fixture(params=["polling", "webhook"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """One bot, receiving either way; each test runs twice."""
    mode: Mode = request.param
    async with Desk(mode).open() as opened:
        yield opened


@pytest.fixture
async def polling() -> AsyncIterator[Desk]:
    """One bot that polls."""
    async with Desk("polling").open() as opened:
        yield opened


@pytest.fixture
async def webhook() -> AsyncIterator[Desk]:
    """One bot that is called."""
    async with Desk("webhook").open() as opened:
        yield opened
