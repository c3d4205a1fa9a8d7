"""Programs that come with an API token."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import websockets

from agent_console.web.auth.bearer import add_token
from bridge.models import Scope
from tests.agent_console.office import ORIGIN, Agent, LiveView, Office


class Bearer(Agent):
    """A program with a token: neither a cookie, nor an Origin, nor a CSRF token."""

    async def ask(
        self, method: str, path: str, body: Any = None, *, expect: int | None = None, **more: Any
    ) -> httpx.Response:
        """Send a request as a script does."""
        answer = await self.http.request(method, path, json=body, **more)
        if expect is not None:
            assert answer.status_code == expect, f"{method} {path}: {answer.text}"
        return answer

    @contextlib.asynccontextmanager
    async def live(self, address: str, *, after: str | None = None) -> AsyncIterator[LiveView]:
        """Follow the changes over a websocket."""
        async with websockets.connect(
            f"ws://{address}/api/live?after={after or ''}",
            additional_headers={"Authorization": self.http.headers["Authorization"]},
            compression=None,
            max_size=None,
        ) as connection:
            yield LiveView(connection)


async def token_of(
    office: Office, agent_id: str, *, scope: Scope = "write", expires_at: int | None = None
) -> str:
    """Return a new token of an agent."""
    return await office.store.write(add_token, agent_id, uuid4().hex, scope, expires_at)


def bearer(office: Office, token: str) -> Bearer:
    """Return a program that shows this token."""
    transport = httpx.ASGITransport(office.app, client=("127.0.0.1", 50_001))
    headers = {"Authorization": f"Bearer {token}"}
    return Bearer(httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers))


async def with_token(office: Office, agent_id: str, **how: Any) -> Bearer:
    """Return a program that asks as an agent."""
    found = bearer(office, await token_of(office, agent_id, **how))
    found.session = {"agent": {"id": agent_id}}
    return found
