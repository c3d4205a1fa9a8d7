"""What the contract suite needs to know of an adapter: how its network is played."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from typing import ClassVar

from bridge.channel import Channel, OutboundPart, Receipt, SendError, StorageUnavailableError
from tests.channels.core import FakeCore


class Rig(ABC):
    """One adapter between a core and a network that the test plays.

    `secrets` are what was configured and must never show; `failures` are the classed
    errors that the network can be made to cause.
    """

    channel: Channel
    core: FakeCore
    secrets: Sequence[str]
    failures: Sequence[type[SendError]]

    @property
    def patience(self) -> float:
        """Return for how many seconds a network waits before it counts as unanswered.

        Only where nothing can be stored is it right that no answer comes.
        """
        return 0.3 if self.core.down else 30.0

    @abstractmethod
    async def customer_writes(
        self, text: str, *, message: str = "first", customer: str = "anna"
    ) -> bool:
        """Bring a message in as the network would; say whether the network was answered.

        The same `message` of the same `customer` is the same message.
        """

    counts_tries: ClassVar[bool] = True
    """Whether the adapter lets its payloads be taken through `ChannelContext.tries`."""
    edits_bring_files: ClassVar[bool] = False
    """Whether a customer of the network can put another file into what they have written."""

    async def customer_shows(self, picture: bytes, *, message: str = "first") -> bool:
        """Bring a picture in as `customer_writes` brings words; only where edits bring files."""
        raise NotImplementedError

    async def customer_changes(
        self, text: str, picture: bytes | None = None, *, message: str = "first"
    ) -> bool:
        """Change what `customer_shows` brought: its words, and its picture if one is given."""
        raise NotImplementedError

    async def customer_starts(self, payload: str) -> None:
        """Have somebody use the start link that carries `payload`; only where there is one."""
        raise NotImplementedError

    @abstractmethod
    async def nonsense_comes(self) -> None:
        """Bring in what is no message, as the network's own account would."""

    @abstractmethod
    async def stranger_writes(self, text: str) -> bool:
        """Bring a message in that does not prove its account; say whether it was answered."""

    @abstractmethod
    async def here(self, customer: str = "anna") -> str:
        """Have a customer who can be written to; return their external id."""

    @abstractmethod
    def part(self, recipient: str, text: str) -> OutboundPart:
        """Return a new part for a customer."""

    @abstractmethod
    async def fail_next(self, error: type[SendError], recipient: str) -> None:
        """Have the next send to `recipient` fail in this way."""

    @abstractmethod
    def attempts(self) -> int:
        """Return how often the network was asked to carry something."""

    @abstractmethod
    async def report(self, receipt: Receipt, part: OutboundPart, state: str) -> None:
        """Have the network report `delivered` or `read`; return when the core was told."""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the channel, and again when it fails, as the supervisor does."""
        task = asyncio.create_task(self._run())
        try:
            # One turn of the loop is what any adapter gets before its network speaks.
            await asyncio.sleep(0.01)
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self.channel.run(self.core)
            except StorageUnavailableError:
                await asyncio.sleep(0.02)


async def eventually(what: Callable[[], object], *, within: float = 30.0) -> None:
    """Wait until `what()` is true; fail if it never is."""
    async with asyncio.timeout(within):
        while not what():  # noqa: ASYNC110  # What is waited for knows nothing of the test.
            await asyncio.sleep(0.005)
