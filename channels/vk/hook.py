"""The Callback API's address: https://dev.vk.com/ru/api/callback/getting-started.

VK signs nothing. What proves that it speaks is the secret in the body, so the body has to
be read first; it is kept small.
"""

import hmac
import json
from typing import Any

from litestar import MediaType, Request, Response, post
from litestar.handlers import HTTPRouteHandler

from bridge.channel import Sink
from bridge.settings import Secret
from bridge.web import ApiError
from channels.vk.intake import Intake

# A message with a hundred forwarded ones that have ten photos each stays well below it.
LARGEST_BODY = 1024 * 1024
# In seconds; VK obeys it with 503.
_STARTING = 1


class Hook:
    """One inbox's address."""

    def __init__(
        self, inbox_id: str, group_id: int, confirmation: str, secret: Secret, intake: Intake
    ) -> None:
        """Answer for one community."""
        self._path = f"/hooks/{inbox_id}"
        self._group_id = group_id
        self._confirmation = confirmation
        self._secret = secret
        self._intake = intake
        self._sink: Sink | None = None

    def open(self, sink: Sink) -> None:
        """Take events from now on."""
        self._sink = sink

    def close(self) -> None:
        """Take no more events; VK keeps them and comes again."""
        self._sink = None

    def route(self) -> HTTPRouteHandler:
        """Return what serves the address."""
        make = post(
            self._path,
            status_code=200,
            media_type=MediaType.TEXT,
            request_max_body_size=LARGEST_BODY,
            include_in_schema=False,
        )
        return make(self.receive)

    async def receive(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Take one event; the answer is exactly `ok`, and only once the event is stored.

        Raises `ApiError` for whoever is not VK, `StorageUnavailableError` (503 with
        `Retry-After`) when VK is to come again.
        """
        update = _parsed(await request.body())
        self._check_community(update)
        if update.get("type") == "confirmation":
            # It comes before VK knows the secret, and the code is no use to anybody else.
            return Response(self._confirmation)
        self._check_secret(update)
        if self._sink is None:
            raise ApiError(503, "starting", "Come again.", {"retry_after": _STARTING})
        await self._intake.take(self._sink, [update])
        return Response("ok")

    def _check_community(self, update: dict[str, Any]) -> None:
        if not _same(str(update.get("group_id")), str(self._group_id)):
            raise ApiError(403, "forbidden", "This is not for this address.")

    def _check_secret(self, update: dict[str, Any]) -> None:
        given = update.pop("secret", None)
        if not isinstance(given, str) or not _same(given, self._secret.reveal()):
            raise ApiError(403, "forbidden", "This does not come from VK.")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ApiError(400, "malformed_json", "The body is not a JSON object.")
    return found


def _same(given: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), right.encode())
