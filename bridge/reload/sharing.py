"""One process of several on a database: what it does of the whole, and how it hears of the rest."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import Protocol

from agent_console.fanout.staff import Staffed
from bridge.db import Server
from bridge.events import EventHub
from bridge.health import Watch
from bridge.models import Event
from bridge.processes import LEASE_TOPIC, Announced, Leases, Neighbours, Role, Told
from bridge.redis import SharedBudgets, Whispers
from bridge.reload.wired import ENGINE, Inbox, end_owned, start_inbox, start_staff
from bridge.settings import Settings
from bridge.store.fenced import FencedStore
from bridge.store.transactions import News, Store, Tx
from bridge.supervisor import Supervisor
from routing import attending
from routing.desk import Desk

_MOST = 2**31
# The log may be read before it is heard who has committed; what nobody has told of so much
# later (s) was committed by a command, by a process that took itself for alone, or while the
# line was down.
PATIENCE = 0.25


class Works(Protocol):
    """What is neither an inbox's nor a surface's, begun and ended with one lease."""

    def start_engine(self) -> None:
        """Begin it."""
        ...

    async def end_engine(self) -> None:
        """End it."""
        ...


class Program(Protocol):
    """What the composition root lends."""

    settings: Settings
    store: Store
    desk: Desk
    hub: EventHub
    watch: Watch
    budgets: SharedBudgets | None
    supervisor: Supervisor
    inboxes: dict[str, Inbox]
    staff: dict[str, Staffed]

    @property
    def works(self) -> Works:
        """Return what runs in this process."""
        ...

    def told(self, events: Sequence[Event]) -> None:
        """Tell those in this process who look at events of what others have committed."""
        ...

    def woken(self, topics: Collection[str] | None) -> None:
        """Wake who sleeps for these topics; `None` is everybody."""
        ...


class _Duties:
    """What begins and ends with a lease."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def names(self) -> Collection[str]:
        program = self._program
        inboxes = [f"inbox:{key}" for key in program.inboxes]
        return [ENGINE, *inboxes, *(f"surface:{key}" for key in program.staff)]

    async def begin(self, name: str) -> None:
        program, (kind, _, key) = self._program, name.partition(":")
        if kind == ENGINE:
            program.works.start_engine()
            return
        await program.watch.recall([key])
        if kind == "inbox" and key in program.inboxes:
            start_inbox(program.supervisor, key, program.inboxes[key])
        elif kind == "surface" and key in program.staff:
            start_staff(program.supervisor, key, program.staff[key])

    async def end(self, name: str) -> None:
        program, (kind, _, key) = self._program, name.partition(":")
        if kind == ENGINE:
            await program.works.end_engine()
            return
        await end_owned(program.supervisor, key)
        program.watch.let_go(key)


class Sharing:
    """This process among the others."""

    def __init__(
        self, program: Program, server: Server, role: Role, process: int, store: Store
    ) -> None:
        """Be known to the others by the number `process`; nothing is done yet."""
        self._program = program
        self.role: Role = role
        self.process = process
        self.leases = Leases(store, process, role, _Duties(program), gone=self._gone)
        self.neighbours = Neighbours(
            store, server, process, heard=self._heard, missed=self._missed, look=self._look
        )
        self._whispers: Whispers | None = None
        if program.budgets is not None:
            line, channel = program.budgets.line, program.budgets.named("whispers")
            self._whispers = Whispers(line, channel, self.neighbours.overheard)
            self.neighbours.aside = self._whispered
        # Of two that work here in turn the one before may have told nobody of its last words.
        self.leases.on_taken = lambda: program.woken(None)
        self._announced = Announced()
        store.before_commit = self._before_commit

    @staticmethod
    def number() -> int:
        """Return a number for the life of a process."""
        return secrets.randbelow(_MOST - 1) + 1

    @property
    def serves(self) -> bool:
        """Say whether this process answers HTTP."""
        return self.role != "worker"

    def store(self, name: str) -> Store:
        """Return what is written with under a lease."""
        return FencedStore(self._program.store, self.leases.hold(name))

    def kept_by(self, key: str) -> Store | None:
        """Return what the row of an inbox or a surface is written with, if it is ours."""
        kind = "inbox" if key in self._program.inboxes else "surface"
        name = f"{kind}:{key}"
        return self.store(name) if self.leases.does(name) else None

    def has(self, inbox_id: str) -> bool:
        """Say whether this process receives and sends for an inbox."""
        return self.leases.does(f"inbox:{inbox_id}")

    def found(self, events: Sequence[Event]) -> None:
        """Take what others have committed: `EventHub`'s `found`."""
        self._program.told(events)
        if untold := self._announced.found([one.id for one in events]):
            asyncio.get_running_loop().call_later(PATIENCE, self._wait_no_longer, untold)

    @contextlib.asynccontextmanager
    async def running(
        self, first: Callable[[Tx], None], later: Callable[[Tx], None]
    ) -> AsyncIterator[None]:
        """Be one of the processes; `first` begins where no other lives, `later` where one does."""
        await self.leases.join(first, later)
        self._program.hub.on_whisper = self.neighbours.whisper
        self._program.hub.on_behind = self._behind
        supervisor = self._program.supervisor
        supervisor.start("leases", self.leases.run)
        supervisor.start("neighbours", self.neighbours.run)
        if self._whispers is not None:
            supervisor.start("shared:whispers", self._whispers.run)
        try:
            yield
        finally:
            await self.leases.close()
            await supervisor.end(["leases", "neighbours", "shared:whispers"])
            await self.leases.leave()

    async def _whispered(self, said: bytes) -> bool:
        return self._whispers is not None and await self._whispers.tell(said) >= len(
            self.leases.processes
        )

    def _before_commit(self, tx: Tx, news: News) -> None:
        if not self.leases.is_alone:
            self.neighbours.before_commit(tx, news)

    def _gone(self, tx: Tx, process: int) -> None:
        attending.process_gone(tx, self._program.desk.policy, process)

    # --- what is heard ---

    def _heard(self, told: Told) -> None:
        if told.whisper is not None:
            self._program.hub.heard(told.whisper)
        if told.events:
            # A process of an older version says no ids: what it tells of counts as untold.
            if told.first:
                self._told_of(told.first, told.last)
            self._program.hub.wake()
        if LEASE_TOPIC in told.topics:
            self.leases.wake()
        self._program.woken(told.topics)

    def _behind(self, events: Sequence[Event]) -> None:
        self._told_of(events[0].id, events[-1].id)

    def _told_of(self, first: int, last: int) -> None:
        self._announced.told(first, last, read=self._program.hub.last)

    def _wait_no_longer(self, untold: Collection[int]) -> None:
        if self._announced.give_up(untold):
            self._program.woken(None)

    def _missed(self) -> None:
        self._program.hub.wake()
        self.leases.wake()
        self._program.woken(None)

    def _look(self) -> None:
        self._program.hub.wake()


def sends(sharing: Sharing | None) -> Callable[[str], bool]:
    """Return what says whether this process sends for an inbox."""
    return (lambda _inbox: True) if sharing is None else sharing.has
