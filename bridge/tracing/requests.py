"""A span for each request. Wrapped around the program only where requests are traced."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from bridge import tracing

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]
_App = Callable[[Any, Any, Any], Awaitable[None]]
# What of a path is a word of ours; the rest may be a secret or somebody's.
_WORD = re.compile(r"[a-z][a-z-]{0,31}")
_SERVER_ERROR = 500


def named(path: str) -> str:
    """Return a path without what stands for one thing or person in it. Pure.

    `/hooks/<id>` keeps the id, which is one of the configuration.
    """
    parts = path.strip("/").split("/")
    if parts[0] == "hooks":
        return "/" + "/".join(parts[:2])
    known = (one if _WORD.fullmatch(one) else "{}" for one in parts[:6])
    return "/" + "/".join(known)


class TracedRequests:
    """An ASGI application with a span around each of its requests."""

    def __init__(self, app: _App) -> None:
        """Serve `app`."""
        self.app = app

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Serve one request; a websocket is no single thing that takes a time."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = {"method": str(scope["method"]), "path": named(str(scope["path"]))}
        with tracing.span("request", told) as span:

            async def answered(message: Any) -> None:
                if message["type"] == "http.response.start" and span is not None:
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self.app(scope, receive, answered)
