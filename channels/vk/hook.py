"""The Callback API's address: https://dev.vk.com/ru/api/callback/getting-started.

VK signs nothing. What proves that it speaks is the secret in the body, so the body has to
be read first; it is kept small.
"""

import asyncio
import hmac
import json
from typing import Any

from litestar import MediaType, Request, Response, post
from litestar.handlers import HTTPRouteHandler

from bridge.channel import Health, Inlet, Sink, StorageUnavailableError
from bridge.settings import Secret
from bridge.web import ApiError
from channels.vk.intake import Intake

# A message with a hundred forwarded ones that have ten photos each stays well below it.
LARGEST_BODY = 1024 * 1024
# VK obeys `Retry-After` under three hours and counts its attempts, of which it has a limited
# number that nobody has written down: so each time a longer pause, in seconds.
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 5, 3, 3600


class Hook:
    """One inbox's address."""

    def __init__(
        self,
        inbox_id: str,
        group_id: int,
        confirmation: str,
        secret: Secret,
        intake: Intake,
        health: Health,
    ) -> None:
        """Answer for one community."""
        self._path = f"/hooks/{inbox_id}"
        self._group_id = group_id
        self._confirmation = confirmation
        self._secret = secret
        self._intake = intake
        self._health = health
        self._inlet = Inlet()

    async def run(self, sink: Sink) -> None:
        """Take events until cancelled; before and after VK is told to come again."""
        self._health.well()
        await self.serve(sink)

    async def serve(self, sink: Sink) -> None:
        """Take the events that have reached this process."""
        self._inlet.open(sink)
        try:
            await asyncio.Event().wait()
        finally:
            self._inlet.close(sink)

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

        Raises `ApiError`: 400 and 403 for whoever is not VK, 503 with `Retry-After` when
        VK is to come again.
        """
        update = _parsed(await request.body())
        self._check_community(update)
        if update.get("type") == "confirmation":
            # It comes before VK knows the secret, and the code is no use to anybody else.
            return Response(self._confirmation)
        self._check_secret(update)
        attempts = request.headers.get("x-retry-counter", "")
        sink = self._inlet.sink
        if sink is None:
            raise _come_again(attempts)
        try:
            await self._intake.take(sink, [update])
        except StorageUnavailableError:
            raise _come_again(attempts) from None
        return Response("ok")

    def _check_community(self, update: dict[str, Any]) -> None:
        if not _same(str(update.get("group_id")), str(self._group_id)):
            raise ApiError(403, "forbidden", "This is not for this address.")

    def _check_secret(self, update: dict[str, Any]) -> None:
        given = update.pop("secret", None)
        if not isinstance(given, str) or not _same(given, self._secret.reveal()):
            raise ApiError(403, "forbidden", "This does not come from VK.")


def _come_again(counter: str) -> ApiError:
    """Return the answer to an attempt of VK's, of which there were `counter` before."""
    before = int(counter) if counter.isascii() and counter.isdecimal() and len(counter) < 3 else 0
    after = min(_FIRST_PAUSE * _GROWTH**before, _LONGEST_PAUSE)
    return ApiError(503, "come_again", "Nothing was stored; come again.", {"retry_after": after})


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
