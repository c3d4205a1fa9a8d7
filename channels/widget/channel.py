"""The website widget as a channel: visitors write over HTTP and read over a websocket.

There is no network in between, so "sent" means: the visitor is here, or was a moment ago,
and the event log carries the message to their widget, which confirms it (DESIGN.md, Marks).
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, get_args

from litestar.types import ControllerRouterHandler

from bridge.channel import (
    Capabilities,
    Channel,
    ChannelContext,
    MediaKind,
    OutboundPart,
    Receipt,
    Sink,
    StorageUnavailableError,
    UnavailableError,
    UnreachableError,
)
from channels.widget import back
from channels.widget.api import WidgetApi
from channels.widget.live import WidgetLive
from channels.widget.pages import SHARED, WidgetPages
from channels.widget.parts import Parts
from channels.widget.presence import GRACE
from channels.widget.settings import WidgetSettings
from channels.widget.watching import GivingUp, Watch

# More would fill the log of a small panel.
MOST_BUTTONS = 12
# How often the loop looks whose visit changed and who has gone, in seconds.
TICK = 0.5


class WidgetChannel(Channel):
    """One widget inbox."""

    kind: ClassVar[str] = "widget"

    def __init__(self, settings: WidgetSettings, context: ChannelContext) -> None:
        """Wire the inbox; nothing runs yet."""
        self._parts = Parts(settings, context)
        self.capabilities = Capabilities(
            media=dict.fromkeys(get_args(MediaKind), context.max_upload),
            albums=True,
            rich_text=True,
            max_buttons=MOST_BUTTONS,
            quotes=True,
            idempotent_send=True,
            reports_delivered=True,
            reports_read=True,
            edits=True,
            deletes=True,
            threads=True,
        )

    def __repr__(self) -> str:
        """Name the inbox and nothing that was configured."""
        return f"WidgetChannel({self._parts.context.inbox_id!r})"

    async def check(self) -> str:
        """Name the account; there is nobody to prove credentials to."""
        return f"the widget {self._parts.settings.key}"

    def routes(self) -> Sequence[ControllerRouterHandler]:
        """Return the loader, the frame, the API and the websocket."""
        parts = self._parts
        return [
            *SHARED,
            *WidgetPages(parts).routes(),
            *WidgetApi(parts).routes(),
            WidgetLive(parts).route(),
        ]

    def back_link(self, token: str, page: str | None) -> str | None:
        """Return the address of a page with this widget on it that hands it the token."""
        return back.address(self._parts, token, page)

    # --- in ---

    async def run(self, sink: Sink) -> None:
        """Take what visitors send; tell of their visits and of those who have left."""
        if self._parts.elsewhere is not None:
            await GivingUp(self._parts, self._parts.elsewhere, sink).run()
        self._parts.presence.start()
        await self._take(sink)

    async def serve(self, sink: Sink) -> None:
        """Take what the visitors send who are at this process, and tell of their visits."""
        await self._take(sink)

    async def _take(self, sink: Sink) -> None:
        watch = Watch(self._parts)
        self._parts.intake.open(sink)
        try:
            while True:
                await watch.tick()
                await asyncio.sleep(TICK)
        finally:
            self._parts.intake.close(sink)

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take an event that was set aside; see `bridge.channel.CanTakeAgain`."""
        await self._parts.intake.take_again(sink, raw)

    async def close(self) -> None:
        """Have browsers come again, to whoever serves this inbox then."""
        self._parts.over.set()

    def download(self, ref: str) -> AsyncIterator[bytes]:  # noqa: ARG002  # It has none.
        """Raise `LookupError`: visitors' files are in the media store from the start."""
        raise LookupError("the widget's files are in the media store already")

    # --- out ---

    async def send(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # The message's id is the key.
        """Take a part for a visitor who is here; raises `UnreachableError` for one who left.

        It is in their history all the same: when they come back, their widget confirms it
        under the id given here.
        """
        ids = [str(part.message_id)]
        if not await self._reaches(part.recipient):
            raise UnreachableError(
                "The visitor has left the site.", reason="visitor_left", external_ids=ids
            )
        self._parts.presence.promise(part.recipient)
        return Receipt(external_ids=ids)

    async def _reaches(self, customer: str) -> bool:
        elsewhere = self._parts.elsewhere
        if elsewhere is None:
            return self._parts.presence.reachable(customer)
        try:
            return await elsewhere.was_here(customer, within=GRACE)
        except StorageUnavailableError as error:
            raise UnavailableError(str(error), reason="internal") from None

    async def edit(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # The message's id is the key.
        """Do nothing: the event log brings the new text to the visitor."""
        return Receipt(external_ids=list(part.external_ids))

    async def delete(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # The message's id is the key.
        """Do nothing: the event log takes the message from the visitor."""
        return Receipt(external_ids=list(part.external_ids))
