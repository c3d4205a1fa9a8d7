"""A network of the tests' own, which does what a test tells it and keeps the ledger."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bridge import channel as ch

# What comes of one attempt: an error to raise, a receipt, or something to be waited for.
Fate = BaseException | ch.Receipt | Callable[[], Awaitable[ch.Receipt]]


@dataclass
class Network:
    """Where the pigeons fly: who was called, what arrived, and what is to happen next."""

    fates: dict[str, list[Fate]] = field(default_factory=lambda: defaultdict(list))
    called: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    parts: list[ch.OutboundPart] = field(default_factory=list)
    keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    flying: Counter[tuple[str, str]] = field(default_factory=Counter)
    most_flying: Counter[tuple[str, str]] = field(default_factory=Counter)
    numbers: int = 0

    async def carry(self, part: ch.OutboundPart, key: str, said: str) -> ch.Receipt:
        """Carry one part, as its fate wills."""
        self.called.append(said)
        self.parts.append(part)
        self.keys[said].add(key)
        lane = (part.recipient, part.thread)
        self.flying[lane] += 1
        self.most_flying[lane] = max(self.most_flying[lane], self.flying[lane])
        try:
            return await self._meet_fate(said)
        finally:
            self.flying[lane] -= 1

    async def _meet_fate(self, said: str) -> ch.Receipt:
        fates = self.fates.get(said)
        fate = fates.pop(0) if fates else self.receipt(said)
        if isinstance(fate, BaseException):
            # At once, as a client does that knows the answer before it asks.
            raise fate
        await asyncio.sleep(0)
        receipt = fate if isinstance(fate, ch.Receipt) else await fate()
        self.arrived.append(said)
        return receipt

    def receipt(self, said: str) -> ch.Receipt:
        """Return a receipt with an id of its own."""
        self.numbers += 1
        return ch.Receipt(external_ids=[f"{self.numbers}:{said}"])


class Pigeon(ch.Channel):
    """The adapter of that network, written only against the contract."""

    kind = "pigeon"

    def __init__(self, network: Network, **capabilities: Any) -> None:
        self.network = network
        self.capabilities = ch.Capabilities(edits=True, deletes=True, **capabilities)

    async def check(self) -> str:
        return "the pigeon loft"

    async def run(self, sink: ch.Sink) -> None:
        await asyncio.Event().wait()

    async def send(self, part: ch.OutboundPart, *, key: str) -> ch.Receipt:
        return await self.network.carry(part, key, part.text)

    async def edit(self, part: ch.OutboundPart, *, key: str) -> ch.Receipt:
        return await self.network.carry(part, key, f"edit: {part.text}")

    async def delete(self, part: ch.OutboundPart, *, key: str) -> ch.Receipt:
        return await self.network.carry(part, key, f"delete: {','.join(part.external_ids)}")

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        yield ref.encode()


class Gate:
    """A fate that keeps a pigeon in the air until it is opened."""

    def __init__(self, network: Network, said: str) -> None:
        self.network = network
        self.said = said
        self.entered = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self) -> ch.Receipt:
        self.entered.set()
        await self.opened.wait()
        return self.network.receipt(self.said)
