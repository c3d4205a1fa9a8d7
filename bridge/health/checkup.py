"""Proves each inbox's credentials from time to time, beside what its adapter does.

A token that is revoked is noticed although nobody writes, and one that is mended although
nobody answers.
"""

import asyncio
import logging
from typing import Protocol

from bridge.channel import SendError, UnavailableError
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

    def __init__(self, channel: Checkable, health: Watched) -> None:
        """Tell `health` what comes out."""
        self._channel = channel
        self._health = health

    async def run(self) -> None:
        """Check until cancelled."""
        failures = 0
        while True:
            error = await self._check()
            self._health.checked(error)
            failures = failures + 1 if error else 0
            await asyncio.sleep(min(pause_after(failures), LONGEST_PAUSE) if error else EVERY)

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
