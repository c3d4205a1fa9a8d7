"""Telling the app: over a socket if it has one open, by HTTP if it has an address.

Events are told again at once, after one minute and after five; what people did is told
once, and they see whether it worked.

Source: https://docs.slack.dev/apis/events-api/#retries
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from bridge.sandbox.slack.ledger import Attempt, Ledger
from bridge.sandbox.slack.sockets import Sockets
from bridge.sandbox.slack.team import APP, BOT_USER, TEAM, Team
from bridge.sandbox.slack.webhooks import Answer, Webhooks

# The pauses before the three further attempts, in seconds.
RETRY_AFTER = (0.0, 60.0, 300.0)
SUBSCRIPTIONS = frozenset(
    {
        "app_home_opened",
        "channel_archive",
        "channel_deleted",
        "channel_id_changed",
        "channel_left",
        "channel_unarchive",
        "group_left",
        "member_joined_channel",
        "member_left_channel",
        "message",
        "reaction_added",
        "reaction_removed",
    }
)


class Telling:
    """Everything that goes to the app."""

    def __init__(
        self,
        team: Team,
        ledger: Ledger,
        webhooks: Webhooks,
        sockets: Sockets,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """`sleep` passes the seconds between attempts."""
        self.subscriptions = set(SUBSCRIPTIONS)
        self._team = team
        self._ledger = ledger
        self._webhooks = webhooks
        self._sockets = sockets
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()
        self._payloads: dict[str, Mapping[str, Any]] = {}

    # --- events ---

    def soon(self, kind: str, event: Mapping[str, Any]) -> None:
        """Tell of an event without waiting for it."""
        self._begin(self._tell(kind, event))

    async def _tell(self, kind: str, event: Mapping[str, Any]) -> None:
        await self.event(kind, event)

    async def event(self, kind: str, event: Mapping[str, Any]) -> tuple[str, bool]:
        """Tell of an event; return its id, and whether the first attempt was answered."""
        if kind not in self.subscriptions or not self._is_seen(event):
            return "", True
        payload = self._payload({"type": kind, "event_ts": self._team.ts(), **event})
        event_id: str = payload["event_id"]
        self._payloads[event_id] = payload
        answer = await self.again(event_id)
        if not answer.ok and not answer.no_retry:
            self._begin(self._retry(event_id, answer.why))
        return event_id, answer.ok

    async def again(self, event_id: str, retry: int = 0, why: str = "") -> Answer:
        """Tell of the very same event, once."""
        payload = self._payloads[event_id]
        if self._sockets.open or not self._webhooks.events:
            answer = await self._sockets.send("events_api", payload, retry, why)
        else:
            answer = await self._webhooks.event(payload, retry, why)
        self._note(payload["event"]["type"], event_id, payload, answer, retry)
        return answer

    async def _retry(self, event_id: str, why: str) -> None:
        for number, pause in enumerate(RETRY_AFTER, 1):
            await self._sleep(pause)
            answer = await self.again(event_id, number, why)
            if answer.ok:
                return
            if answer.no_retry:
                break
            why = answer.why
        self._ledger.missed.append(event_id)

    def _payload(self, event: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "token": "verification-token",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": self._team.id("Ev"),
            "event_time": self._team.now() // 1000,
            "authorizations": [
                {"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "enterprise_id": None}
            ],
            "is_ext_shared_channel": False,
        }

    def _is_seen(self, event: Mapping[str, Any]) -> bool:
        """Say whether the app is in the channel that the event happened in."""
        where = event.get("channel") or event.get("item", {}).get("channel")
        channel = self._team.channels.get(where)
        about_us = event.get("user") == BOT_USER
        return channel is None or BOT_USER in channel.members or about_us

    # --- interactions ---

    async def interaction(self, payload: Mapping[str, Any]) -> Answer:
        """Tell what somebody did; answer what the app said to it."""
        if self._sockets.open or not self._webhooks.interactions:
            answer = await self._sockets.send("interactive", payload, 0, "")
        else:
            answer = await self._webhooks.interaction(payload)
        self._note(payload["type"], payload.get("trigger_id", ""), payload, answer, 0)
        return answer

    async def command(self, payload: Mapping[str, Any]) -> Answer:
        """Tell that somebody typed a command; answer what the app said to it."""
        if self._sockets.open or not self._webhooks.interactions:
            answer = await self._sockets.send("slash_commands", payload, 0, "")
        else:
            answer = await self._webhooks.command(payload)
        self._note("slash_commands", payload["trigger_id"], payload, answer, 0)
        return answer

    # --- the book ---

    def _note(
        self, kind: str, id: str, payload: Mapping[str, Any], answer: Answer, retry: int
    ) -> None:
        now = self._team.now()
        self._ledger.attempts.append(Attempt(kind, id, payload, answer.status, retry, now))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until every event has come to its end."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
