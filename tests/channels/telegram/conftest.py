"""What Telegram's tests share: one inbox in each of its two ways of receiving."""

from collections.abc import AsyncIterator

import pytest

from bridge.pace import Budget
from channels.telegram import channel
from tests.channels.telegram.desk import Desk, Mode


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let messages to one chat follow each other at once; `test_pace.py` does not."""
    monkeypatch.setattr(channel, "CHAT", Budget(1_000, 1.0))


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
