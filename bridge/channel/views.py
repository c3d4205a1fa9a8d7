"""What a customer may see of their own conversations, for networks that show it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bridge.channel.capabilities import MediaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentView:
    """A file as its customer may see it; `url` is signed and expires.

    `size_limit`: how many bytes it may have had, where it was not kept for its size.
    """

    id: str
    name: str
    mime: str
    size: int
    kind: MediaKind
    state: Literal["ready", "pending", "failed"]
    url: str
    preview_url: str | None = None
    width: int | None = None
    height: int | None = None
    size_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """The message that another one answers."""

    id: int
    text: str
    author: Literal["visitor", "agent", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonView:
    """An answer offered under a message, and whether it is the one that was given."""

    id: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message as its customer may see it: never a note, never a colleague's id."""

    id: int
    thread: str
    author: Literal["visitor", "agent", "system"]
    author_name: str | None
    author_photo: str | None = None
    """The signed address of the picture of the agent who wrote it."""
    external_id: str | None
    text: str
    rich: Sequence[Mapping[str, object]] | None
    attachments: Sequence[AttachmentView]
    reply_to: QuoteView | None
    at: int
    edited: bool = False
    deleted: bool = False
    activity: Mapping[str, str] | None = None
    buttons: Sequence[ButtonView] = ()
    """Empty as well where no answer counts any more and none was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadView:
    """One of the customer's own conversations."""

    thread: str
    state: Literal["open", "closed"]
    last_at: int
    last_text: str
    last_author: Literal["visitor", "agent", "system"]
    unread: int
    agent_name: str | None
    agent_photo: str | None = None
    """The signed address of their picture."""
    agent_read_id: int
    """The customer's messages up to this id have been read by the one who answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """That a customer is blocked, until a time in ms or for ever: never why, nor by whom."""

    until: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanges:
    """What changed for one customer up to `cursor`; `reset` means "load afresh"."""

    cursor: str
    messages: Sequence[MessageView] = ()
    threads: Sequence[ThreadView] = ()
    typing: Sequence[tuple[str, str]] = ()
    """(thread, name of the one who is writing)."""
    reset: bool = False
    block: BlockView | None = None
    block_changed: bool = False
    """Whether `block` is news: the customer was blocked, or is no more."""


class Elsewhere(Protocol):
    """Who is at which of the processes that serve one inbox."""

    async def tell(self, here: Mapping[str, bool]) -> None:
        """Keep who is at this process now (`True`), or was a moment ago (`False`).

        Raises `StorageUnavailableError`, and nothing is kept.
        """
        ...

    async def was_here(self, customer: str, *, within: float) -> bool:
        """Say whether the customer is at any process, or was in the last seconds."""
        ...


class CustomerView(Protocol):
    """What a customer may see of their own conversations, for networks that show it.

    A customer is named by their external id. Every cursor is opaque.
    """

    async def threads(self, customer: str) -> tuple[Sequence[ThreadView], str]:
        """Return the customer's conversations, the latest first, and the cursor."""
        ...

    async def messages(
        self, customer: str, thread: str, *, before: int | None, after: int | None, limit: int
    ) -> tuple[Sequence[MessageView], bool, str]:
        """Return a page in ascending order, whether there is more before it, the cursor."""
        ...

    async def message(self, customer: str, message_id: int) -> MessageView | None:
        """Return one message of theirs, or `None`."""
        ...

    def follow(self, customer: str, cursor: str) -> AsyncIterator[CustomerChanges]:
        """Yield what changes after `cursor`, for ever; ends after a `reset`."""
        ...

    async def block(self, customer: str) -> BlockView | None:
        """Return whether the customer is blocked now: nothing they write would be taken."""
        ...

    async def unconfirmed(self) -> Sequence[str]:
        """Return the customers to whom something was sent and never confirmed."""
        ...
