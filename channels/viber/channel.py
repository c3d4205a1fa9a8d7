"""A Viber bot as a channel: callbacks in, the REST API out, a webhook between them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, get_args

from litestar.types import ControllerRouterHandler

from bridge.channel import (
    Capabilities,
    Channel,
    ChannelContext,
    MediaKind,
    OutboundPart,
    OutcomeUnknownError,
    Receipt,
    Sink,
    ThrottledError,
    UnavailableError,
)
from channels.viber.buttons import MOST_BUTTONS
from channels.viber.client import ViberClient
from channels.viber.downloads import Downloads
from channels.viber.hooks import Hook
from channels.viber.outgoing import LARGEST_FILE, LONGEST_TEXT, TEXT_UNIT, Outgoing
from channels.viber.settings import ViberSettings
from channels.viber.unanswered import Unanswered
from channels.viber.welcome import Welcome

_log = logging.getLogger(__name__)

# Before the webhook is set again after Viber was out of reach, in seconds; the last stays.
PAUSES = (1.0, 5.0, 15.0, 60.0)
_EVENTS = ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"]


class ViberChannel(Channel):
    """One bot."""

    kind: ClassVar[str] = "viber"

    def __init__(self, settings: ViberSettings, context: ChannelContext) -> None:
        """Wire the inbox; nothing runs yet."""
        self._context = context
        self._client = ViberClient(settings)
        self._downloads = Downloads(settings)
        self._unanswered = Unanswered(context.clock)
        self._outgoing = Outgoing(settings, context.inbox_name, context.public_link)
        welcome = Welcome(settings, context.locale, self._outgoing, context.clock)
        self._hook = Hook(context.inbox_id, settings, welcome, self._unanswered)
        self.capabilities = Capabilities(
            max_text=LONGEST_TEXT,
            text_unit=TEXT_UNIT,
            # Words fit under a picture, but under no other file.
            max_caption=0,
            # What is no picture or video to Viber goes as a file.
            media=dict.fromkeys(get_args(MediaKind), LARGEST_FILE) if context.public_link else {},
            max_buttons=MOST_BUTTONS,
            reports_delivered=True,
            reports_read=True,
        )

    def __repr__(self) -> str:
        """Name the inbox and nothing that was configured."""
        return f"ViberChannel({self._context.inbox_id!r})"

    async def check(self) -> str:
        """Name the bot; raises a `SendError`, `MisconfiguredError` for a token that is none."""
        account = await self._client.call("get_account_info", {})
        return f"the Viber bot {account.get('name') or self._context.inbox_name}"

    def routes(self) -> Sequence[ControllerRouterHandler]:
        """Return the webhook."""
        return [self._hook.route()]

    # --- in ---

    async def run(self, sink: Sink) -> None:
        """Take callbacks until cancelled; raises `MisconfiguredError` if Viber refuses us."""
        self._hook.open(sink)
        try:
            await self._set_webhook()
            await asyncio.Event().wait()
        finally:
            self._hook.close()

    async def _set_webhook(self) -> None:
        """Have Viber call us, however long it is out of reach; it calls while it is asked."""
        webhook = {
            "url": self._context.public_url + self._hook.path,
            "event_types": _EVENTS,
            "send_name": True,
            "send_photo": True,
        }
        attempts = 0
        while True:
            try:
                await self._client.call("set_webhook", webhook)
            except (UnavailableError, ThrottledError, OutcomeUnknownError) as error:
                _log.warning("the webhook of %s is not set yet: %s", self._context.inbox_id, error)
                await asyncio.sleep(PAUSES[min(attempts, len(PAUSES) - 1)])
                attempts += 1
            else:
                return

    def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a customer's file or picture of themselves; its address lives about an hour."""
        return self._downloads.fetch(ref)

    # --- out ---

    async def send(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # Viber knows no keys.
        """Send one message; see `bridge.channel.Channel.send`."""
        message = self._outgoing.message(part)
        try:
            answer = await self._client.call("send_message", message)
        except ThrottledError:
            if self._unanswered.are_too_many(part.recipient):
                raise _unanswered() from None
            raise
        token = answer.get("message_token")
        if not isinstance(token, int | str):
            raise OutcomeUnknownError("Viber named no message.", reason="unknown")
        self._unanswered.sent(part.recipient)
        return Receipt(external_ids=[str(token)])


def _unanswered() -> UnavailableError:
    """Return what concerns one customer only: everybody else's messages go on."""
    sentence = "The customer was sent 100 messages within an hour without writing."
    return UnavailableError(sentence, reason="throttled")
