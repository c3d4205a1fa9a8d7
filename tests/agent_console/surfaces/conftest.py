"""A chat full of colleagues, on each platform."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from agent_console.telegram_forum import turns
from bridge.pace import Budget
from bridge.store.transactions import Store
from tests.agent_console.conftest import clock, database, store
from tests.agent_console.surfaces.hall import Hall
from tests.agent_console.surfaces.telegram import TelegramHall
from tests.clock import ManualClock

__all__ = ["clock", "database", "store"]
OpenGroup = Callable[[], AbstractAsyncContextManager[Hall]]


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls follow each other at once; each surface's `test_pace.py` does not."""
    monkeypatch.setattr(turns, "GROUP", Budget(1_000, 1.0))
    monkeypatch.setattr(turns, "CHAT", Budget(1_000, 1.0))


@pytest.fixture
def changes() -> Mapping[str, Any]:
    """Return further keys of the YAML."""
    return {}


@pytest.fixture
async def group(
    store: Store, clock: ManualClock, tmp_path: Path, changes: Mapping[str, Any]
) -> AsyncIterator[TelegramHall]:
    """A Telegram staff group."""
    hall = TelegramHall()
    async with hall.open(store, clock, tmp_path, changes):
        yield hall
