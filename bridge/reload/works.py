"""What of the program runs in this process: how each part is begun, and how all of it ends."""

import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Protocol

from agent_console.dead import Redelivery
from agent_console.fanout.staff import Staffed
from agent_console.surface import StaffSurface
from bridge.channel import Channel
from bridge.reload.sharing import Sharing
from bridge.reload.wired import ENGINE, Inbox, close, open_door, start_inbox, start_staff
from bridge.store.transactions import Store, Tx
from bridge.supervisor import Supervisor
from bridge.webhooks.worker import CallWorker
from routing import attending
from routing.desk import Desk
from routing.policy import Policy


class Program(Protocol):
    """What the composition root lends."""

    store: Store
    desk: Desk
    supervisor: Supervisor
    inboxes: dict[str, Inbox]
    staff: dict[str, Staffed]
    sharing: Sharing | None
    redelivery: Redelivery

    def engine(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """Return what is neither an inbox's nor a surface's."""
        ...

    def does(self, name: str) -> bool:
        """Say whether this process does what one at a time does."""
        ...


class Works:
    """Begins and ends the parts of one process; of several, what it has the leases of."""

    def __init__(self, program: Program) -> None:
        """Begin nothing yet."""
        self._program = program

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run everything; what one process at a time does, where it is this one's."""
        program, sharing = self._program, self._program.sharing
        policy = program.desk.policy
        program.supervisor.start("redelivery", program.redelivery.run)
        if sharing is None:
            await program.store.write(attending.began_alone, policy)
            self._start_all()
            yield
            return
        for inbox_id, inbox in program.inboxes.items():
            self.begin_inbox(inbox_id, inbox)
        began = (attending.began_alone, attending.began_beside)
        first, later = (functools.partial(_with, one, policy) for one in began)
        async with sharing.running(first, later):
            yield

    def _start_all(self) -> None:
        self.start_engine()
        for inbox_id, inbox in self._program.inboxes.items():
            self.begin_inbox(inbox_id, inbox)
        for surface_id, surface in self._program.staff.items():
            self.begin_staff(surface_id, surface)

    def start_engine(self) -> None:
        """Begin all that is neither an inbox's nor a surface's."""
        for name, run in self._program.engine().items():
            self._program.supervisor.start(name, run)

    async def end_engine(self) -> None:
        """End it."""
        await self._program.supervisor.end(self._program.engine())

    def begin_inbox(self, inbox_id: str, inbox: Inbox) -> None:
        """Begin what this process does for an inbox."""
        shared, supervisor = self._program.sharing, self._program.supervisor
        if shared is None or shared.serves:
            open_door(supervisor, inbox_id, inbox, shared=shared is not None)
        if shared is None or shared.has(inbox_id):
            start_inbox(supervisor, inbox_id, inbox)

    def begin_staff(self, surface_id: str, staffed: Staffed) -> None:
        """Begin what this process does for a staff surface."""
        if self._program.does(f"surface:{surface_id}"):
            start_staff(self._program.supervisor, surface_id, staffed)

    def begin_call(self, name: str, worker: CallWorker) -> None:
        """Begin what this process does for a place of calls."""
        if self._program.does(ENGINE):
            self._program.supervisor.start(f"webhook:{name}", worker.run)

    async def close_adapters(self) -> None:
        """Let every adapter end what it has open; one that cannot must not keep the others."""
        adapters: dict[str, Channel | StaffSurface] = {
            **{key: one.channel for key, one in self._program.inboxes.items()},
            **{key: one.surface for key, one in self._program.staff.items()},
        }
        for key, adapter in adapters.items():
            await close(key, adapter)


def _with(work: Callable[[Tx, Policy], None], policy: Policy, tx: Tx) -> None:
    work(tx, policy)
