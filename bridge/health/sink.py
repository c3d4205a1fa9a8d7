"""A `Sink` that tells what comes in."""

from collections.abc import Sequence

from bridge.channel import Answer, InboundEvent, InboundMessage, Sink
from bridge.health.watch import Watched


class HeardSink:
    """Passes everything on, and tells the inbox's health of it."""

    def __init__(self, sink: Sink, health: Watched) -> None:
        """Pass on to `sink`."""
        self._sink = sink
        self._health = health

    async def accept(
        self, events: Sequence[InboundEvent], cursor: str | None = None
    ) -> Sequence[Answer]:
        """Pass events on; see `bridge.channel.Sink`."""
        answers = await self._sink.accept(events, cursor)
        if events:
            self._health.received(_new_messages(events, answers))
        return answers

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Pass on what could not be translated: it has come in all the same."""
        await self._sink.quarantine(raw, why)
        self._health.received()

    async def cursor(self) -> str | None:
        """Return the poller's cursor stored last."""
        return await self._sink.cursor()


def _new_messages(events: Sequence[InboundEvent], answers: Sequence[Answer]) -> int:
    return sum(
        isinstance(event, InboundMessage) and answer.outcome == "stored"
        for event, answer in zip(events, answers, strict=False)
    )
