"""One inbox and one staff surface of the program: what of each runs, and how it ends."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from agent_console.fanout.hearing import hear_again
from agent_console.fanout.staff import Staffed
from agent_console.surface import StaffSurface
from bridge.channel import Channel, Served
from bridge.delivery import DeliveryWorker
from bridge.health import Checkup, HeardSink, Watched
from bridge.settings import InboxSettings
from bridge.store.transactions import Store
from bridge.supervisor import Supervisor
from routing.arrivals import Arrivals
from routing.inbound import InboundSink

_log = logging.getLogger(__name__)

ENGINE = "engine"
"""All that is neither an inbox's nor a surface's: timers, queues, calls, files, the search."""
# How long an adapter may take to end what it has open.
GRACE = 5


@dataclass(slots=True)
class Inbox:
    """One configured account, wired."""

    settings: InboxSettings
    channel: Channel
    sink: HeardSink
    door: HeardSink
    """Where goes what comes to its addresses, in whichever process."""
    health: Watched
    worker: DeliveryWorker
    arrivals: Arrivals


class _Program(Protocol):
    store: Store
    channels: dict[str, Channel]
    staff: dict[str, Staffed]

    def sink(self, inbox_id: str) -> InboundSink: ...
    def owned(self, name: str) -> Store: ...
    def does(self, name: str) -> bool: ...


class Running:
    """The inboxes and surfaces that run now, for whoever tries something again."""

    def __init__(self, program: _Program) -> None:
        """Look them up in the program."""
        self._program = program

    def channel(self, inbox_id: str) -> Channel | None:
        """Return the channel of an inbox."""
        return self._program.channels.get(inbox_id)

    def sink(self, inbox_id: str) -> InboundSink:
        """Return where its events go, without anything in between."""
        return self._program.sink(inbox_id)

    def surface(self, surface_id: str) -> StaffSurface | None:
        """Return a staff surface."""
        staffed = self._program.staff.get(surface_id)
        return None if staffed is None else staffed.surface

    def written_with(self, place: str | None) -> Store | None:
        """Return what is written with of a place, if this process has it."""
        name = f"surface:{place}" if place in self._program.staff else ENGINE
        return self._program.owned(name) if self._program.does(name) else None

    async def hear(self, surface_id: str, event: bytes) -> None:
        """Have something that staff did be acted on again; raises `LookupError`."""
        if surface_id not in self._program.staff:
            raise LookupError(surface_id)
        await self._program.store.write(hear_again, surface_id, event.decode())


def start_inbox(supervisor: Supervisor, inbox_id: str, inbox: Inbox) -> None:
    """Begin to receive and to send."""
    supervisor.start(f"delivery:{inbox_id}", inbox.worker.run)
    receiving = functools.partial(inbox.channel.run, inbox.sink)
    supervisor.start(f"channel:{inbox_id}", _watched(inbox.health, receiving))
    supervisor.start(f"check:{inbox_id}", Checkup(inbox.channel, inbox.health).run)


def open_door(supervisor: Supervisor, inbox_id: str, inbox: Inbox, *, shared: bool) -> None:
    """Begin to answer at its addresses; where it is `shared`, whoever receives and sends."""
    supervisor.start(f"arrivals:{inbox_id}", inbox.arrivals.run)
    if shared and isinstance(inbox.channel, Served):
        serving = functools.partial(inbox.channel.serve, inbox.door)
        supervisor.start(f"door:{inbox_id}", serving)


def start_staff(supervisor: Supervisor, surface_id: str, staffed: Staffed) -> None:
    """Begin to show and to hear."""
    supervisor.start(f"staff:{surface_id}", _watched(staffed.health, staffed.surface.run))
    supervisor.start(f"hearing:{surface_id}", staffed.hearing.run)
    supervisor.start(f"showing:{surface_id}", staffed.fanout.run)
    supervisor.start(f"places:{surface_id}", staffed.places.run)
    if staffed.homes is not None:
        supervisor.start(f"homes:{surface_id}", staffed.homes.run)
    supervisor.start(f"check:{surface_id}", Checkup(staffed.surface, staffed.health).run)


# What one process at a time does for an inbox or a surface, and what each does for an inbox.
_OWNED = ("channel", "check", "delivery", "staff", "hearing", "showing", "places", "homes")
_EVERYWHERE = ("arrivals", "door")


async def end_owned(supervisor: Supervisor, key: str) -> None:
    """End what one process does for an inbox or a surface; what is on the wire ends first."""
    await supervisor.end([f"{work}:{key}" for work in _OWNED])


async def end_work(supervisor: Supervisor, key: str) -> None:
    """End all that runs for one inbox or surface."""
    await supervisor.end([f"{work}:{key}" for work in (*_OWNED, *_EVERYWHERE)])


async def close(key: str, adapter: Channel | StaffSurface) -> None:
    """Let an adapter end what it has open; one that cannot must not keep the others."""
    try:
        async with asyncio.timeout(GRACE):
            await adapter.close()
    except Exception:  # noqa: BLE001  # Whatever it is, the others end all the same.
        _log.exception("%s did not end in good order", key)


def _watched(
    health: Watched, run: Callable[[], Awaitable[None]]
) -> Callable[[], Coroutine[Any, Any, None]]:
    async def watched() -> None:
        health.started()
        try:
            await run()
        except Exception as error:
            health.fell(error)
            raise

    return watched
