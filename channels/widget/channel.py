"""The website widget as a channel: visitors write over HTTP and read over a websocket.

There is no network in between, so "sent" means: the visitor is here, or was a moment ago,
and the event log carries the message to their widget, which confirms it (DESIGN.md, Marks).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, get_args

from litestar.types import ControllerRouterHandler

from bridge.channel import (
    Capabilities,
    Channel,
    ChannelContext,
    ContactUnreachable,
    MediaKind,
    OutboundPart,
    PageVisited,
    Receipt,
    Sender,
    Sink,
    StorageUnavailableError,
    UnreachableError,
)
from channels.widget import back
from channels.widget.api import WidgetApi
from channels.widget.live import WidgetLive
from channels.widget.pages import SHARED, WidgetPages
from channels.widget.parts import Parts
from channels.widget.presence import GRACE, SETTLING, Guest
from channels.widget.settings import WidgetSettings

_log = logging.getLogger(__name__)

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
        watch = _Watch(self._parts)
        self._parts.intake.open(sink)
        self._parts.presence.start()
        try:
            while True:
                await watch.tick()
                await asyncio.sleep(TICK)
        finally:
            self._parts.intake.close()

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
        presence, ids = self._parts.presence, [str(part.message_id)]
        if not presence.reachable(part.recipient):
            raise UnreachableError(
                "The visitor has left the site.", reason="visitor_left", external_ids=ids
            )
        presence.promise(part.recipient)
        return Receipt(external_ids=ids)

    async def edit(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # The message's id is the key.
        """Do nothing: the event log brings the new text to the visitor."""
        return Receipt(external_ids=list(part.external_ids))

    async def delete(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # The message's id is the key.
        """Do nothing: the event log takes the message from the visitor."""
        return Receipt(external_ids=list(part.external_ids))


class _Watch:
    """What `run` does again and again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._begun_at = parts.clock.monotonic()
        self._looked_back = False
        self._failing = False

    async def tick(self) -> None:
        """Tell what is due; what cannot be stored now is told at a later tick."""
        try:
            await self._parts.intake.flush()
            await self._tell_visits()
            await self._give_up_gone()
            await self._look_back()
        except StorageUnavailableError:
            if not self._failing:
                _log.warning("the widget's visits cannot be stored for now")
            self._failing = True
        else:
            self._failing = False

    async def _tell_visits(self) -> None:
        presence = self._parts.presence
        due = presence.to_tell()
        if not due:
            return
        try:
            answers = await self._parts.intake.accept_all([self._visited(*one) for one in due])
        except StorageUnavailableError:
            for customer, _ in due:
                presence.tell_again(customer)
            raise
        for (customer, _), answer in zip(due, answers, strict=True):
            if answer.outcome == "ignored":
                presence.nobody_knows(customer)

    def _visited(self, customer: str, guest: Guest) -> PageVisited:
        tab = guest.current
        visit = self._parts.collector.visit(
            guest.story,
            url=tab.url if tab else None,
            title=tab.title if tab else None,
            pages=guest.pages,
            online=bool(guest.tabs),
        )
        sender = Sender(external_id=customer)
        return PageVisited(sender=sender, visit=visit, at=self._parts.clock.now())

    async def _give_up_gone(self) -> None:
        presence = self._parts.presence
        for customer in presence.to_give_up():
            guest = presence.guest(customer)
            if guest is not None and not guest.unknown:
                await self._give_up(customer)
            presence.forget(customer)

    async def _look_back(self) -> None:
        """Give up, once, those whom an earlier process sent something and who stayed away."""
        waited = self._parts.clock.monotonic() - self._begun_at
        if self._looked_back or waited < GRACE + SETTLING:
            return
        for customer in await self._parts.customers.unconfirmed():
            # Whoever is here, or has just left, is watched already.
            if self._parts.presence.guest(customer) is None:
                await self._give_up(customer)
        self._looked_back = True

    async def _give_up(self, customer: str) -> None:
        await self._parts.intake.accept(
            ContactUnreachable(
                sender=Sender(external_id=customer),
                at=self._parts.clock.now(),
                reason="visitor_left",
            )
        )
