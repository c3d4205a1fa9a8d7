"""A program that is told things: it checks every signature, and answers as a test wants.

The check is written from the specification alone, and shares nothing with what signs:
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from aiohttp import web

from bridge.settings import Secret, Webhook

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
# Receivers refuse what is older: somebody may have kept it to send it again.
TOLERANCE = 5 * 60


def verified(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> bool:
    """Say whether a request is the sender's and fresh, as a receiver has to find out."""
    sent_at = int(headers["webhook-timestamp"])
    if abs(now - sent_at) > TOLERANCE:
        return False
    key = base64.b64decode(secret.split("whsec_", 1)[1])
    content = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    candidates = [one.split(",", 1) for one in headers["webhook-signature"].split(" ")]
    return any(
        version == "v1" and hmac.compare_digest(expected, given) for version, given in candidates
    )


@dataclass
class Reply:
    """How the receiver answers."""

    status: int = 200
    text: str = "ok"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """What has come in."""

    headers: Mapping[str, str]
    body: bytes
    path: str

    @property
    def id(self) -> str:
        """Return the call's id."""
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        """Return what it holds."""
        return json.loads(self.body)


class Receiver:
    """Listens on loopback. Answers by `replies`, the first first, and then as `usual`."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.replies: deque[Reply] = deque()
        self.usual = Reply()
        self.held = asyncio.Event()
        self.held.set()
        self.at_once = 0
        self.most_at_once = 0
        self.url = ""

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Receiver"]:
        """Listen for as long as the context lasts."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/desk"
        try:
            yield self
        finally:
            self.held.set()
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.requests.append(Request(dict(request.headers), await request.read(), request.path))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.held.wait()
        finally:
            self.at_once -= 1
        reply = self.replies.popleft() if self.replies else self.usual
        return web.Response(status=reply.status, text=reply.text, headers=reply.headers)

    def webhook(self, **keys: Any) -> Webhook:
        """Return the settings of a webhook that leads here."""
        given = {"url": self.url, "secret": Secret(SECRET), "allow_private": True} | keys
        return Webhook.model_validate(given)

    def told(self, of: Callable[[Any], Any] = lambda one: one["data"]) -> Sequence[Any]:
        """Return what it was told, in order."""
        return [of(one.json) for one in self.requests]


@contextlib.contextmanager
def listening_apart() -> Iterator[Receiver]:
    """Listen in a thread of its own, for tests that run a program and cannot wait for both."""
    given: list[Receiver] = []
    ready, done = Event(), Event()

    async def listen() -> None:
        async with Receiver().listening() as receiver:
            given.append(receiver)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    try:
        assert ready.wait(30)
        yield given[0]
    finally:
        done.set()
        thread.join(30)
