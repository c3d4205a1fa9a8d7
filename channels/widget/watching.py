"""Who comes and goes on the site, told; and those given up who have gone with something unread."""

import asyncio
import logging

from bridge.channel import (
    ContactUnreachable,
    Elsewhere,
    PageVisited,
    Sender,
    Sink,
    StorageUnavailableError,
)
from channels.widget.parts import Parts
from channels.widget.presence import GRACE, SETTLING, Guest

_log = logging.getLogger(__name__)

# How often it is looked who has gone from every process, in seconds.
LOOK = 5.0


class Watch:
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
            await self._share()
            await self._tell_visits()
            if self._parts.elsewhere is None:
                await self._give_up_gone()
                await self._look_back()
            else:
                self._forget_gone()
        except StorageUnavailableError:
            if not self._failing:
                _log.warning("the widget's visits cannot be stored for now")
            self._failing = True
        else:
            self._failing = False

    async def _share(self) -> None:
        """Keep who is here for the other processes."""
        moved = self._parts.presence.to_share()
        if self._parts.elsewhere is None or not moved:
            return
        try:
            await self._parts.elsewhere.tell(moved)
        except StorageUnavailableError:
            self._parts.presence.share_again(moved)
            raise

    async def _tell_visits(self) -> None:
        presence = self._parts.presence
        due = presence.to_tell()
        if not due:
            return
        try:
            answers = await self._parts.intake.accept_all(
                [await self._visited(*one) for one in due]
            )
        except StorageUnavailableError:
            for customer, _ in due:
                presence.tell_again(customer)
            raise
        for (customer, _), answer in zip(due, answers, strict=True):
            if answer.outcome == "ignored":
                presence.nobody_knows(customer)

    async def _visited(self, customer: str, guest: Guest) -> PageVisited:
        tab = guest.current
        visit = self._parts.collector.visit(
            guest.story,
            url=tab.url if tab else None,
            title=tab.title if tab else None,
            pages=guest.pages,
            online=bool(guest.tabs) or await self._is_elsewhere(customer),
        )
        sender = Sender(external_id=customer)
        return PageVisited(sender=sender, visit=visit, at=self._parts.clock.now())

    async def _is_elsewhere(self, customer: str) -> bool:
        elsewhere = self._parts.elsewhere
        return elsewhere is not None and await elsewhere.was_here(customer, within=0)

    def _forget_gone(self) -> None:
        for customer in self._parts.presence.to_give_up():
            self._parts.presence.forget(customer)

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
        await self._parts.intake.accept(_left(self._parts, customer))


class GivingUp:
    """What one process does for all: give up those who have gone from every one of them."""

    def __init__(self, parts: Parts, elsewhere: Elsewhere, sink: Sink) -> None:
        """Tell `sink`."""
        self._parts = parts
        self._elsewhere = elsewhere
        self._sink = sink

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.look()
            except StorageUnavailableError:
                _log.warning("who has left the site cannot be looked up for now")

    async def look(self) -> None:
        """Give up who was sent something, has not confirmed it, and is nowhere any more."""
        for customer in await self._parts.customers.unconfirmed():
            if not await self._elsewhere.was_here(customer, within=GRACE + SETTLING):
                await self._sink.accept([_left(self._parts, customer)])


def _left(parts: Parts, customer: str) -> ContactUnreachable:
    return ContactUnreachable(
        sender=Sender(external_id=customer), at=parts.clock.now(), reason="visitor_left"
    )
