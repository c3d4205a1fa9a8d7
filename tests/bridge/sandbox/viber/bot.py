"""A bot of the plainest kind, to look at the model with."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bridge.sandbox.viber import ViberPlatform
from tests.clock import ManualClock


@dataclass(slots=True)
class Webhook:
    """A server that keeps what it is told; `status` and `welcome` are its answers."""

    status: int = 200
    welcome: Any = None
    delay: float = 0.0
    told: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to answer."""
        app = web.Application()
        app.router.add_post("/hook", self._take)
        app.router.add_get("/files/{name}", self._give)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop answering."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.told.append((request.headers, await request.read()))
        await asyncio.sleep(self.delay)
        if self.welcome is not None and b"conversation_started" in self.told[-1][1]:
            return web.json_response(self.welcome)
        return web.Response(status=self.status)

    async def _give(self, request: web.Request) -> web.Response:
        if request.match_info["name"] not in self.files:
            raise web.HTTPNotFound
        return web.Response(body=self.files[request.match_info["name"]])


class Bot:
    """The model, a webhook set on it, and calls of the API by hand."""

    def __init__(self) -> None:
        """Wire them; `sleep` of the model moves the clock."""
        self.clock = ManualClock()
        self.viber = ViberPlatform(now=self.clock.now, sleep=self.sleep)
        self.hook = Webhook()
        self.slept: list[float] = []
        # After so many pauses the webhook works again.
        self.mended_after: int | None = None

    async def sleep(self, seconds: float) -> None:
        """Pass time at once."""
        self.slept.append(seconds)
        if len(self.slept) == self.mended_after:
            self.hook.status = 200
        self.clock.tick(seconds)
        await asyncio.sleep(0)

    async def ask(
        self, method: str, payload: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Call a method; the answer is JSON on 200."""
        own = {"X-Viber-Auth-Token": self.viber.account.token}
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{self.viber.url}/{method}",
                json={} if payload is None else payload,
                headers=own if headers is None else headers,
            ) as response,
        ):
            assert response.status == 200
            answer: dict[str, Any] = await response.json()
            return answer

    async def set_webhook(self, **more: Any) -> dict[str, Any]:
        """Set it to ours."""
        url = f"{self.hook.url}/hook"
        return await self.ask("set_webhook", {"url": url} | more)

    async def send(self, receiver: str, **message: Any) -> dict[str, Any]:
        """Send a text, or what is given."""
        plain = {"receiver": receiver, "sender": {"name": "Shop"}, "type": "text", "text": "Hello"}
        whole = {k: v for k, v in (plain | message).items() if v is not None}
        return await self.ask("send_message", whole)
