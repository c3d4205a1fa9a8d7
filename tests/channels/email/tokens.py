"""A small authorization server, as a mail provider has one, and who asks it for tokens."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from aiohttp import web

from bridge.channel import Pocket, Safe
from bridge.clock import Clock
from bridge.settings import Secret
from channels.email.oauth import Renewed
from channels.email.settings import OAuth
from tests.channels.email.dovecot import OAUTH_KEY
from tests.clock import ManualClock

REFRESH, CLIENT_SECRET = "refresh-canary", "client-secret-canary"


def a_token(number: int, *, key: bytes = OAUTH_KEY) -> str:
    claims = {"sub": "oauth-olena", "exp": int(time.time()) + 600, "jti": str(number)}
    return jwt.encode(claims, key, algorithm="HS256")


@dataclass
class TokenServer:
    """An authorization server (RFC 6749): one client, one refresh token at a time."""

    url: str = ""
    forms: list[Mapping[str, str]] = field(default_factory=list)
    good: str = REFRESH
    rotates: bool = False
    expires_in: float | str | None = 3600
    refuses: tuple[int, Any] | None = None
    bad_tokens: int = 0
    waits: asyncio.Event | None = None
    """Until when its answers are on their way."""
    in_pieces: bool = False
    """Whether an answer comes in several, as a long one does."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Give a token for a refresh token, as the vendors' do."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append(form)
        if self.refuses is not None:
            status, body = self.refuses
            return web.json_response(body, status=status)
        if form.get("client_secret") != CLIENT_SECRET:
            return web.json_response({"error": "invalid_client"}, status=401)
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.good:
            return web.json_response({"error": "invalid_grant"}, status=400)
        granted = self._granted()
        if self.waits is not None:
            await self.waits.wait()
        answer = web.json_response(granted)
        return await _in_pieces(request, answer.body) if self.in_pieces else answer

    def _granted(self) -> dict[str, Any]:
        number = len(self.forms)
        key = b"a key that the mail servers do not know" if number <= self.bad_tokens else OAUTH_KEY
        given: dict[str, Any] = {"access_token": a_token(number, key=key), "token_type": "Bearer"}
        if self.expires_in is not None:
            given["expires_in"] = self.expires_in
        if self.rotates:
            self.good = given["refresh_token"] = f"{REFRESH}-{number}"
        return given


async def _in_pieces(request: web.Request, body: Any) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "application/json"})
    await answer.prepare(request)
    for piece in (body[:40], body[40:]):
        await answer.write(piece)
        await asyncio.sleep(0.1)
    return answer


@contextlib.asynccontextmanager
async def serving(server: TokenServer) -> AsyncIterator[TokenServer]:
    app = web.Application()
    app.router.add_post("/token", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    try:
        yield server
    finally:
        await runner.cleanup()


@pytest.fixture
async def tokens() -> AsyncIterator[TokenServer]:
    async with serving(TokenServer()) as server:
        yield server


def keys(server: TokenServer, **given: Any) -> dict[str, Any]:
    """Return the keys of `oauth` in the YAML."""
    return {
        "token_url": server.url,
        "client_id": "the-client",
        "client_secret": Secret(CLIENT_SECRET),
        "refresh_token": Secret(REFRESH),
    } | given


def renewed(
    server: TokenServer, clock: Clock | None = None, safe: Safe | None = None, **given: Any
) -> Renewed:
    """Return what a program that has just started asks with."""
    oauth = OAuth.model_validate(keys(server, **given))
    return Renewed(oauth, clock or ManualClock(), safe or Pocket())
