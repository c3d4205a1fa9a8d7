"""What the tests of the Telegram staff group share."""

from collections.abc import AsyncIterator

import pytest

from agent_console.telegram_forum import turns
from bridge.pace import Budget
from tests.agent_console.telegram_forum.rig import Group


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls follow each other at once; `test_pace.py` does not."""
    monkeypatch.setattr(turns, "GROUP", Budget(1_000, 1.0))
    monkeypatch.setattr(turns, "CHAT", Budget(1_000, 1.0))


@pytest.fixture
async def group() -> AsyncIterator[Group]:
    """One group that is shown to and listens."""
    async with Group().open() as opened:
        opened.listen()
        yield opened
