"""What a `ChannelContext` holds of the core, in memory: customers and the media store."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from bridge import channel as ch
from tests.channels.core import FakeCore


class CustomersOf:
    """The book as `ChannelContext.customers`."""

    def __init__(self, core: FakeCore) -> None:
        """Look into one book."""
        self.threads = core.threads
        self.message = core.message
        self.follow = core.follow
        self.unconfirmed = core.unconfirmed
        self.block = core.block
        self._core = core

    async def messages(
        self, customer: str, thread: str, *, before: int | None, after: int | None, limit: int
    ) -> tuple[Sequence[ch.MessageView], bool, str]:
        """Return a page in ascending order, whether there is more before it, the cursor."""
        all_of_it = await self._core.messages_of(customer, thread)
        if after is not None:
            page = [one for one in all_of_it if one.id > after][:limit]
            return page, True, self._core._cursor()
        older = [one for one in all_of_it if before is None or one.id < before]
        return older[-limit:], len(older) > limit, self._core._cursor()


@dataclass(slots=True)
class FakeMedia:
    """A media store that keeps bytes and remembers whose they are."""

    files: dict[str, bytes] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    refuse: bool = False

    async def receive(
        self, chunks: AsyncIterator[bytes], *, name: str, owner: str, limit: int
    ) -> ch.AttachmentView:
        """Keep a file; see `bridge.channel.MediaDoor`."""
        data = bytearray()
        async for chunk in chunks:
            data += chunk
            if len(data) > limit:
                raise ch.MediaTooLargeError(limit)
        if self.refuse or not data:
            raise ch.MediaRefusedError("the file is empty")
        public_id = f"{len(self.files):032x}"
        self.files[public_id], self.owners[public_id] = bytes(data), owner
        url = f"/media/{public_id}?download=1&sig=signed"
        return ch.AttachmentView(
            id=public_id,
            name=name,
            mime="application/octet-stream",
            size=len(data),
            kind="file",
            state="ready",
            url=url,
        )
