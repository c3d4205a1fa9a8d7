"""From raw updates to the core: translated, stored, and only then followed up."""

from collections.abc import Sequence

from bridge.botapi.raw import as_raw
from bridge.channel import Sink, StorageUnavailableError
from bridge.clock import Clock
from channels.telegram.errands import Errands
from channels.telegram.translate import translate_all


class Intake:
    """Where both ways of receiving bring their updates. Closed while the channel does not run."""

    def __init__(self, clock: Clock, errands: Errands) -> None:
        """Take nothing yet."""
        self._clock = clock
        self._errands = errands
        self._sink: Sink | None = None

    def open(self, sink: Sink) -> None:
        """Bring updates to `sink` from now on."""
        self._sink = sink

    def close(self) -> None:
        """Take nothing any more."""
        self._sink = None

    async def take(self, updates: Sequence[object], cursor: str | None = None) -> None:
        """Return when the updates, and a poller's cursor with them, are stored.

        What cannot be translated is kept aside first, so that no cursor passes it by. Raises
        `StorageUnavailableError`: then nothing may be acknowledged.
        """
        sink = self._sink_now()
        found = translate_all(updates, self._clock.now())
        for update, why in found.broken:
            await sink.quarantine(as_raw(update), why)
        if found.events or cursor is not None:
            await sink.accept(found.events, cursor)
            self._errands.follow(found.events, sink)

    async def set_aside(self, raw: bytes, why: str) -> None:
        """Keep what is no update at all; raises as `take`."""
        await self._sink_now().quarantine(raw, why)

    def _sink_now(self) -> Sink:
        if self._sink is None:
            raise StorageUnavailableError("the channel is not running")
        return self._sink
