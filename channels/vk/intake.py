"""From VK's events to the core: translated, stored, and only then answered."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.channel import UNCOUNTED, InboundEvent, Sink, Tries
from bridge.clock import Clock
from channels.vk.errands import Errands
from channels.vk.presses import Presses
from channels.vk.translate import UntranslatableError, translated

_log = logging.getLogger(__name__)


class Intake:
    """Takes updates in, whichever way they came."""

    def __init__(
        self, clock: Clock, errands: Errands, presses: Presses, tries: Tries = UNCOUNTED
    ) -> None:
        """Leave to `errands` what can be asked later, and to `presses` what cannot."""
        self._tries = tries
        self._clock = clock
        self._presses = presses
        self._errands = errands

    async def take(self, sink: Sink, updates: Sequence[Any], cursor: str | None = None) -> None:
        """Store updates, and the poller's cursor with them; what makes no sense goes aside.

        Raises `StorageUnavailableError` when nothing may be acknowledged.
        """

        async def take(some: Sequence[Any], last: bool) -> None:  # noqa: FBT001  # As the contract has it.
            await self._store(sink, some, cursor if last else None)

        await self._tries.over(updates, _raw, take, sink.quarantine)

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take one update that was set aside."""
        await self._store(sink, [json.loads(raw)], None)

    async def _store(self, sink: Sink, updates: Sequence[Any], cursor: str | None) -> None:
        known = [(one, await self._translated(sink, one)) for one in updates]
        events = [event for _, found in known for event in found]
        if events or cursor is not None:
            await sink.accept(events, cursor)
        for update, found in known:
            if found:
                self._errands.note(update, found)

    async def _translated(self, sink: Sink, update: Any) -> Sequence[InboundEvent]:
        if _is_unnumbered_read(update):
            self._errands.find_read(update)
            return ()
        try:
            found = translated(update, self._clock.now())
        except UntranslatableError as error:
            _log.warning("an update was set aside: %s", error)
            await sink.quarantine(_raw(update), str(error))
            return ()
        return await self._presses.worded(update, found)


def _is_unnumbered_read(update: Any) -> bool:
    """Say whether a mark of reading lacks the number that the message has in its dialog."""
    return (
        isinstance(update, Mapping)
        and update.get("type") == "message_read"
        and isinstance(update.get("object"), Mapping)
        and "conversation_message_id" not in update["object"]
    )


def _raw(update: Any) -> bytes:
    """Return the update to be kept, without what proves that it came from VK."""
    if isinstance(update, Mapping):
        update = {name: value for name, value in update.items() if name != "secret"}
    return json.dumps(update, ensure_ascii=False).encode(errors="surrogatepass")
