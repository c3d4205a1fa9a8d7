"""What Slack's tests share: one workspace, heard in each of the two ways."""

from collections.abc import AsyncIterator

import pytest

from agent_console.slack import budgets
from bridge.pace import Budget
from bridge.sandbox.slack import budgets as theirs
from tests.agent_console.slack.workspace import Mode, Workspace


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let messages follow each other at once; `test_pace.py` does not."""
    if request.node.path.name != "test_pace.py":
        monkeypatch.setattr(budgets, "POSTS_OF_A_CHANNEL", Budget(1000, 1.0))
        monkeypatch.setattr(budgets, "POSTS", Budget(1000, 1.0))
        monkeypatch.setattr(theirs, "POSTS_PER_SECOND", 1000.0)
        monkeypatch.setattr(theirs, "BURST", 1000)


@pytest.fixture(params=["socket", "hook"])
async def workspace(request: pytest.FixtureRequest) -> AsyncIterator[Workspace]:
    """One workspace, heard either way; each test runs twice."""
    mode: Mode = request.param
    async with Workspace(mode).open() as opened:
        yield opened


@pytest.fixture
async def silent() -> AsyncIterator[Workspace]:
    """One workspace that is only shown to."""
    async with Workspace().open() as opened:
        yield opened
