"""Does what people have asked for: takes events in again by the translator that is there now.

The command line asks from beside the program, by a row. A row is gone before anything is
tried: what kills the program is not tried again at its next start.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from agent_console.dead.acts import DEAD_TOPIC, perform
from agent_console.surface import CanTakeAgain as SurfaceTakesAgain
from agent_console.surface import UntakenError
from bridge import written
from bridge.channel import (
    Answer,
    CanTakeAgain,
    Channel,
    InboundEvent,
    StorageUnavailableError,
)
from bridge.store import dead as d
from bridge.store import log
from bridge.store import quarantine as q
from bridge.store.dead import Asked, Kind
from bridge.store.transactions import Store, Tx
from bridge.waking import woken
from routing.desk import Desk
from routing.inbound import InboundSink
from routing.refusal import RefusedError

__all__ = ["DEAD_TOPIC", "Redelivery"]

_log = logging.getLogger(__name__)

# Between two looks at what was asked from beside the program, in seconds.
LOOK_EVERY = 3.0
# One event may take so long: its files may have to be fetched. In seconds.
PATIENCE = 60.0
_AT_ONCE = 100


class Places(Protocol):
    """The inboxes and surfaces that run, as the composition root knows them."""

    def channel(self, inbox_id: str) -> Channel | None:
        """Return the channel of an inbox."""
        ...

    def sink(self, inbox_id: str) -> InboundSink:
        """Return where its events go, without anything in between."""
        ...

    def surface(self, surface_id: str) -> object | None:
        """Return a staff surface."""
        ...

    async def hear(self, surface_id: str, event: bytes) -> None:
        """Have something that staff did be acted on again; raises `LookupError`."""
        ...

    def written_with(self, place: str | None) -> Store | None:
        """Return what is written with of an inbox, a surface or neither, by who has it.

        `None` where another process has: a surface takes again what its owner takes.
        """
        ...


class Redelivery:
    """Tries again what was asked for and is this process's to do, one thing after the other."""

    def __init__(self, store: Store, desk: Desk, places: Places) -> None:
        """Try nothing yet; `store` is only read."""
        self._store = store
        self._desk = desk
        self._places = places
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Say that something was asked for."""
        self._awake.set()

    async def run(self) -> None:
        """Try again until cancelled."""
        while True:
            self._awake.clear()
            try:
                for asked in await self._store.read(_asked):
                    await self.one(asked)
            except StorageUnavailableError:
                _log.error("what is to be tried again waits for the database")
            await woken(self._awake, within=LOOK_EVERY)

    async def one(self, asked: Asked) -> None:
        """Try one thing again, unless it is another process's to do."""
        store = self._places.written_with(asked.place)
        if store is None:
            return
        if asked.kind == "event":
            await self._event(store, asked.number)
            return
        try:
            await store.write(perform, self._desk, asked.kind, asked.number)
        except RefusedError as refusal:
            _log.warning("%s-%d is not tried again: %s", asked.kind, asked.number, refusal.code)
            await store.write(_answered, asked.kind, asked.number)

    async def _event(self, store: Store, number: int) -> None:
        begun = await store.write(_begun, number)
        if begun is None:
            return
        row, raw = begun
        why = await self._taken(row, raw)
        if why is not None:
            _log.warning("event-%d of %s is still set aside: %s", number, row.inbox_id, why)
        await store.write(_ended, number, why)

    async def _taken(self, row: q.Set, raw: bytes) -> str | None:
        """Take an event in; return why that still does not go, if so."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._take(row, raw)
        except StorageUnavailableError:
            return "the database could not be written to"
        except UntakenError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001  # Whatever it is, it is why.
            return type(error).__name__

    async def _take(self, row: q.Set, raw: bytes) -> str | None:
        if row.form == "heard":
            await self._places.hear(row.inbox_id, raw)
            return None
        channel, surface = self._places.channel(row.inbox_id), self._places.surface(row.inbox_id)
        if isinstance(surface, SurfaceTakesAgain):
            await surface.take_again(raw)
            return None
        if channel is None:
            return "no such inbox runs"
        again = _Again(self._places.sink(row.inbox_id))
        if row.form == "event":
            await again.accept([written.read(raw)])
        elif isinstance(channel, CanTakeAgain):
            await channel.take_again(again, raw)
        else:
            return "its network takes nothing again"
        return again.why


class _Again:
    """A `Sink` for one thing that is tried again: no cursor moves, nothing is set aside twice."""

    def __init__(self, sink: InboundSink) -> None:
        self._sink = sink
        self.why: str | None = None
        """Why it could not be taken in."""

    async def accept(
        self, events: Sequence[InboundEvent], cursor: str | None = None
    ) -> Sequence[Answer]:
        """Store the events, or raise what they break with."""
        del cursor
        answers = await self._sink.take_again(events) if events else []
        for one in answers:
            if one.outcome == "refused":
                self.why = f"refused: {one.reason}"
        return answers

    async def quarantine(self, raw: bytes, why: str) -> None:
        """It lies there already."""
        del raw
        self.why = why

    async def cursor(self) -> str | None:
        """Return the poller's cursor stored last."""
        return await self._sink.cursor()


def _asked(tx: Tx) -> list[Asked]:
    return tx.all(d.ASKED, limit=_AT_ONCE)


def _answered(tx: Tx, kind: Kind, number: int) -> None:
    tx.run(d.ANSWERED, of_kind=kind, of=number)


def _begun(tx: Tx, number: int) -> tuple[q.Set, bytes] | None:
    _answered(tx, "event", number)
    tx.run(q.TRIED, of=number, at=tx.now)
    row = tx.one(q.ONE, id=number)
    return None if row is None else (row, tx.the(q.RAW, id=number))


def _ended(tx: Tx, number: int, why: str | None) -> None:
    if why is None:
        tx.run(q.DROP, of=number)
    else:
        tx.run(q.STILL, of=number, to=why)
    log.append(tx, "quarantine.changed")
