"""What comes from Slack by either way in: who takes it, and what it is answered with."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Mapping
from typing import Any, Literal

from agent_console.slack.home import Home
from agent_console.slack.intake import Intake
from agent_console.slack.presses import Body, Presses
from agent_console.surface import StaffDesk
from bridge.channel import Health

_log = logging.getLogger(__name__)

Kind = Literal["events_api", "interactive", "slash_commands"]
# Slack waits for three seconds; what takes longer is done all the same.
PATIENCE = 2.5
OVER = {
    "app_uninstalled": "The app was taken out of the workspace.",
    "tokens_revoked": "The app's token was revoked.",
}


class Dispatch:
    """Takes what comes, and returns once it may be acknowledged."""

    def __init__(
        self, intake: Intake, presses: Presses, home: Home, desk: StaffDesk, health: Health
    ) -> None:
        """Wait for the first."""
        self._intake = intake
        self._presses = presses
        self._home = home
        self._desk = desk
        self._health = health
        self._late: set[asyncio.Task[Body]] = set()

    async def take(self, kind: str, payload: Body) -> Body:
        """Take one thing; return what stands in the acknowledgement.

        Raises `StorageUnavailableError` and `SendError`: then it is not acknowledged.
        """
        if kind == "events_api":
            await self._event(payload)
        elif kind == "interactive":
            return await self._soon(payload, self._presses.interaction(payload))
        elif kind == "slash_commands":
            return await self._soon(payload, self._presses.command(payload))
        return {}

    async def _event(self, payload: Body) -> None:
        event = payload.get("event")
        event = event if isinstance(event, dict) else {}
        kind = event.get("type")
        if kind == "app_home_opened":
            if event.get("tab") == "home" and isinstance(event.get("user"), str):
                self._home.opened(event["user"])
        elif kind in OVER:
            self._health.down("credentials_refused", OVER[kind])
        else:
            await self._intake.take([event])

    async def _soon(self, payload: Body, work: Awaitable[Body]) -> Body:
        """Return the answer if it comes in time; nothing of a press is repeated by Slack."""
        task = asyncio.ensure_future(self._kept(payload, work))
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        return task.result() if done else {}

    async def _kept(self, payload: Body, work: Awaitable[Body]) -> Body:
        try:
            return await work
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            _log.warning("a press was not understood: %s", type(error).__name__)
            raw = json.dumps(_without_keys(payload), ensure_ascii=False, default=str).encode()
            await self._desk.quarantine(raw, f"not understood: {type(error).__name__}")
        except Exception:  # noqa: BLE001  # A bug of ours, which is logged.
            # Slack gets its answer all the same, or it would show an error of its own.
            _log.exception("a press failed")
        return {}

    async def stop(self) -> None:
        """End what is under way."""
        tasks = list(self._late)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _without_keys(payload: Body) -> Mapping[str, Any]:
    """Return a payload without what opens something."""
    return {k: v for k, v in payload.items() if k not in ("token", "response_url", "trigger_id")}
