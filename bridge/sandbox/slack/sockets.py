"""Socket Mode: websockets that the app opens, at most ten.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
import random
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import WSMsgType, web

from bridge.sandbox.slack.errors import Refusal
from bridge.sandbox.slack.team import APP
from bridge.sandbox.slack.webhooks import PATIENCE, Answer

MOST = 10


class Sockets:
    """The connections of one app."""

    def __init__(self, now: Callable[[], int]) -> None:
        """`now` is in ms."""
        self.home = ""
        self.patience = PATIENCE
        self.open: list[web.WebSocketResponse] = []
        self.opened = 0
        """How many connections there have been."""
        self._now = now
        self._tickets: set[str] = set()
        self._serving: dict[web.WebSocketResponse, asyncio.Task[Any] | None] = {}
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._chance = random.Random(7)  # noqa: S311  # Nobody is to guess it, only to repeat it.

    def ticket(self) -> str:
        """Return an address that opens one connection; raises `Refusal`."""
        if len(self.open) >= MOST:
            raise Refusal("too_many_websockets")
        made = secrets.token_hex(8)
        self._tickets.add(made)
        return f"{self.home.replace('http', 'ws', 1)}/link/?ticket={made}&app_id={APP}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve a connection until either end closes it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.open.append(socket)
        self._serving[socket] = asyncio.current_task()
        self.opened += 1
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self.open.remove(socket)
            del self._serving[socket]
        return socket

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP},
        }

    def _acknowledge(self, text: str) -> None:
        try:
            told = json.loads(text)
        except ValueError:
            return
        envelope = told.get("envelope_id") if isinstance(told, dict) else None
        waiting = self._waiting.pop(str(envelope), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(told.get("payload"))

    async def send(self, kind: str, payload: Mapping[str, Any], retry: int, why: str) -> Answer:
        """Send an envelope over any one connection, and wait for its acknowledgement."""
        if not self.open:
            return Answer(None, why="connection_failed")
        envelope = secrets.token_hex(8)
        waiting = self._waiting[envelope] = asyncio.get_running_loop().create_future()
        whole = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            "retry_attempt": retry,
            "retry_reason": why,
        }
        try:
            await self._chance.choice(self.open).send_json(whole)
            async with asyncio.timeout(self.patience):
                return Answer(200, await waiting)
        except TimeoutError:
            return Answer(None, why="timeout")
        except ConnectionError:
            return Answer(None, why="connection_failed")
        finally:
            self._waiting.pop(envelope, None)

    async def refresh(self, reason: str = "refresh_requested", *, grace: float = 1.0) -> None:
        """Ask for new connections, as Slack does every few hours; close these after `grace`."""
        old = list(self.open)
        for socket in old:
            debug = {"host": "applink-1"}
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": debug})
        served = [task for one in old if (task := self._serving.get(one)) is not None]
        if served:
            await asyncio.wait(served, timeout=grace)
        for socket in old:
            await socket.close()

    async def stop(self) -> None:
        """Close everything."""
        for socket in list(self.open):
            await socket.close()
