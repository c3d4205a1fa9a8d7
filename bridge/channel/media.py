"""The media store, as far as an adapter may use it."""

from collections.abc import AsyncIterator
from typing import Protocol

from bridge.channel.views import AttachmentView


def customer_owner(inbox_id: str, external_id: str) -> str:
    """Return the `owner` of what a customer uploads: only they can send it."""
    return f"visitor:{inbox_id}/{external_id}"


class MediaDoor(Protocol):
    """The media store, as far as an adapter may use it."""

    async def receive(
        self, chunks: AsyncIterator[bytes], *, name: str, owner: str, limit: int
    ) -> AttachmentView:
        """Keep a file; its type is told from its content.

        Raises `MediaTooLargeError` past `limit` bytes, `MediaRefusedError` for content
        that may not be kept.
        """
        ...


class MediaTooLargeError(Exception):
    """The file is larger than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        """Name the limit that was passed."""
        super().__init__(f"the file is larger than {limit} bytes")
        self.limit = limit


class MediaRefusedError(Exception):
    """The file may not be kept: empty, or not what it claims to be."""
