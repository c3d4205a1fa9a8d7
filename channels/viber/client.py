"""Viber's REST API over aiohttp.

The vendor's own sender has no timeout, and logs the token and the text on any failure.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bridge.channel import OutcomeUnknownError, RejectedError, UnavailableError
from channels.viber.errors import classed, classed_http
from channels.viber.settings import ViberSettings

# https://developers.viber.com/docs/faq/ : 30 kB for any request.
LARGEST_REQUEST = 30_000
# Connecting is told apart from answering: only before it, nothing can have gone. In seconds,
# and together less than the core waits for a send.
_TIMEOUT = aiohttp.ClientTimeout(total=40, connect=10)
# A connection that idles longer may be closed by the other end just as we use it.
_KEEP_ALIVE = 3.0


class ViberClient:
    """Calls of one bot. Its connections live as long as anybody holds it."""

    def __init__(self, settings: ViberSettings) -> None:
        """Take the token and the addresses; nothing connects yet."""
        self._token = settings.token
        self._base = settings.api_base.rstrip("/")
        self._proxy = settings.proxy
        self._session: aiohttp.ClientSession | None = None
        self._holders = 0

    @asynccontextmanager
    async def held(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Keep the connections; what is on the wire outlives the one who stops first."""
        if self._session is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=_KEEP_ALIVE)
            self._session = aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT)
        session = self._session
        self._holders += 1
        try:
            yield session
        finally:
            self._holders -= 1
            if not self._holders:
                self._session = None
                await session.close()

    async def call(self, method: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call a method once; return the answer of status 0, or raise a `SendError`."""
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        encoded = body.encode(errors="replace")
        if len(encoded) > LARGEST_REQUEST:
            raise RejectedError("The message is larger than Viber takes.", reason="too_long")
        async with self.held() as session:
            answer = await self._post(session, method, encoded)
        if answer.get("status") != 0:
            raise classed(answer.get("status"))
        return answer

    async def _post(
        self, session: aiohttp.ClientSession, method: str, body: bytes
    ) -> Mapping[str, Any]:
        headers = {"X-Viber-Auth-Token": self._token.reveal(), "Content-Type": "application/json"}
        try:
            async with session.post(
                f"{self._base}/{method}",
                data=body,
                headers=headers,
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise classed_http(response.status, response.headers.get("Retry-After"))
                return _read(await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise UnavailableError("Viber is out of reach.", reason="unavailable") from None
        except TimeoutError:
            raise OutcomeUnknownError("Viber did not answer.", reason="timeout") from None
        except (aiohttp.ClientError, OSError):
            # From `None`: the library's exceptions carry addresses and headers.
            raise OutcomeUnknownError("Viber broke off.", reason="timeout") from None


def _read(raw: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        answer = None
    return answer if isinstance(answer, dict) else {}
