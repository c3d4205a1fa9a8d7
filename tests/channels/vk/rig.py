"""VK, played for the contract suite: by the Callback API and by Long Poll."""

import asyncio
import contextlib
import time
from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import Any

from bridge.channel import (
    ContactUpdated,
    DeliveryReport,
    MisconfiguredError,
    OutboundPart,
    Receipt,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import Event, Message, VkPlatform
from bridge.settings import Secret
from tests.channels.rig import Rig, eventually
from tests.channels.vk.office import SECRET, Office

_PEOPLE = {"anna": 1001, "bohdan": 1002}
_CAUSES: dict[type[SendError], int] = {
    ThrottledError: 6,
    UnavailableError: 10,
    RejectedError: 911,
    UnreachableError: 901,
    MisconfiguredError: 5,
}
_NONSENSE: tuple[dict[str, Any], ...] = (
    {"type": "message_new", "object": {}},
    {"type": "message_new", "object": {"message": {"peer_id": "x", "text": 5}}},
    {"type": "message_new", "object": None},
    {"type": "message_teleported", "object": {}},
    {"type": 7},
    {},
)


class VkRig(Rig):
    """One community and its inbox."""

    def __init__(self, office: Office) -> None:
        """Play on the office's platform."""
        self.office = office
        self.platform: VkPlatform = office.platform
        self.channel = office.channel
        self.core = office.core
        self.secrets: Sequence[str] = [self.platform.world.token, SECRET]
        self.failures: Sequence[type[SendError]] = list(_CAUSES)
        self._events: dict[tuple[str, str], Event] = {}
        self._shown: dict[str, Message] = {}

    async def customer_writes(
        self, text: str, *, message: str = "first", customer: str = "anna"
    ) -> bool:
        """Write, or have VK tell the very message again."""
        known = self._events.get((customer, message))
        if known is not None:
            return await self.told_again(known)
        event = self.platform.customer(_PEOPLE[customer]).write(text).event
        self._events[customer, message] = event
        return await self.answered(event)

    edits_bring_files = True

    async def customer_shows(self, picture: bytes, *, message: str = "first") -> bool:
        """Send a photo."""
        sent = self.platform.customer(_PEOPLE["anna"]).send_photos(picture)
        self._shown[message] = sent.message
        return await self.answered(sent.event)

    async def customer_changes(
        self, text: str, picture: bytes | None = None, *, message: str = "first"
    ) -> bool:
        """Edit it."""
        photos = None if picture is None else [picture]
        customer = self.platform.customer(_PEOPLE["anna"])
        return await self.answered(customer.edit(self._shown[message], text, photos))

    async def customer_starts(self, payload: str) -> None:
        """Write for the first time."""
        event = self.platform.customer(1009).write("Начать", ref=payload).event
        assert await self.answered(event)

    async def nonsense_comes(self) -> None:
        """Tell what is no event."""
        group_id = self.platform.world.group_id
        for body in _NONSENSE:
            event = self.platform.events.tell({**body, "group_id": group_id, "event_id": ""})
            await self.answered(event)

    @abstractmethod
    async def answered(self, event: Event) -> bool:
        """Say whether an event that is being told was acknowledged."""

    @abstractmethod
    async def told_again(self, event: Event) -> bool:
        """Tell an event once more; say whether it was acknowledged."""

    async def here(self, customer: str = "anna") -> str:
        """Have somebody who lets the community write."""
        person = self.platform.customer(_PEOPLE[customer]).person
        person.allows = True
        return str(person.id)

    def part(self, recipient: str, text: str) -> OutboundPart:
        """Return a part to be sent."""
        return self.office.part(recipient, text)

    async def fail_next(self, error: type[SendError], recipient: str) -> None:
        """Have VK refuse."""
        self.platform.faults.plan("messages.send", Fault(error=_CAUSES[error]))

    def attempts(self) -> int:
        """Count what VK was asked to send."""
        return len(self.platform.ledger.of("messages.send"))

    async def report(self, receipt: Receipt, part: OutboundPart, state: str) -> None:
        """Have the customer read; that a message stands in the dialog VK tells by itself."""
        if state == "read":
            cmid = int(receipt.external_ids[0].partition("/")[2])
            customer = self.platform.customer(int(part.recipient))
            customer.read(self.platform.world.by_cmid(customer.person.id, cmid))

        def reported() -> bool:
            reports = self.core.of_type(DeliveryReport)
            last = reports[-1] if reports else None
            return isinstance(last, DeliveryReport) and (last.state, list(last.external_ids)) == (
                state,
                list(receipt.external_ids),
            )

        await eventually(reported)


class CallbackRig(VkRig):
    """VK calls."""

    async def answered(self, event: Event) -> bool:
        """Wait for what the inbox says to VK's first attempt."""
        notices = self.platform.ledger.notices
        before = self.platform.events.all.index(event)
        await eventually(lambda: len(notices) > before)
        return notices[before].taken

    async def told_again(self, event: Event) -> bool:
        """Try once more, as VK does by itself a while later."""
        notice = await self.platform.callback.attempt(event, 1)
        self.platform.ledger.notices.remove(notice)
        return notice.taken

    async def stranger_writes(self, text: str) -> bool:
        """Call as VK does, with another secret."""
        event = self.platform.customer(666).write(text).event
        await self.answered(event)
        # Who has written is asked for afterwards, and told of as well.
        await eventually(lambda: self.core.of_type(ContactUpdated))
        self.core.events.clear()
        self.core.book.clear()
        body = {**event.body, "secret": "another" + SECRET}
        status, _, _ = await self.platform.callback.post(self.office.url, body)
        return status == 200


class LongPollRig(VkRig):
    """VK is asked."""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run it; at its first start it must have heard where the events begin."""
        async with super().running():
            await eventually(lambda: self.core.poller)
            yield

    async def answered(self, event: Event) -> bool:
        """Wait until the inbox asks for what comes after the event."""
        begun = time.monotonic()
        while self.platform.longpoll.asked_from < event.number:
            await asyncio.sleep(0.002)
            if time.monotonic() - begun > self.patience and not self.core.waiting:
                return False
        return True

    async def told_again(self, event: Event) -> bool:
        """Tell it again, unless it waits to be asked for anyway."""
        if self.platform.longpoll.asked_from >= event.number:
            event = self.platform.events.tell(event.body)
        else:
            event = self.platform.events.all[-1]
        return await self.answered(event)

    async def stranger_writes(self, text: str) -> bool:
        """Ask with a token that is not the community's."""
        stranger = Office(
            self.platform, core=self.core, mode="longpoll", token=Secret("vk1.a.wrong-token")
        )
        running = asyncio.create_task(stranger.channel.run(self.core))
        (failed,) = await asyncio.gather(running, return_exceptions=True)
        assert isinstance(failed, MisconfiguredError)
        return False
