"""The Viber network, played for the contract suite."""

import contextlib
from collections.abc import AsyncIterator, Sequence

from bridge.channel import (
    DeliveryReport,
    MisconfiguredError,
    OutboundPart,
    OutcomeUnknownError,
    Receipt,
    RejectedError,
    SendError,
    ThrottledError,
    UnreachableError,
)
from bridge.sandbox.faults import Fault
from bridge.sandbox.viber import Customer
from tests.channels.rig import Rig, eventually
from tests.channels.viber.desk import SECRET, ViberDesk

_FAULTS: dict[type[SendError], Fault] = {
    ThrottledError: Fault(error=12),
    RejectedError: Fault(error=3),
    UnreachableError: Fault(error=6),
    MisconfiguredError: Fault(error=2),
    OutcomeUnknownError: Fault(reset=True, after_effect=True),
}


class ViberRig(Rig):
    """A bot, its inbox, and customers with phones."""

    def __init__(self, desk: ViberDesk) -> None:
        """Use a desk that stands."""
        self.desk = desk
        self.channel = desk.channel
        self.core = desk.core
        self.secrets: Sequence[str] = [desk.viber.account.token, SECRET.decode()]
        self.failures: Sequence[type[SendError]] = list(_FAULTS)
        self._tokens: dict[tuple[str, str], int] = {}

    def customer(self, name: str) -> Customer:
        """Return a person."""
        return self.desk.viber.customer(name)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the channel, and wait until Viber knows the webhook."""
        calls = len(self.desk.viber.ledger.of("set_webhook"))
        async with super().running():
            await eventually(lambda: len(self.desk.viber.ledger.of("set_webhook")) > calls)
            yield

    async def customer_writes(
        self, text: str, *, message: str = "first", customer: str = "anna"
    ) -> bool:
        """Bring a message to the webhook once."""
        person, known = self.customer(customer), (customer, message)
        token = self._tokens.setdefault(known, self.desk.viber.world.next_token())
        return (await person.writes(text, token=token)).answered

    async def customer_starts(self, payload: str) -> None:
        """Open the chat, and say nothing."""
        assert (await self.customer("olena").opens_chat(payload)).answered

    async def nonsense_comes(self) -> None:
        """Bring callbacks that nobody understands, well signed."""
        callbacks = self.desk.viber.world.callbacks
        broken = [b"", b"null", b"{", b'{"event":"hologram"}', b'{"event":"message"}', b"\xff\xfe"]
        for body in [*broken, b'{"event":["message"]}', b"[" * 5000]:
            assert (await callbacks.post(callbacks.url, body)).status == 200

    async def stranger_writes(self, text: str) -> bool:
        """Bring a message that somebody else has signed."""
        callbacks = self.desk.viber.world.callbacks
        body = f'{{"event":"message","message":{{"text":"{text}"}}}}'.encode()
        return (await callbacks.post(callbacks.url, body, "0" * 64)).ok

    async def here(self, customer: str = "anna") -> str:
        """Have a customer who has written."""
        await self.customer_writes("I am here", message="here", customer=customer)
        return self.customer(customer).id

    def part(self, recipient: str, text: str) -> OutboundPart:
        """Return a new part."""
        return self.desk.part(recipient, text)

    async def fail_next(self, error: type[SendError], recipient: str) -> None:
        """Have Viber say no, or break off, once."""
        self.desk.viber.faults.plan("send_message", _FAULTS[error])

    def attempts(self) -> int:
        """Count what Viber was asked to carry."""
        return self.desk.viber.arrived["send_message"]

    async def report(self, receipt: Receipt, part: OutboundPart, state: str) -> None:
        """Have the phone tell."""
        person = next(
            self.customer(one.name)
            for one in self.desk.viber.world.people.values()
            if one.id == part.recipient
        )
        before = len(self.core.of_type(DeliveryReport))
        token = int(receipt.external_ids[0])
        await (person.gets(token) if state == "delivered" else person.sees(token))
        await eventually(lambda: len(self.core.of_type(DeliveryReport)) > before)
