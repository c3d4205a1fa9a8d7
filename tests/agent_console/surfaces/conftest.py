"""A chat full of colleagues, on each platform."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agent_console.slack import budgets
from agent_console.telegram_forum import turns
from bridge.pace import Budget
from bridge.sandbox.slack import budgets as theirs
from bridge.store.transactions import Store
from tests.agent_console.conftest import clock, database, store
from tests.agent_console.surfaces.hall import Hall
from tests.agent_console.surfaces.slack import SlackHall
from tests.agent_console.surfaces.telegram import TelegramHall
from tests.clock import ManualClock

__all__ = ["clock", "database", "store"]


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls follow each other at once; each surface's `test_pace.py` does not."""
    monkeypatch.setattr(turns, "GROUP", Budget(1_000, 1.0))
    monkeypatch.setattr(turns, "CHAT", Budget(1_000, 1.0))
    monkeypatch.setattr(budgets, "POSTS_OF_A_CHANNEL", Budget(1_000, 1.0))
    monkeypatch.setattr(budgets, "POSTS", Budget(1_000, 1.0))
    monkeypatch.setattr(theirs, "POSTS_PER_SECOND", 1000.0)
    monkeypatch.setattr(theirs, "BURST", 1000)


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


@pytest.fixture(params=[SlackHall, TelegramHall], ids=["slack", "telegram"])
async def hall(
    request: pytest.FixtureRequest,
    store: Store,
    clock: ManualClock,
    tmp_path: Path,
    changes: Mapping[str, Any],
) -> AsyncIterator[Hall]:
    """Either chat; each test runs on both."""
    made: Hall = request.param()
    async with made.open(store, clock, tmp_path, changes):
        yield made
