"""Telegram as a channel: a bot that customers write to in private.

aiogram gives the methods and the HTTP session; its dispatcher and its polling stay unused,
because they acknowledge what has not been stored.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar, get_args

from aiogram.methods import GetMe, SendChatAction, TelegramMethod
from litestar.types import ControllerRouterHandler

from bridge.botapi.client import TIMEOUT, UPLOAD_TIMEOUT, Client
from bridge.botapi.files import LARGEST_FILE
from bridge.botapi.polling import Poller
from bridge.channel import (
    Capabilities,
    Channel,
    ChannelContext,
    MediaKind,
    OutboundPart,
    OutcomeUnknownError,
    Receipt,
    SendError,
    Sink,
    TextUnit,
    UnavailableError,
)
from bridge.pace import CHANGES_YIELD, Budget, Pace
from channels.telegram import outgoing
from channels.telegram.errands import PROFILE, Errands, picture_of
from channels.telegram.intake import Intake
from channels.telegram.settings import TelegramSettings
from channels.telegram.translate import KINDS
from channels.telegram.webhook import Webhook

# What a bot may send in all, and to one chat:
# core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
OVERALL = Budget(30, 1.0)
CHAT = Budget(1, 1.0)


class TelegramChannel(Channel):
    """One bot."""

    kind: ClassVar[str] = "telegram"
    # core.telegram.org/bots/api#sendmessage and #sending-files; nothing is reported as
    # delivered or read, since bots are not told.
    capabilities = Capabilities(
        max_text=4096,
        text_unit=TextUnit.UTF16,
        max_caption=1024,
        media=dict.fromkeys(get_args(MediaKind), LARGEST_FILE),
        albums=True,
        rich_text=True,
        max_buttons=outgoing.MOST_BUTTONS,
        quotes=True,
        typing=True,
        edits=True,
        deletes=True,
        message_every=CHAT.kept,
        waits_its_turn=True,
        # Updates are kept for 24 hours (core.telegram.org/bots/api#getting-updates).
        kept_for=24 * 3600.0,
        alarms_after=(3600.0, 20 * 3600.0),
    )

    def __init__(self, settings: TelegramSettings, context: ChannelContext) -> None:
        """Wire the bot; nothing is connected yet."""
        proxy = settings.proxy.reveal() if settings.proxy else None
        self._inbox = context.inbox_id
        self._username: str | None = None
        self._client = Client(settings.token.reveal(), api_base=settings.api_base, proxy=proxy)
        self._pace = Pace(OVERALL, CHAT)
        self._errands = Errands(self._client, context.clock)
        self._intake = Intake(context.clock, self._errands, context.tries)
        self._poller = Poller(self._client, KINDS, context.clock, context.health)
        self._webhook = (
            Webhook(self._client, self._intake, context) if settings.mode == "webhook" else None
        )

    def __repr__(self) -> str:
        """Name the inbox and nothing that was configured."""
        return f"TelegramChannel({self._inbox!r})"

    async def check(self) -> str:
        """Name the bot; raises `MisconfiguredError` for a token that Telegram does not know."""
        bot = await self._client.call(GetMe())
        return f"the bot @{bot['username']}"

    async def examine(self) -> Sequence[SendError]:
        """Return what keeps Telegram from calling us, in that mode; raises a `SendError`."""
        return await self._webhook.examine() if self._webhook else []

    def routes(self) -> Sequence[ControllerRouterHandler]:
        """Return the webhook's address, in that mode."""
        return self._webhook.routes() if self._webhook else []

    # --- in ---

    async def run(self, sink: Sink) -> None:
        """Receive until cancelled; raises `SendError` when Telegram cannot be asked."""
        self._intake.open(sink)
        try:
            await (self._webhook.run() if self._webhook else self._poll(sink))
        finally:
            self._intake.close(sink)
            await self._errands.stop()

    async def serve(self, sink: Sink) -> None:
        """Take what Telegram calls us with, whichever process it has reached."""
        self._intake.open(sink)
        try:
            await asyncio.Event().wait()
        finally:
            self._intake.close(sink)

    async def _poll(self, sink: Sink) -> None:
        await self._poller.run(await sink.cursor(), self._intake.take)

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take an update that was set aside; see `bridge.channel.CanTakeAgain`."""
        await self._intake.take_again(sink, raw)

    async def close(self) -> None:
        """Close the connections to Telegram."""
        await self._client.close()

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a file; raises `SendError`, and `MediaTooLargeError` past Telegram's limit."""
        file_id = await picture_of(self._client, ref) if ref.startswith(PROFILE) else ref
        async for chunk in self._client.download(file_id):
            yield chunk

    # --- out ---

    async def send(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # Telegram knows no keys.
        """Send one message or one album; raises `SendError`."""
        message, within = outgoing.message_of(part), UPLOAD_TIMEOUT if part.media else TIMEOUT
        async with self._pace.turn(outgoing.chat_of(part.recipient)):
            await part.goes()
            result = await self._client.call(message, within=within)
        return Receipt(external_ids=outgoing.ids_of(result))

    async def edit(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # As `send`.
        """Replace a text, or the words under a file; raises `SendError`."""
        change, chat = outgoing.edit_of(part), outgoing.chat_of(part.recipient)
        async with self._pace.turn(chat, yields=CHANGES_YIELD):
            return await self._change(part, change, unless="message is not modified")

    async def delete(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # As `send`.
        """Take a message back; raises `SendError`."""
        deletion = outgoing.deletion_of(part)
        async with self._pace.turn(yields=CHANGES_YIELD):
            return await self._change(part, deletion, unless="to delete not found")

    async def _change(
        self, part: OutboundPart, method: TelegramMethod[Any], *, unless: str
    ) -> Receipt:
        await part.goes()
        try:
            await self._client.call(method, unless=unless)
        except OutcomeUnknownError as error:
            unknown = error
        else:
            return Receipt(external_ids=list(part.external_ids))
        # Done twice it is the same as done once, so it may simply be done again.
        raise UnavailableError(str(unknown), reason=unknown.reason)

    async def start_link(self, payload: str) -> str:
        """Return a link that presses Start; core.telegram.org/bots/features#deep-linking."""
        if self._username is None:
            self._username = str((await self._client.call(GetMe()))["username"])
        return f"https://t.me/{self._username}?start={payload}"

    async def show_typing(self, recipient: str, thread: str, name: str) -> None:  # noqa: ARG002  # There is one thread, and no name is shown.
        """Show it for five seconds, unless messages to others need the bot's allowance."""
        with contextlib.suppress(SendError):
            chat = outgoing.chat_of(recipient)
            if self._pace.has_room:
                async with self._pace.turn():
                    await self._client.call(SendChatAction(chat_id=chat, action="typing"))
