"""The Callback API: https://dev.vk.com/ru/api/callback/getting-started.

Answers 410, 429 and 503 with `Retry-After` (under three hours) set the time of the next
attempt, which carries `X-Retry-Counter`. What VK does without that header is not written
down anywhere, so the schedule here is a guess: twice as long each time.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

from bridge.sandbox.vk.events import Event
from bridge.sandbox.vk.ledger import Ledger, Notice

MOST_ATTEMPTS = 10
LONGEST_RETRY_AFTER = 3 * 3600
# VK waits about as long for an answer, in seconds.
PATIENCE = 10.0
_OBEYED = (410, 429, 503)


class Callback:
    """Tells every event to one server, until it answers `ok`."""

    def __init__(
        self, group_id: int, ledger: Ledger, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        """Tell nobody yet; `sleep` passes the time between attempts."""
        self._group_id = group_id
        self._ledger = ledger
        self._sleep = sleep
        self._url = ""
        self._secret = ""
        self.servers: dict[str, str] = {}
        """How the confirmation of each address went, as VK calls it."""
        self._waiting: asyncio.Queue[Event] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None
        self.code = "a1b2c3d4"
        """What a server must answer to be confirmed; settings that change, change it."""

    # --- settings ---

    async def start(self) -> None:
        """Begin to tell."""
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        self._spawn(self._tell_all())

    async def stop(self) -> None:
        """Tell nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def connect(self, url: str, secret: str) -> bool:
        """Have `url` confirm that it belongs to the community; tell it events if it does."""
        body = {"type": "confirmation", "group_id": self._group_id}
        self._ledger.wire.told("confirmation", body)
        status, answer, _ = await self.post(url, body)
        confirmed = (status, answer) == (200, self.code)
        self.servers[url] = "ok" if confirmed else "failed"
        if not confirmed:
            return False
        self._url, self._secret = url, secret
        return True

    def body(self, event: Event) -> dict[str, Any]:
        """Return an event as it is told here: with the secret."""
        return {**event.body, "secret": self._secret}

    # --- telling ---

    def take(self, event: Event) -> None:
        """Tell a further event, if there is anybody to tell."""
        if self._url:
            self._waiting.put_nowait(event)

    async def _tell_all(self) -> None:
        while True:
            event = await self._waiting.get()
            notice = await self.attempt(event)
            if not notice.taken:
                # What is refused does not hold up what comes after it.
                self._spawn(self._tell_again(event, notice))

    async def _tell_again(self, event: Event, notice: Notice) -> None:
        for attempt in range(1, MOST_ATTEMPTS):
            await self._sleep(notice.retry_after or 2.0**attempt)
            notice = await self.attempt(event, attempt)
            if notice.taken:
                return
        self._ledger.dropped.append(event.id)

    async def attempt(self, event: Event, attempt: int = 0) -> Notice:
        """Tell an event once; return what came of it."""
        headers = {"X-Retry-Counter": str(attempt)} if attempt else {}
        kind = str(event.body.get("type", ""))
        self._ledger.wire.told(kind, self.body(event))
        status, answer, retry_after = await self.post(self._url, self.body(event), headers)
        notice = Notice(event.id, kind, attempt, status, answer, retry_after)
        self._ledger.notices.append(notice)
        self._ledger.wire.changed()
        return notice

    async def post(
        self, url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> tuple[int, str, float | None]:
        """Send one request; return status, answer and `Retry-After`, or 0 for no answer."""
        if self._http is None:
            raise RuntimeError("the platform is not running")
        data = json.dumps(body, ensure_ascii=False).encode()
        told = {"Content-Type": "application/json", **(headers or {})}
        try:
            async with self._http.post(url, data=data, headers=told) as response:
                text = await response.text()
                return response.status, text, _retry_after(response)
        except (aiohttp.ClientError, OSError):  # A timeout is one of them.
            return 0, "", None

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    said = response.headers.get("Retry-After", "")
    if response.status not in _OBEYED or not said.isdigit():
        return None
    return min(float(said), LONGEST_RETRY_AFTER)
