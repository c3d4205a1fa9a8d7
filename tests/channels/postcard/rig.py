"""The postcard network, played for the contract suite."""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

from bridge.channel import (
    DeliveryReport,
    MisconfiguredError,
    OutboundPart,
    OutcomeUnknownError,
    Receipt,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from tests.channels.core import FakeCore
from tests.channels.postcard.channel import PostcardChannel
from tests.channels.postcard.office import Failing, PostOffice
from tests.channels.rig import Rig, eventually
from tests.clock import ManualClock

_CAUSES: dict[type[SendError], Failing] = {
    ThrottledError: "throttled",
    UnavailableError: "closed",
    RejectedError: "refused",
    UnreachableError: "moved_away",
    MisconfiguredError: "bad_token",
    OutcomeUnknownError: "lost_answer",
}


class PostcardRig(Rig):
    """A post office and one box in it."""

    counts_tries = False

    def __init__(self) -> None:
        """Open the office."""
        self.office = PostOffice()
        self.core = FakeCore(ManualClock())
        self.channel = PostcardChannel(self.office)
        self.secrets: Sequence[str] = [self.office.token]
        self.failures: Sequence[type[SendError]] = list(_CAUSES)
        self._parts = 0

    async def customer_writes(
        self, text: str, *, message: str = "first", customer: str = "anna"
    ) -> bool:
        """Post a card, unless the very card waits to be fetched again."""
        card = f"{customer}-{message}"
        if not self.office.unacknowledged:
            self.office.write(text, sender=customer, card=card)
        return await self._acknowledged()

    edits_bring_files = True

    async def customer_shows(self, picture: bytes, *, message: str = "first") -> bool:
        """Post a card with a picture."""
        self.office.write("", sender="anna", card=f"anna-{message}", picture=self._hung(picture))
        return await self._acknowledged()

    async def customer_changes(
        self, text: str, picture: bytes | None = None, *, message: str = "first"
    ) -> bool:
        """Correct it; a card that keeps its picture says so."""
        name = list(self.office.pictures)[-1] if picture is None else self._hung(picture)
        self.office.correct(f"anna-{message}", text, picture=name)
        return await self._acknowledged()

    def _hung(self, picture: bytes) -> str:
        """Hang a picture up at the office; return its name there."""
        name = f"picture-{len(self.office.pictures)}"
        self.office.pictures[name] = picture
        return name

    async def _acknowledged(self) -> bool:
        held = asyncio.get_running_loop().time()
        while self.office.unacknowledged:
            await asyncio.sleep(0.002)
            waited = asyncio.get_running_loop().time() - held
            if waited > self.patience and not self.core.waiting:
                return False
        return True

    async def nonsense_comes(self) -> None:
        """Hand out updates of kinds nobody has heard of."""
        broken: list[Any] = [{"type": "hologram"}, {}, {"type": "card", "id": ""}, {"type": "card"}]
        for one in broken:
            self.office.update(one)
        await self._acknowledged()

    async def stranger_writes(self, text: str) -> bool:
        """Use a box whose token is not the office's."""
        office = PostOffice(token="another")
        office.write(text)
        stranger = PostcardChannel(office, token="wrong")
        running = asyncio.create_task(stranger.run(self.core))
        await asyncio.gather(running, return_exceptions=True)
        return not office.unacknowledged

    async def here(self, customer: str = "anna") -> str:
        """Everybody can be written to."""
        return customer

    def part(self, recipient: str, text: str) -> OutboundPart:
        """Return a card to be written."""
        self._parts += 1
        return OutboundPart(recipient=recipient, thread="", message_id=self._parts, text=text)

    async def fail_next(self, error: type[SendError], recipient: str) -> None:
        """Have the office say no."""
        self.office.fail_next(_CAUSES[error], after=1.0)

    def attempts(self) -> int:
        """Count what the office was asked to carry."""
        return len(self.office.attempts)

    async def report(self, receipt: Receipt, part: OutboundPart, state: str) -> None:
        """Have the postman tell."""
        known: dict[str, Literal["delivered", "read"]] = {"delivered": "delivered", "read": "read"}
        before = len(self.core.of_type(DeliveryReport))
        self.office.deliver(receipt.external_ids[0], known[state])
        await eventually(lambda: len(self.core.of_type(DeliveryReport)) > before)
