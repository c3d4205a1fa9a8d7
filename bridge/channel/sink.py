"""Where an adapter hands what it received, and what it hears back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bridge.channel.incoming import InboundEvent
from bridge.channel.views import MessageView


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one event given to `Sink.accept`.

    `refused` is final: the same event would be refused again, `reason` says why. A `duplicate`
    with the reason `purged` was there once and was deleted for good, it or its customer.
    `parked` means kept until the message it speaks of arrives. Ids are ours, where known.
    """

    outcome: Literal["stored", "duplicate", "refused", "parked", "ignored"]
    reason: str | None = None
    conversation_id: int | None = None
    message_id: int | None = None
    cursor: str | None = None
    """Where the event log stood right after; a view followed from here misses nothing."""
    view: MessageView | None = None
    """A stored message as its customer sees it, where that needs no further look."""

    def at(self, cursor: str) -> "Answer":
        """Return the same answer, given when the event log stood at `cursor`."""
        # Written out: `dataclasses.replace` looks every field up, for every message there is.
        return Answer(
            outcome=self.outcome,
            reason=self.reason,
            conversation_id=self.conversation_id,
            message_id=self.message_id,
            cursor=cursor,
            view=self.view,
        )


class Sink(Protocol):
    """Where an adapter hands what it received. Returns only when all of it is synced."""

    async def accept(
        self, events: Sequence[InboundEvent], cursor: str | None = None
    ) -> Sequence[Answer]:
        """Store the events, and a poller's cursor with them, in one transaction.

        Raises `StorageUnavailable` when nothing was stored; the caller must then not
        acknowledge, so that the network sends again.
        """
        ...

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Keep aside what could not be translated, shown to people, and go on."""
        ...

    async def cursor(self) -> str | None:
        """Return the poller's cursor stored last, or `None`."""
        ...


class StorageUnavailableError(Exception):
    """Nothing was stored: the database is locked, full or gone. Trying again may help."""


class Inlet:
    """Where goes what comes to an adapter's own addresses, for as long as anybody takes it.

    In a process that answers HTTP and receives as well, both may be open: the first stays.
    """

    def __init__(self) -> None:
        """Nobody takes anything yet."""
        self._sinks: list[Sink] = []

    @property
    def sink(self) -> Sink | None:
        """Return who takes it now, if anybody does."""
        return self._sinks[0] if self._sinks else None

    def open(self, sink: Sink) -> None:
        """Have `sink` take it."""
        self._sinks.append(sink)

    def close(self, sink: Sink) -> None:
        """Have `sink` take it no more."""
        if sink in self._sinks:
            self._sinks.remove(sink)
