"""From raw updates to the core: translated, stored, and only then followed up."""

from collections.abc import Sequence

from bridge.botapi.raw import as_raw, from_raw
from bridge.channel import UNCOUNTED, InboundEvent, Inlet, Sink, StorageUnavailableError, Tries
from bridge.clock import Clock
from channels.telegram.errands import Errands
from channels.telegram.translate import translate_all

NO_JSON = "an update that is no JSON"


class Intake:
    """Where both ways of receiving bring their updates. Closed while the channel does not run."""

    def __init__(self, clock: Clock, errands: Errands, tries: Tries = UNCOUNTED) -> None:
        """Take nothing yet."""
        self._clock = clock
        self._errands = errands
        self._tries = tries
        self._inlet = Inlet()

    def open(self, sink: Sink) -> None:
        """Bring updates to `sink` from now on, unless they go to another one already."""
        self._inlet.open(sink)

    def close(self, sink: Sink) -> None:
        """Bring nothing to `sink` any more."""
        self._inlet.close(sink)

    async def take(self, updates: Sequence[object], cursor: str | None = None) -> None:
        """Return when the updates, and a poller's cursor with them, are stored.

        What cannot be translated is kept aside first, so that no cursor passes it by. Raises
        `StorageUnavailableError`: then nothing may be acknowledged.
        """
        sink = self._sink_now()

        async def take(some: Sequence[object], last: bool) -> None:  # noqa: FBT001  # As the contract has it.
            events = await self._store(sink, some, cursor if last else None)
            self._errands.follow(events, sink)

        await self._tries.over(updates, as_raw, take, sink.quarantine)

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take one update that was set aside; nothing follows from it but what is stored."""
        try:
            update: object = from_raw(raw)
        except (ValueError, RecursionError):
            await sink.quarantine(raw, NO_JSON)
        else:
            await self._store(sink, [update], None)

    async def _store(
        self, sink: Sink, updates: Sequence[object], cursor: str | None
    ) -> Sequence[InboundEvent]:
        found = translate_all(updates, self._clock.now())
        for update, why in found.broken:
            await sink.quarantine(as_raw(update), why)
        if found.events or cursor is not None:
            await sink.accept(found.events, cursor)
        return found.events

    async def set_aside(self, raw: bytes, why: str) -> None:
        """Keep what is no update at all; raises as `take`."""
        await self._sink_now().quarantine(raw, why)

    def _sink_now(self) -> Sink:
        if self._inlet.sink is None:
            raise StorageUnavailableError("the channel is not running")
        return self._inlet.sink
