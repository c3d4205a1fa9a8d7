"""A small application to look at the door, the bodies and the answers with."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bridge.web import create_app
from bridge.web.app import Room

HOME = "http://127.0.0.1:8080"
JSON = {"content-type": "application/json"}


@asynccontextmanager
async def serving(
    rooms: Sequence[Room], *, public_url: str = HOME, **options: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of an application that serves `rooms`."""
    app: Any = create_app(rooms, public_url=public_url, version="1.2.3", **options)
    # What escapes the application would be a plain 500 from the server: never acceptable.
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url=public_url) as client:
        yield client


def error(response: httpx.Response) -> dict[str, Any]:
    """Return the failure an answer tells of, having checked its shape."""
    body = response.json()
    assert list(body) == ["error"]
    failure: dict[str, Any] = body["error"]
    assert set(failure) <= {"code", "message", "fields", "detail", "request_id"}
    assert failure["message"].endswith(".")
    assert failure["request_id"] == response.headers["x-request-id"]
    return failure
