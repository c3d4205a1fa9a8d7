"""Bringing things to the app by HTTP: the Events API and interactivity.

Source: https://docs.slack.dev/apis/events-api/#responding
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bridge.sandbox.slack import signing

PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app said; `status` is `None` where nothing came in time, and `why` says why."""

    status: int | None
    body: Any = None
    why: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Say whether it counts as received."""
        return self.status is not None and 200 <= self.status < 300


class Webhooks:
    """Two addresses of the app's, which may be the same."""

    def __init__(self, secret: str, now: Callable[[], int]) -> None:
        """`secret` signs; `now` is in ms."""
        self.events = ""
        self.interactions = ""
        self.patience = PATIENCE
        self._secret = secret
        self._now = now

    async def event(self, payload: Mapping[str, Any], retry: int, why: str) -> Answer:
        """Bring an event, as JSON."""
        told = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": why} if retry else {}
        body = json.dumps(payload, ensure_ascii=False).encode()
        return await self.post(self.events, body, "application/json", told)

    async def interaction(self, payload: Mapping[str, Any]) -> Answer:
        """Bring what somebody did, as JSON in a form."""
        body = urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()
        return await self.post(self.interactions, body, "application/x-www-form-urlencoded", {})

    async def command(self, payload: Mapping[str, str]) -> Answer:
        """Bring a command, as a form."""
        body = urlencode(payload).encode()
        return await self.post(self.interactions, body, "application/x-www-form-urlencoded", {})

    async def post(
        self, url: str, body: bytes, mime: str, more: Mapping[str, str], *, at: int | None = None
    ) -> Answer:
        """Post any body, signed as of now or of another second."""
        timestamp = self._now() // 1000 if at is None else at
        headers = {**signing.headers(self._secret, timestamp, body), "Content-Type": mime, **more}
        timeout = aiohttp.ClientTimeout(total=self.patience)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, data=body, headers=headers) as response,
            ):
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                said = _said(await response.read())
                return Answer(response.status, said, "http_error", no_retry)
        except TimeoutError:
            return Answer(None, why="http_timeout")
        except (aiohttp.ClientError, OSError):
            return Answer(None, why="connection_failed")


def _said(body: bytes) -> Any:
    """Return the answer as JSON, or as the words it is."""
    try:
        return json.loads(body) if body.strip() else None
    except ValueError:
        return body.decode(errors="replace")
