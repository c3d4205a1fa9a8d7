"""What one process at a time does: taken, kept, shared out and handed back.

Each process of the program says every few seconds that it lives, and in the same transaction
renews what it holds, takes what is nobody's, and gives away what is more than its share.
Whoever holds something does it under a number that grows with every owner and that each of
its writes is checked by (`bridge.store.holding`): whatever a process believes that stood
still for a minute, it writes nothing more.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from bridge.channel import StorageUnavailableError
from bridge.clock import Clock
from bridge.migrations import HEAD
from bridge.models import Lease, Process
from bridge.store import processes as q
from bridge.store.holding import Hold
from bridge.store.transactions import Store, Tx
from bridge.waking import woken

_log = logging.getLogger(__name__)

Role = Literal["all", "web", "worker"]

LEASE_TOPIC = "leases"
# A process that has said nothing for so long (s) is dead to the others.
LASTS = 8.0
# It speaks so often in that time.
_TIMES = 4
# A process whose connection is gone as well is dead after so many of its turns to speak.
_MISSED = 1.5


class Duties(Protocol):
    """What the program begins and ends with a lease; the composition root has it."""

    def names(self) -> Collection[str]:
        """Return all there is to do."""
        ...

    async def begin(self, name: str) -> None:
        """Begin to do it; raises `StorageUnavailableError`."""
        ...

    async def end(self, name: str) -> None:
        """End doing it; what is on the wire ends first."""
        ...


@dataclass(frozen=True, slots=True)
class _Round:
    """What came of one time of speaking."""

    kept: Mapping[str, int]
    taken: Mapping[str, int]
    more_than_a_share: Collection[str]
    processes: Collection[Process]


@dataclass(slots=True)
class _Me:
    """Who speaks."""

    process: int
    role: Role
    clock: Clock
    lasts: float
    gone: Callable[[Tx, int], None]
    """Called for each process that is found dead, in the transaction that finds it."""
    begun_at: int = 0


class Leases:
    """The leases of one process."""

    def __init__(
        self,
        store: Store,
        process: int,
        role: Role,
        duties: Duties,
        *,
        gone: Callable[[Tx, int], None],
        lasts: float = LASTS,
    ) -> None:
        """Hold nothing yet. `lasts` (s) is how long a process is believed to live."""
        self._store = store
        self._clock: Clock = store.clock
        self._me = _Me(process, role, store.clock, lasts, gone)
        self._duties = duties
        self._holds: dict[str, Hold] = {}
        # What is being ended here is not taken again before that is over.
        self._ending: dict[str, asyncio.Task[None]] = {}
        self._awake = asyncio.Event()
        self._closing = False
        # What is being begun is begun before it is ended.
        self._beginning = asyncio.Lock()
        self.on_taken: Callable[[], None] = lambda: None
        """Called after a round in which something was taken, once it has begun."""
        self.processes: Collection[Process] = ()
        """Which live, as of the last time."""

    def hold(self, name: str) -> Hold:
        """Return what this process knows of its hold on something."""
        if name not in self._holds:
            self._holds[name] = Hold(name, self._clock)
        return self._holds[name]

    def held(self) -> list[str]:
        """Return what this process does now."""
        return sorted(name for name, one in self._holds.items() if one.fence is not None)

    def does(self, name: str) -> bool:
        """Say whether this process does it."""
        return name in self._holds and self._holds[name].fence is not None

    def still_does(self, tx: Tx, name: str) -> bool:
        """Say whether this process does it, by the database, in whichever thread."""
        return name in self._holds and self._holds[name].is_ours_in(tx)

    @property
    def is_alone(self) -> bool:
        """Say whether no other process lives, as of the last time."""
        return len(self.processes) <= 1

    def wake(self) -> None:
        """Say that something may be to take."""
        self._awake.set()

    async def join(self, first: Callable[[Tx], None], later: Callable[[Tx], None]) -> None:
        """Be one of the processes; do `first` with it where no other lives, and else `later`.

        Raises `StorageUnavailableError`.
        """
        self.processes = await self._store.write(_joined, self._me, first, later)

    async def run(self) -> None:
        """Keep what is held and take what is to be had, until cancelled."""
        with contextlib.suppress(StorageUnavailableError):
            # Those who took themselves for alone have told nobody anything.
            await self._store.write(lambda tx: tx.wake(LEASE_TOPIC))
        while True:
            self._awake.clear()
            try:
                await self._round()
            except StorageUnavailableError:
                _log.error("the leases wait for the database")
            await woken(self._awake, within=self._me.lasts / _TIMES)

    async def _round(self) -> None:
        began = self._clock.monotonic()
        mine = {name: one.fence for name, one in self._holds.items() if one.fence is not None}
        wanted = self._wanted()
        done = await self._store.write(_spoken, self._me, mine, wanted, frozenset(self._ending))
        self.processes = done.processes
        until = began + self._me.lasts
        for name in mine.keys() - done.kept.keys():
            self._lost(name)
        for name in done.kept:
            self._holds[name].until = until
        for name, fence in done.taken.items():
            await self._took(name, fence, until)
        if done.taken:
            self.on_taken()
        for name in done.more_than_a_share:
            self._give(name)

    def _wanted(self) -> list[str]:
        return [] if self._me.role == "web" or self._closing else sorted(self._duties.names())

    async def _took(self, name: str, fence: int, until: float) -> None:
        hold = self.hold(name)
        hold.fence, hold.until = fence, until
        if self._closing:
            # The database has answered late: nothing of it is begun any more.
            self._give(name)
            return
        _log.info("this process does %s from now on (%d)", name, fence)
        try:
            async with self._beginning:
                await self._duties.begin(name)
        except StorageUnavailableError:
            self._give(name)

    def _lost(self, name: str) -> None:
        """End what another process does by now: none of its writes would be taken."""
        _log.warning("another process does %s now", name)
        self._holds[name].fence = None
        if name not in self._ending:
            self._end(name, self._duties.end(name))

    def _give(self, name: str) -> None:
        """End it in good order, and hand it back then."""
        if name not in self._ending:
            self._end(name, self._handed_back(name))

    def _end(self, name: str, ending: Awaitable[None]) -> None:
        async def end() -> None:
            try:
                await ending
            except Exception:  # noqa: BLE001  # Whatever it is, the others are to be had.
                _log.exception("%s did not end in good order", name)
            finally:
                self._ending.pop(name, None)
                self.wake()

        self._ending[name] = asyncio.create_task(end())

    async def _handed_back(self, name: str) -> None:
        async with self._beginning:
            pass
        await self._duties.end(name)
        hold = self._holds[name]
        fence, hold.fence = hold.fence, None
        if fence is not None:
            await self._store.write(_hand_back, self._me.process, {name: fence})
            _log.info("this process does %s no more", name)

    async def close(self) -> None:
        """End all that is held in good order, and hand it back; `run` goes on meanwhile.

        From now on the others count it among those that take no share, so that what is handed
        back first finds a taker before the last has ended.
        """
        self._closing = True
        # A word that the version before this one knows as well.
        self._me.role = "web"
        # It is said before anything is handed back, and nothing waits for it to end.
        saying = asyncio.create_task(self._say())
        for name in self.held():
            self._give(name)
        await asyncio.gather(saying, *self._ending.values(), return_exceptions=True)

    async def _say(self) -> None:
        with contextlib.suppress(StorageUnavailableError):
            await self._store.write(_said, self._me)

    async def leave(self) -> None:
        """Be no process any more, after `run`; what is still held is handed back."""
        mine = {name: one.fence for name, one in self._holds.items() if one.fence is not None}
        for name in mine:
            self._holds[name].fence = None
        try:
            await self._store.write(_left, self._me, mine)
        except StorageUnavailableError:
            _log.error("what this process did is taken over when it is found to be gone")


def _joined(
    tx: Tx, me: _Me, first: Callable[[Tx], None], later: Callable[[Tx], None]
) -> list[Process]:
    now = q.now_of(tx, me.clock)
    living = _living(tx, me, now)
    me.begun_at = now
    _speak(tx, me, now)
    (later if living else first)(tx)
    return [*living, Process(me.process, me.role, now)]


def _spoken(
    tx: Tx, me: _Me, mine: Mapping[str, int], wanted: list[str], ending: Collection[str]
) -> _Round:
    """Say that the process lives; keep, take and give away. Nobody else does so meanwhile."""
    if me.role == "web":
        # It has begun to end since this was asked for.
        wanted = []
    now = q.now_of(tx, me.clock)
    _speak(tx, me, now)
    living = _living(tx, me, now)
    rows = {one.name: one for one in tx.all(q.LEASES)}
    kept = {
        name: fence
        for name, fence in mine.items()
        if (row := rows.get(name)) and row.owner == me.process and row.fence == fence
    }
    share = _share(len(wanted), [me.role, *(one.role for one in living)])
    owners = {one.id for one in living}
    free = [one for one in wanted if one not in kept and _is_free(rows.get(one), owners)]
    room = max(0, share - len(kept))
    some = [one for one in free if one not in ending][:room]
    taken = {name: _take(tx, me, name, rows.get(name)) for name in some}
    staying = sorted(name for name in kept if name in wanted and name not in ending)
    leaving = [name for name in kept if name not in wanted]
    all_living = [*living, Process(me.process, me.role, now)]
    return _Round(kept, taken, [*leaving, *staying[share:]], all_living)


def _said(tx: Tx, me: _Me) -> None:
    _speak(tx, me, q.now_of(tx, me.clock))


def _speak(tx: Tx, me: _Me, now: int) -> None:
    until = now + round(me.lasts * 1000)
    begun_at = me.begun_at or now
    tx.run(q.SPEAK, id=me.process, role=me.role, tables=HEAD, begun_at=begun_at, until=until)


def _living(tx: Tx, me: _Me, now: int) -> list[Process]:
    """Return the others that live, and bury those that do not."""
    known = [one for one in tx.all(q.PROCESSES) if one.id != me.process]
    connected = {*tx.all(q.CONNECTED)} if known else set()
    silent = round(me.lasts * 1000 * (1 - _MISSED / _TIMES))
    living = []
    for one in known:
        if one.until >= (now if one.id in connected else now + silent):
            living.append(one)
            continue
        _log.warning("process %d is gone", one.id)
        me.gone(tx, one.id)
        tx.run(q.END_PROCESS, of=one.id)
    return living


def _is_free(row: Lease | None, owners: Collection[int]) -> bool:
    # What is kept under its number is no matter of this; the rest of ours nobody knows of.
    return row is None or row.owner is None or row.owner not in owners


def _take(tx: Tx, me: _Me, name: str, row: Lease | None) -> int:
    fence = 1 if row is None else row.fence + 1
    tx.run(q.TAKE, name=name, fence=fence, owner=me.process)
    return fence


def _share(wanted: int, roles: Iterable[Role | str]) -> int:
    """Return how much of it one process does: as much as every other, or one more. Pure."""
    return math.ceil(wanted / max(1, sum(one != "web" for one in roles)))


def _hand_back(tx: Tx, process: int, mine: Mapping[str, int]) -> None:
    for name, fence in mine.items():
        tx.run(q.HAND_BACK, of=name, under=fence, by=process)
    tx.wake(LEASE_TOPIC)


def _left(tx: Tx, me: _Me, mine: Mapping[str, int]) -> None:
    _hand_back(tx, me.process, mine)
    me.gone(tx, me.process)
    tx.run(q.END_PROCESS, of=me.process)
