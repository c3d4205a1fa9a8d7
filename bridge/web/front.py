"""The door in front of every handler: what no request gets past, and what no answer lacks."""

import logging
import random
import secrets
from collections.abc import Iterable
from typing import Any

from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from bridge.web.errors import ApiError, answer, as_api_error, describe, request_id
from bridge.web.express import express_routes
from bridge.web.headers import ALWAYS
from bridge.web.incoming import sent
from bridge.web.site import Site

_log = logging.getLogger(__name__)

# Names a request in the log and guards nothing. The system's own source would give up the
# interpreter's lock, and wait for it again, with every request.
_numbers = random.Random(secrets.randbits(128))  # noqa: S311
# Longer than any address we hand out; the router remembers the addresses it has seen.
LONGEST_TARGET = 4096


class BrokenOffError(ConnectionError):
    """An answer failed when part of it had gone out: the connection must end."""


class WebApp:
    """The ASGI application: Litestar behind the door. `litestar` is for looking at routes."""

    def __init__(self, litestar: Litestar, site: Site) -> None:
        """Answer only under the hosts of `site`."""
        self.litestar = litestar
        self.site = site
        self._express = express_routes(litestar)
        self._always = [(name.encode(), value.encode()) for name, value in ALWAYS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, websocket or lifespan."""
        if str(scope["type"]) == "lifespan":
            await self.litestar(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = f"{_numbers.getrandbits(64):016x}"
        refusal = self._refusal(scope)
        if scope["type"] == ScopeType.WEBSOCKET:
            await self._websocket(refusal, scope, receive, send)
        else:
            await self._http(refusal, scope, receive, send)

    def _refusal(self, scope: Any) -> ApiError | None:
        target = scope.get("raw_path") or scope["path"].encode()
        if len(target) + len(scope.get("query_string", b"")) > LONGEST_TARGET:
            return ApiError(414, "address_too_long", "The address is too long.")
        hosts = sent(scope, "host")
        if len(hosts) != 1 or not self.site.has_host(hosts[0]):
            home = self.site.origins[0]
            return ApiError(421, "wrong_host", f"This server answers as {home} only.")
        return None

    async def _websocket(
        self, refusal: ApiError | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if refusal is not None:
            # Before it is accepted, closing means 403.
            await send({"type": "websocket.close", "code": 1008, "reason": refusal.code})
            return
        await self.litestar(scope, receive, send)

    async def _http(
        self, refusal: ApiError | None, scope: Any, receive: Receive, send: Send
    ) -> None:
        started = False

        async def complete(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._completed(message["headers"], scope)
            await send(message)

        app: ASGIApp = self._express.get((scope["method"], scope["path"]), self.litestar)
        if refusal is not None:
            app = _saying(refusal, scope)
        try:
            await app(scope, receive, complete)
        except Exception as error:  # noqa: BLE001  # Nothing may pass without a log and an answer.
            # Not with its own words, which may be a customer's.
            _log.error("request %s broke off: %s", request_id(scope), describe(error))
            if started:
                raise BrokenOffError from None
            await _saying(as_api_error(error), scope)(scope, receive, complete)

    def _completed(
        self, headers: Iterable[tuple[bytes, bytes]], scope: Scope
    ) -> list[tuple[bytes, bytes]]:
        own = list(headers)
        named = {name.lower() for name, _ in own}
        own += [(name, value) for name, value in self._always if name not in named]
        own.append((b"x-request-id", request_id(scope).encode()))
        return own


def _saying(error: ApiError, scope: Scope) -> ASGIApp:
    return answer(error, scope).to_asgi_response(app=None, request=Request(scope))
