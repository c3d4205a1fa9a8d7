"""What the console's tests may use."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

import pytest

from bridge.store.transactions import Store
from tests.agent_console.office import Agent, Office, open_office, settings_of
from tests.clock import ManualClock
from tests.databases import clock, database, store

__all__ = ["clock", "database", "store"]


class OpenOffice(Protocol):
    """Opens the office under a changed configuration."""

    def __call__(
        self, changes: Mapping[str, Any] | None = None
    ) -> AbstractAsyncContextManager[Office]:
        """Take dotted keys and their values."""
        ...


@pytest.fixture
def an_office(store: Store, clock: ManualClock, tmp_path: Path) -> OpenOffice:
    """Return how to open an office with some keys of the YAML set otherwise."""

    def opened(
        changes: Mapping[str, Any] | None = None,
    ) -> AbstractAsyncContextManager[Office]:
        return open_office(store, clock, settings_of(tmp_path, changes))

    return opened


@pytest.fixture
async def office(an_office: OpenOffice) -> AsyncIterator[Office]:
    """Return an open office."""
    async with an_office() as opened:
        yield opened


@pytest.fixture
async def anna(office: Office) -> Agent:
    """Return the supervisor, signed in."""
    return await office.sign_in("anna")


@pytest.fixture
async def pavel(office: Office) -> Agent:
    """Return an agent, signed in."""
    return await office.sign_in("pavel")


@pytest.fixture
async def ivan(office: Office) -> Agent:
    """Return another agent, signed in."""
    return await office.sign_in("ivan")


@pytest.fixture
async def vera(office: Office) -> Agent:
    """Return the viewer, signed in."""
    return await office.sign_in("vera")
