"""The widget, played for the contract suite by visitors with browsers."""

from collections.abc import Sequence

from bridge.channel import DeliveryReport, OutboundPart, Receipt, SendError, UnreachableError
from tests.channels.rig import Rig, eventually
from tests.channels.widget.desk import (
    IDENTITY_SECRET,
    OLD_IDENTITY_SECRET,
    SECRET,
    THREAD,
    Desk,
    Visitor,
    client_id,
)


class WidgetRig(Rig):
    """An inbox and its visitors; the network's ledger is what reaches their sockets."""

    def __init__(self) -> None:
        """Wire the inbox."""
        self.desk = Desk()
        self.channel = self.desk.channel
        self.core = self.desk.core
        self.secrets: Sequence[str] = [SECRET.decode(), IDENTITY_SECRET, OLD_IDENTITY_SECRET]
        self.failures: Sequence[type[SendError]] = [UnreachableError]
        self._visitors: dict[str, Visitor] = {}

    async def visitor(self, customer: str) -> Visitor:
        """Return the visitor called so here; the server knows them by another name."""
        if customer not in self._visitors:
            self._visitors[customer] = await self.desk.visitor()
        return self._visitors[customer]

    async def customer_writes(
        self, text: str, *, message: str = "first", customer: str = "anna"
    ) -> bool:
        """Send a message over HTTP."""
        visitor = await self.visitor(customer)
        # The network would not hear of it sooner than the visitor does.
        answered = await visitor.write(text, client_id=client_id(message))
        return answered.status_code in (200, 201)

    async def nonsense_comes(self) -> None:
        """Send bodies and frames that mean nothing."""
        visitor = await self.visitor("anna")
        for body in ({}, {"text": 5}, {"client_id": "x", "thread": THREAD, "text": "a"}):
            assert (await visitor.post("messages", body)).status_code == 400
        async with visitor.socket() as socket:
            socket.send_text("nonsense")
            assert await socket.close_code() == 1008

    async def stranger_writes(self, text: str) -> bool:
        """Send a message with a token that is not ours."""
        stranger = Visitor(self.desk, self.desk.client(), token="forged.token.here")
        return (await stranger.write(text)).status_code in (200, 201)

    async def here(self, customer: str = "anna") -> str:
        """Have a visitor with an open page."""
        visitor = await self.visitor(customer)
        await visitor.write("I am here", client_id=client_id("here"))
        return visitor.customer

    def part(self, recipient: str, text: str) -> OutboundPart:
        """Return a part of a message that stands in the book."""
        kept = self.core._add(customer=recipient, thread=THREAD, author="agent", text=text)
        return OutboundPart(recipient=recipient, thread=THREAD, message_id=kept.id, text=text)

    async def fail_next(self, error: type[SendError], recipient: str) -> None:
        """Have everybody leave, for longer than a reload takes."""
        assert error is UnreachableError
        self.desk.clock.tick(31)

    def attempts(self) -> int:
        """Count what the visitors' widgets were shown over live sockets: here, none is open."""
        return 0

    async def report(self, receipt: Receipt, part: OutboundPart, state: str) -> None:
        """Have the visitor's widget confirm."""
        visitor = next(v for v in self._visitors.values() if v.customer == part.recipient)
        before = len(self.core.of_type(DeliveryReport))
        async with visitor.live() as socket:
            if state == "delivered":
                socket.send({"type": "ack", "ids": [part.message_id]})
            else:
                socket.send({"type": "read", "thread": THREAD, "message_id": part.message_id})
            await eventually(lambda: len(self.core.of_type(DeliveryReport)) > before)
