"""The webhook: proven first, then stored, and only then answered.

Viber calls again for an hour until it reads 200; that is what an outage may last.

Source: https://developers.viber.com/docs/api/rest-bot-api/#callbacks
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from bridge.channel import (
    UNCOUNTED,
    ButtonPressed,
    DeliveryReport,
    InboundEvent,
    InboundMessage,
    Inlet,
    Sink,
    StorageUnavailableError,
    Tries,
)
from bridge.web import ApiError, describe
from channels.viber.settings import ViberSettings
from channels.viber.translate import Callback, UntranslatableError, read, translate
from channels.viber.unanswered import Unanswered
from channels.viber.welcome import Welcome

_log = logging.getLogger(__name__)

_SIGNATURE = re.compile(r"[0-9a-f]{64}")


class Hook:
    """Takes the callbacks of one bot."""

    def __init__(
        self,
        inbox_id: str,
        settings: ViberSettings,
        welcome: Welcome,
        unanswered: Unanswered,
        tries: Tries = UNCOUNTED,
    ) -> None:
        """Nothing is taken before `open`."""
        self._tries = tries
        self.path = f"/hooks/{inbox_id}"
        self._token = settings.token
        self._welcome = welcome
        self._unanswered = unanswered
        self._inlet = Inlet()

    def open(self, sink: Sink) -> None:
        """Begin to take, unless it goes somewhere already."""
        self._inlet.open(sink)

    def close(self, sink: Sink) -> None:
        """Bring nothing there any more: Viber comes again."""
        self._inlet.close(sink)

    def route(self) -> HTTPRouteHandler:
        """Return the handler."""
        return post(self.path, status_code=200, tags=["hooks"])(self.receive)

    async def receive(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Take a callback. Raises `ApiError` (401) for one that is not signed with our token.

        Raises `StorageUnavailableError` (503) while nothing can be stored.
        """
        body = await self._proven(request)
        sink, answers = self._inlet.sink, list[Any]()
        if sink is None:
            raise StorageUnavailableError("the channel is not running")

        async def take(some: Sequence[bytes], _last: bool) -> None:  # noqa: FBT001  # As the contract has it.
            answers.extend([await self._take(sink, one) for one in some])

        await self._tries.over([body], bytes, take, sink.quarantine)
        return Response(next((one for one in answers if one), b""))

    async def take_again(self, sink: Sink, body: bytes) -> None:
        """Take a callback that was set aside; nobody waits for its answer any more."""
        await self._take(sink, body)

    async def _take(self, sink: Sink, body: bytes) -> Any:
        """Store what a callback says, or set it aside; return what Viber is answered, if anything.

        Whatever else goes wrong is our own mistake, and must lose nothing either.
        """
        try:
            callback = read(body)
            events = translate(callback)
        except UntranslatableError as error:
            await sink.quarantine(body, str(error))
            return None
        except Exception as error:  # noqa: BLE001  # See above.
            _log.error("a callback to %s was kept aside: %s", self.path, describe(error))
            await sink.quarantine(body, type(error).__name__)
            return None
        if events:
            await sink.accept([self._weighed(event) for event in events])
        self._heard(events)
        return self._answer(callback)

    async def _proven(self, request: Request[Any, Any, Any]) -> bytes:
        """Return the body if it is Viber's; one that cannot be is not even read."""
        given = request.headers.get("x-viber-content-signature", "")
        if not _SIGNATURE.fullmatch(given):
            raise _unsigned()
        body = await request.body()
        made = hmac.new(self._token.reveal().encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(made, given):
            raise _unsigned()
        return body

    def _weighed(self, event: InboundEvent) -> InboundEvent:
        """Say of a report that it may be about the greeting, of which no id is known to us."""
        if isinstance(event, DeliveryReport) and self._welcome.has_greeted(event.recipient):
            return replace(event, certain=False)
        return event

    def _heard(self, events: Sequence[InboundEvent]) -> None:
        for event in events:
            if isinstance(event, InboundMessage | ButtonPressed):
                self._unanswered.wrote(event.sender.external_id)

    def _answer(self, callback: Callback) -> Any:
        """Return what is said to somebody who opens the chat, or nothing."""
        if callback.get("event") != "conversation_started":
            return None
        return self._welcome.to(callback["user"])


def _unsigned() -> ApiError:
    return ApiError(401, "unsigned", "The request is not signed by Viber.")
