"""Telegram calling us: `/hooks/{inbox}`, answered when an update is stored.

core.telegram.org/bots/api#setwebhook. What proves that it is Telegram who calls is one
header; it stands for nothing in the body, so every message is known by its own id as well.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Mapping
from typing import Any

from aiogram.methods import GetWebhookInfo, SetWebhook
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler

from bridge.botapi.client import Client
from bridge.botapi.raw import from_raw
from bridge.channel import ChannelContext, MisconfiguredError, SendError
from bridge.web import ApiError, Told, sent
from bridge.web.site import Connection
from channels.telegram.intake import NO_JSON, Intake
from channels.telegram.translate import KINDS

_log = logging.getLogger(__name__)

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  # A header's name, no secret.
# The largest update seen is a tenth of this, in bytes.
LARGEST_UPDATE = 1024 * 1024
# How often Telegram is asked whether its calls arrive, in seconds.
WATCH = 60.0
# Telegram tries again after 120 seconds at most, and then its failure is a fresh one.
LATELY = 300
NOT_REACHED = "Telegram cannot hand over what customers write: its last attempt failed."


class Webhook:
    """Receives the updates of one bot by HTTP."""

    def __init__(self, client: Client, intake: Intake, context: ChannelContext) -> None:
        """Derive the secret, so that there always is one; nothing is set yet."""
        self._client = client
        self._intake = intake
        self._path = f"/hooks/{context.inbox_id}"
        self._url = context.public_url.rstrip("/") + self._path
        self._secret = hmac.digest(context.secret, b"telegram webhook", hashlib.sha256).hex()
        self._health = context.health
        self._clock = context.clock

    def routes(self) -> list[HTTPRouteHandler]:
        """Return the one address, open to Telegram alone."""
        shared: dict[str, Any] = {"status_code": 200, "tags": ["webhooks"]}
        made = post(
            self._path,
            guards=[self._from_telegram],
            opt={"express": True},
            request_max_body_size=LARGEST_UPDATE,
            **shared,
        )
        return [made(self.receive)]

    async def _from_telegram(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Refuse everybody else before a byte of the body is read."""
        given = [one.encode("latin-1") for one in sent(connection.scope, SECRET_HEADER)]
        if len(given) != 1 or not hmac.compare_digest(given[0], self._secret.encode()):
            raise ApiError(401, "bad_secret", "This is not the secret of the webhook.")

    async def receive(self, request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
        """Take an update from Telegram.

        Answers 200 when it is stored. What is no update is kept aside and answered 200 too:
        Telegram would send it again for a day, and nothing else of that chat meanwhile.
        """
        raw = await request.body()
        try:
            update: object = from_raw(raw)
        except (ValueError, RecursionError):
            await self._intake.set_aside(raw, NO_JSON)
        else:
            await self._intake.take([update])
        return Told({}, status_code=200)

    # --- setting it ---

    async def run(self) -> None:
        """Have Telegram call us, and see that it does, until cancelled; raises `SendError`.

        It is set at every start: Telegram tells the address it has, never the secret.
        """
        await self._set()
        while True:
            await asyncio.sleep(WATCH)
            await self._watch()

    async def examine(self) -> list[SendError]:
        """Return whether Telegram has our address, and what it says of its last call."""
        info = await self._client.call(GetWebhookInfo())
        if info.get("url") != self._url:
            other = info.get("url") or "no address at all"
            why = f"Telegram calls {other}, and not {self._url}."
            return [MisconfiguredError(why, reason="webhook_failing")]
        found = self._failing(info)
        return [MisconfiguredError(found, reason="webhook_failing")] if found else []

    async def _set(self) -> None:
        await self._client.call(
            SetWebhook(url=self._url, secret_token=self._secret, allowed_updates=list(KINDS))
        )
        self._health.well()

    async def _watch(self) -> None:
        """Ask how the calls go; raises `MisconfiguredError` for a token that is revoked."""
        try:
            info = await self._client.call(GetWebhookInfo())
        except MisconfiguredError:
            raise
        except SendError as error:
            # Telegram may reach us all the same.
            self._health.degraded(error.reason, str(error))
            return
        if info.get("url") != self._url:
            _log.warning("the webhook of %s was changed by somebody; it is set again", self._path)
            await self._set()
        else:
            self._tell(info)

    def _tell(self, info: Mapping[str, Any]) -> None:
        """Tell whether what Telegram has for us arrives: something waits, and failed lately.

        An old failure says nothing: Telegram tells of the last one for ever.
        """
        found = self._failing(info)
        if found:
            self._health.down("webhook_failing", found)
        else:
            self._health.well()

    def _failing(self, info: Mapping[str, Any]) -> str | None:
        age = self._clock.now() // 1000 - int(info.get("last_error_date", 0))
        if not info.get("pending_update_count", 0) or age >= LATELY:
            return None
        return f"{NOT_REACHED} {str(info.get('last_error_message', 'no reason given'))[:200]}"
