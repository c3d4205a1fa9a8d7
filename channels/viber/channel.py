"""A Viber bot as a channel: callbacks in, the REST API out, a webhook between them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar, get_args
from urllib.parse import quote

from litestar.types import ControllerRouterHandler

from bridge.channel import (
    Capabilities,
    Channel,
    ChannelContext,
    MediaKind,
    MisconfiguredError,
    OutboundPart,
    OutcomeUnknownError,
    Receipt,
    SendError,
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
from channels.viber.unanswered import LOOKS_AGAIN, Unanswered
from channels.viber.webhook import Webhook
from channels.viber.welcome import Welcome


class ViberChannel(Channel):
    """One bot."""

    kind: ClassVar[str] = "viber"

    def __init__(self, settings: ViberSettings, context: ChannelContext) -> None:
        """Wire the inbox; nothing runs yet."""
        self._context = context
        self._uri: str | None = None
        self._client = ViberClient(settings)
        self._downloads = Downloads(settings)
        alone = context.elsewhere is None
        self._unanswered = Unanswered(context.clock, alone=alone)
        self._outgoing = Outgoing(settings, context.inbox_name, context.public_link)
        welcome = Welcome(settings, context.locale, self._outgoing, context.clock, alone=alone)
        self._hook = Hook(context.inbox_id, settings, welcome, self._unanswered, context.tries)
        url = context.public_url + self._hook.path
        self._webhook = Webhook(self._client, url, context.inbox_id, context.health)
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
            # developers.viber.com/docs/faq: callbacks are repeated for an hour.
            kept_for=3600.0,
            alarms_after=(600.0, 2700.0),
        )

    def __repr__(self) -> str:
        """Name the inbox and nothing that was configured."""
        return f"ViberChannel({self._context.inbox_id!r})"

    async def check(self) -> str:
        """Name the bot; raises a `SendError`, `MisconfiguredError` for a token that is none."""
        account = await self._client.call("get_account_info", {})
        return f"the Viber bot {account.get('name') or self._context.inbox_name}"

    async def examine(self) -> Sequence[SendError]:
        """Return whether Viber has our address; raises a `SendError`."""
        return await self._webhook.examine()

    def routes(self) -> Sequence[ControllerRouterHandler]:
        """Return the webhook."""
        return [self._hook.route()]

    # --- in ---

    async def run(self, sink: Sink) -> None:
        """Take callbacks until cancelled; raises `MisconfiguredError` if Viber refuses us."""
        self._hook.open(sink)
        try:
            await self._webhook.run()
        finally:
            self._hook.close(sink)

    async def serve(self, sink: Sink) -> None:
        """Take the callbacks that have reached this process."""
        self._hook.open(sink)
        try:
            await asyncio.Event().wait()
        finally:
            self._hook.close(sink)

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take a callback that was set aside; see `bridge.channel.CanTakeAgain`."""
        await self._hook.take_again(sink, raw)

    def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a customer's file or picture of themselves; its address lives about an hour."""
        return self._downloads.fetch(ref)

    # --- out ---

    async def start_link(self, payload: str) -> str:
        """Return a link that opens the chat; raises a `SendError`. Viber tells of no https form.

        https://developers.viber.com/docs/tools/deep-links/
        """
        if self._uri is None:
            account = await self._client.call("get_account_info", {})
            if not (uri := account.get("uri")):
                raise MisconfiguredError("The bot has no address.", reason="misconfigured")
            self._uri = quote(str(uri), safe="")
        return f"viber://pa?chatURI={self._uri}&context={payload}"

    async def send(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # Viber knows no keys.
        """Send one message; see `bridge.channel.Channel.send`."""
        message = self._outgoing.message(part)
        answer = await self._asked(part.recipient, message)
        token = answer.get("message_token")
        if not isinstance(token, int | str):
            raise OutcomeUnknownError("Viber named no message.", reason="unknown")
        self._unanswered.sent(part.recipient)
        return Receipt(external_ids=[str(token)])

    async def _asked(self, customer: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have Viber send a message, unless it would not take it of this customer's yet."""
        wait = self._unanswered.wait(customer)
        if wait <= 0:
            return await self._client.call("send_message", message)
        if not self._unanswered.may_have_written(customer):
            raise _unanswered(wait)
        try:
            answer = await self._client.call("send_message", message)
        except ThrottledError:
            raise _unanswered(wait) from None
        self._unanswered.wrote(customer)
        return answer


def _unanswered(wait: float) -> UnavailableError:
    """Return what concerns one customer only: everybody else's messages go on."""
    sentence = "The customer was sent 100 messages within an hour without writing."
    return UnavailableError(sentence, reason="throttled", after=min(wait, LOOKS_AGAIN))
