"""Viber's REST API over aiohttp.

The vendor's own sender has no timeout, and logs the token and the text on any failure.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from bridge import wirelog
from bridge.channel import OutcomeUnknownError, RejectedError, UnavailableError
from bridge.proxy import REFUSALS, way_out
from channels.viber.errors import classed, classed_http
from channels.viber.settings import ViberSettings

# https://developers.viber.com/docs/faq/ : 30 kB for any request.
LARGEST_REQUEST = 30_000
# Connecting is told apart from answering: only before it, nothing can have gone. In seconds,
# and together less than the core waits for a send.
_TIMEOUT = aiohttp.ClientTimeout(total=40, connect=10)
_NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class ViberClient:
    """Calls of one bot, each on a connection of its own.

    One that is kept open may be closed by the other end just as we use it, and then nobody
    could tell whether the message has gone.
    """

    def __init__(self, settings: ViberSettings) -> None:
        """Take the token and the addresses; nothing connects yet."""
        self._token = settings.token
        self._base = settings.api_base.rstrip("/")
        self._proxy = settings.proxy.reveal() if settings.proxy else None

    async def call(self, method: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call a method once; return the answer of status 0, or raise a `SendError`."""
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        encoded = body.encode(errors="replace")
        if len(encoded) > LARGEST_REQUEST:
            raise RejectedError("The message is larger than Viber takes.", reason="too_long")
        noted = wirelog.asked(method, lambda: payload)
        answer = await self._post(method, encoded, noted)
        if answer.get("status") != 0:
            noted(str(answer.get("status")), str(answer.get("status_message", "")))
            raise classed(answer.get("status"))
        return answer

    async def _post(
        self, method: str, body: bytes, noted: Callable[[str | int, str], None]
    ) -> Mapping[str, Any]:
        headers = {"X-Viber-Auth-Token": self._token.reveal(), "Content-Type": "application/json"}
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=_TIMEOUT, headers=headers, **way_out(self._proxy)
                ) as session,
                session.post(
                    f"{self._base}/{method}", data=body, allow_redirects=False
                ) as response,
            ):
                if response.status != 200:
                    noted(response.status, "")
                    raise classed_http(response.status, response.headers.get("Retry-After"))
                return _read(await response.read())
        except REFUSALS:
            raise UnavailableError(
                "The proxy does not let us to Viber.", reason="unavailable"
            ) from None
        except _NOT_CONNECTED:
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
