"""Proves each inbox's credentials from time to time, beside what its adapter does.

A token that is revoked is noticed although nobody writes, and one that is mended although
nobody answers.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from bridge.channel import SendError, StorageUnavailableError, UnavailableError
from bridge.delivery import pause_after
from bridge.health.watch import Watched

_log = logging.getLogger(__name__)

# Between two checks, in seconds: of an inbox that is well, and at most of one that is not.
EVERY = 600.0
LONGEST_PAUSE = 60.0
# A check that takes longer has failed, in seconds.
WITHIN = 90.0


class Checkable(Protocol):
    """An inbox or a staff surface."""

    async def check(self) -> str:
        """Prove the credentials; raises `SendError`."""
        ...


class Checkup:
    """Checks one inbox, or one staff surface."""

    def __init__(
        self,
        channel: Checkable,
        health: Watched,
        *,
        mended: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Tell `health` what comes out; `mended` is called after a check that goes well again."""
        self._channel = channel
        self._health = health
        self._mended = mended

    async def run(self) -> None:
        """Check until cancelled."""
        failures = 0
        while True:
            error = await self._check()
            self._health.checked(error)
            well = error is None and (failures == 0 or await self._told())
            failures = 0 if well else failures + 1
            await asyncio.sleep(EVERY if well else min(pause_after(failures), LONGEST_PAUSE))

    async def _told(self) -> bool:
        """Tell that all is well again; say whether that could be kept."""
        try:
            if self._mended is not None:
                await self._mended()
        except StorageUnavailableError:
            return False
        return True

    async def _check(self) -> SendError | None:
        try:
            async with asyncio.timeout(WITHIN):
                await self._channel.check()
        except SendError as error:
            return error
        except TimeoutError:
            return UnavailableError("The network did not answer.", reason="timeout")
        except Exception:  # noqa: BLE001  # A bug here may not end the inbox.
            _log.exception("checking %s failed", self._health.inbox_id)
            return UnavailableError("The channel's module failed.", reason="internal")
        return None
