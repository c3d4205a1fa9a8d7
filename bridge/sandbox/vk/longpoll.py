"""Bots Long Poll: https://dev.vk.com/ru/api/bots-long-poll/getting-started."""

import asyncio
from collections import deque
from typing import Any

from aiohttp import web

from bridge.sandbox.ledger import Wire
from bridge.sandbox.vk.events import Event

LONGEST_WAIT = 90
DEFAULT_WAIT = 25


class LongPoll:
    """The events, kept for whoever asks; `history` of them at most."""

    def __init__(self, wire: Wire, history: int = 1000) -> None:
        """Begin with nothing told."""
        self._wire = wire
        self._events: deque[Event] = deque(maxlen=history)
        self._last = 0
        self._forgotten = 0
        self._keys = 0
        self._lost = False
        self._news = asyncio.Event()
        self.url = ""
        """The platform's own address, once it has one."""
        self.asked_from = 0
        """The latest number up to which somebody has said to have the events."""
        self.requests = 0

    def keep(self, event: Event) -> None:
        """Take a further event."""
        if len(self._events) == self._events.maxlen:
            self._forgotten = self._events[0].number
        self._events.append(event)
        self._last = event.number
        self._news.set()

    # --- what goes wrong ---

    def expire_key(self) -> None:
        """Answer `failed: 2` until somebody asks for another key."""
        self._keys += 1

    def forget(self) -> None:
        """Answer `failed: 1` to whoever has not had all the events."""
        self._events.clear()
        self._forgotten = self._last

    def lose(self) -> None:
        """Answer `failed: 3` until somebody begins anew; the events are gone."""
        self.forget()
        self._lost = True

    # --- asking ---

    def session(self) -> dict[str, str]:
        """Return where to ask, with which key, from which event on."""
        self._keys += 1
        self._lost = False
        return {"key": self._key, "server": f"{self.url}/longpoll", "ts": str(self._last)}

    @property
    def _key(self) -> str:
        return f"{self._keys:040x}"

    async def check(self, request: web.Request) -> web.StreamResponse:
        """Answer with the events after `ts`, at once or when there are some."""
        self.requests += 1
        asked = request.query
        if asked.get("act") != "a_check":
            return web.json_response({"failed": 4, "min_version": 0, "max_version": 3})
        if self._lost:
            return web.json_response({"failed": 3})
        if asked.get("key") != self._key:
            return web.json_response({"failed": 2})
        ts = asked.get("ts", "")
        if not ts.isdigit() or not self._forgotten <= int(ts) <= self._last:
            return web.json_response({"failed": 1, "ts": str(self._last)})
        if int(ts) > self.asked_from:
            self.asked_from = int(ts)
            self._wire.changed()
        await self._wait(int(ts), min(float(asked.get("wait", DEFAULT_WAIT)), LONGEST_WAIT))
        return web.json_response(self._answer(int(ts)))

    async def _wait(self, ts: int, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while self._last <= ts:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return

    def _answer(self, ts: int) -> dict[str, Any]:
        updates = [dict(event.body) for event in self._events if event.number > ts]
        for one in updates:
            self._wire.told(str(one.get("type", "event")), one)
        return {"ts": str(self._last), "updates": updates}
