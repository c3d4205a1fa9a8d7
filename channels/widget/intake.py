"""From the widget's routes to the core: events go out as they come, reports never get lost."""

import logging
from collections import deque
from collections.abc import Sequence

from bridge import written
from bridge.channel import (
    UNCOUNTED,
    Answer,
    InboundEvent,
    Inlet,
    Sink,
    StorageUnavailableError,
    Tries,
)
from bridge.web import ApiError

_log = logging.getLogger(__name__)

# What visitors' widgets have confirmed while nothing could be stored; some minutes' worth.
MOST_WAITING = 10_000
_AT_ONCE = 200
_BROKEN = Answer(outcome="refused", reason="internal")


class Intake:
    """The sink that `run` was given, while it runs."""

    def __init__(self, tries: Tries = UNCOUNTED) -> None:
        """There is no sink yet."""
        self._tries = tries
        self._inlet = Inlet()
        self._waiting: deque[InboundEvent] = deque()

    def open(self, sink: Sink) -> None:
        """Take events from now on, unless they go somewhere already."""
        self._inlet.open(sink)

    def close(self, sink: Sink) -> None:
        """Bring no more events there."""
        self._inlet.close(sink)

    async def accept(self, event: InboundEvent) -> Answer:
        """Return what became of one event once it is synced.

        Raises `ApiError` (503) before `run`, and `StorageUnavailableError`.
        """
        (answer,) = await self.accept_all([event])
        return answer

    async def accept_all(self, events: Sequence[InboundEvent]) -> Sequence[Answer]:
        """Return what became of each event; raises as `accept`."""
        if (sink := self._inlet.sink) is None:
            raise ApiError(
                503, "starting", "The server is not ready yet; try again.", {"retry_after": 1}
            )
        answers = list[Answer]()

        async def take(some: Sequence[InboundEvent], _last: bool) -> None:  # noqa: FBT001  # As the contract has it.
            answers.extend(await sink.accept(some))

        async def aside(raw: bytes, why: str) -> None:
            await sink.quarantine(raw, why)
            answers.append(_BROKEN)

        await self._tries.over(events, written.anyhow, take, aside)
        return answers

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take one event that was set aside."""
        await sink.accept([written.read(raw)])

    async def report(self, events: Sequence[InboundEvent]) -> None:
        """Hand on what nobody will tell again: now, or when storing works once more."""
        try:
            await self.accept_all(events)
        except (ApiError, StorageUnavailableError):
            self._keep(events)

    def _keep(self, events: Sequence[InboundEvent]) -> None:
        room = MOST_WAITING - len(self._waiting)
        if room < len(events):
            _log.warning("nothing can be stored and %d reports were dropped", len(events) - room)
        self._waiting.extend(events[:room])

    async def flush(self) -> None:
        """Hand on what waits; raises `StorageUnavailableError` and keeps the rest."""
        while self._waiting:
            some = [self._waiting[n] for n in range(min(_AT_ONCE, len(self._waiting)))]
            await self.accept_all(some)
            for _ in some:
                self._waiting.popleft()
