"""Having Viber call us: the webhook is set at the start, and looked after from then on.

Viber tells nobody that it has taken a webhook away, as it does where one does not answer for
long; it only says so to whoever asks.
"""

import asyncio
import logging

from bridge.channel import (
    Health,
    MisconfiguredError,
    OutcomeUnknownError,
    SendError,
    ThrottledError,
    UnavailableError,
)
from channels.viber.client import ViberClient

_log = logging.getLogger(__name__)

# Before the webhook is set again after Viber was out of reach, in seconds; the last stays.
PAUSES = (1.0, 5.0, 15.0, 60.0)
# How often Viber is asked whether it still has the webhook, in seconds: it drops what it
# could not hand over for an hour.
WATCH = 120.0
_EVENTS = ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"]
_PASSING = (UnavailableError, ThrottledError, OutcomeUnknownError)


class Webhook:
    """The one webhook of one bot."""

    def __init__(self, client: ViberClient, url: str, inbox_id: str, health: Health) -> None:
        """Have Viber call `url`; nothing is asked yet."""
        self._client = client
        self._url = url
        self._inbox_id = inbox_id
        self._health = health

    async def run(self) -> None:
        """Set it and keep it set, until cancelled; raises `MisconfiguredError`."""
        await self._set()
        while True:
            await asyncio.sleep(WATCH)
            await self._look()

    async def _set(self) -> None:
        """Have Viber call us, however long it is out of reach; it calls while it is asked."""
        webhook = {
            "url": self._url,
            "event_types": _EVENTS,
            "send_name": True,
            "send_photo": True,
        }
        attempts = 0
        while True:
            try:
                await self._client.call("set_webhook", webhook)
            except _PASSING as error:
                _log.log(
                    logging.DEBUG if attempts else logging.WARNING,
                    "the webhook of %s is not set yet: %s",
                    self._inbox_id,
                    error,
                )
                self._health.down(error.reason, str(error))
                await asyncio.sleep(PAUSES[min(attempts, len(PAUSES) - 1)])
                attempts += 1
            else:
                self._health.well()
                return

    async def examine(self) -> list[SendError]:
        """Return whether Viber calls another address than ours, or none."""
        account = await self._client.call("get_account_info", {})
        has = account.get("webhook", self._url)
        if has == self._url:
            return []
        why = f"Viber calls {has or 'no address at all'}, and not {self._url}."
        return [MisconfiguredError(why, reason="webhook_failing")]

    async def _look(self) -> None:
        """See that Viber still has it, and set it anew if not."""
        try:
            account = await self._client.call("get_account_info", {})
        except MisconfiguredError:
            raise
        except SendError as error:
            # Viber may reach us all the same.
            self._health.degraded(error.reason, str(error))
            return
        if account.get("webhook", self._url) == self._url:
            self._health.well()
            return
        _log.warning("the webhook of %s was taken away; it is set again", self._inbox_id)
        self._health.down("webhook_failing", "Viber has taken the bot's webhook away.")
        await self._set()
