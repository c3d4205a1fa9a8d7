"""Tidying up that the database has broken off is taken up again soon, not an hour later."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bridge.channel import StorageUnavailableError
from bridge.media import MediaStore
from routing import housekeeping
from routing.housekeeping import Housekeeping
from tests.channels.rig import eventually
from tests.routing.world import World


class BreaksOff:
    """A store that the database lets down a few times, then works."""

    def __init__(self, inner: Any, times: int) -> None:
        self._inner = inner
        self.left = times
        self.written = 0

    async def write(self, *given: Any, **named: Any) -> Any:
        if self.left:
            self.left -= 1
            raise StorageUnavailableError
        self.written += 1
        return await self._inner.write(*given, **named)


async def test_what_the_database_breaks_off_is_taken_up_again_soon(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(housekeeping, "_AGAIN", 0.01)
    store: Any = BreaksOff(world.store, 3)
    media = MediaStore(world.store, tmp_path, clock=world.clock, secret=b"s" * 32)
    running = asyncio.create_task(Housekeeping(store, media).run())
    await eventually(lambda: store.written >= 5)
    running.cancel()
    assert store.left == 0
    assert [one.message for one in caplog.records] == ["tidying up waits for the database"] * 3
