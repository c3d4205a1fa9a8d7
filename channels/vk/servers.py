"""Looks after the Callback API's server: whether VK has confirmed it, and still calls it.

VK tells nobody that it does not call an address, only whoever asks:
https://dev.vk.com/ru/method/groups.getCallbackServers. That needs the community's right
`manage`, which the token may lack; then nothing is known, and nothing is said.
"""

import asyncio
import logging
from typing import Any

from bridge.channel import Health, MisconfiguredError, SendError
from channels.vk.api import Api

_log = logging.getLogger(__name__)

# Between two questions, in seconds.
WATCH = 120.0
# As against `unconfigured` and `failed`; `wait` is a confirmation on its way.
_CALLED = ("ok", "wait")
NOT_CONFIRMED = (
    "VK does not call this inbox: its Callback API server is not set up, or was not confirmed."
)


class Servers:
    """Asks VK about the servers of one community."""

    def __init__(self, api: Api, group_id: int, path: str, health: Health) -> None:
        """Look for the server whose address ends in `path`; tell `health` of it."""
        self._api = api
        self._group_id = group_id
        self._path = path
        self._health = health

    async def run(self) -> None:
        """Ask until cancelled, or until VK says that the token may not."""
        while True:
            await asyncio.sleep(WATCH)
            try:
                await self.look()
            except MisconfiguredError as error:
                if error.reason == "credentials_refused":
                    raise
                _log.info("VK does not tell whether it calls %s: %s", self._path, error)
                break
            except SendError as error:
                self._health.degraded(error.reason, str(error))
        await asyncio.Event().wait()

    async def called(self) -> bool:
        """Ask whether VK calls us; raises a `SendError`."""
        found = await self._api.call("groups.getCallbackServers", group_id=self._group_id)
        return self._is_called(found)

    async def look(self) -> None:
        """Ask once; raises a `SendError`."""
        if await self.called():
            self._health.well()
        else:
            self._health.down("webhook_failing", NOT_CONFIRMED)

    def _is_called(self, found: Any) -> bool:
        items = found.get("items", []) if isinstance(found, dict) else []
        servers = [one for one in items if isinstance(one, dict)]
        ours = [one for one in servers if str(one.get("url", "")).endswith(self._path)]
        return any(one.get("status") in _CALLED for one in ours)
