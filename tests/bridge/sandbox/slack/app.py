"""An app of the plainest kind, to look at the model with."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bridge.sandbox.slack import BOT_TOKEN, SlackPlatform
from tests.clock import ManualClock


@dataclass(slots=True)
class Receiver:
    """A server that keeps what it is told; the fields are how it answers."""

    status: int = 200
    failures: int = 0
    """How many of the next answers are 500, whatever `status` is."""
    body: Any = None
    delay: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    told: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to answer."""
        app = web.Application()
        app.router.add_post("/slack/events", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def stop(self) -> None:
        """Stop answering."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.told.append((request.headers, body))
        await asyncio.sleep(self.delay)
        if b"url_verification" in body:
            return web.json_response({"challenge": json.loads(body)["challenge"]})
        text = "" if self.body is None else json.dumps(self.body)
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        return web.Response(status=self.status, text=text, headers=dict(self.headers))

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the events it was told of."""
        told = [json.loads(body) for _, body in self.told if body.startswith(b"{")]
        return [one["event"] for one in told if "event" in one]


class App:
    """The model, a receiver of events, and calls of the API by hand."""

    def __init__(self) -> None:
        """Wire them; `sleep` of the model moves the clock."""
        self.clock = ManualClock()
        self.slack = SlackPlatform(now=self.clock.now, sleep=self._sleep)
        self.receiver = Receiver()
        self.slept: list[float] = []
        self.anna = self.slack.agent("anna", email="anna@example.com")
        self.support = self.slack.channel("support", self.anna)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.tick(seconds)
        await asyncio.sleep(0)

    async def ask(
        self, method: str, args: Any = None, *, token: str | None = BOT_TOKEN
    ) -> dict[str, Any]:
        """Call a method with JSON; the answer is JSON on 200."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(self.slack.url + method, json=args or {}) as response,
        ):
            assert response.status == 200, response.status
            answer: dict[str, Any] = await response.json()
            return answer

    async def post(self, text: str = "Hello", **more: Any) -> dict[str, Any]:
        """Post into the support channel, a second later than anything before."""
        self.clock.tick(1)
        args = {"channel": self.support.id, "text": text} | more
        return await self.ask("chat.postMessage", {k: v for k, v in args.items() if v is not None})
