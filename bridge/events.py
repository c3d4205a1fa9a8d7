"""The event log as its readers see it: an opaque cursor, catch-up, and a wake-up.

Every change appends to the log in its own transaction (`bridge.store.log.append`). A
follower reads on from its cursor, first from the database, then as commits wake it; it
keeps no queue, so a slow one costs nothing but its own lateness. Typing and the like are
whispers: told to those who are here now, stored nowhere.
"""

import asyncio
import contextlib
import secrets
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from bridge.models import Event
from bridge.store import log
from bridge.store.transactions import Store, Tx

# Events kept in memory for those who are only a moment behind.
RECENT = 4096
# Digits of the largest id there can be.
_LONGEST_NUMBER = 18
# More than this in one step would hold up the others.
STEP = 500


class StaleCursorError(Exception):
    """The cursor is of another database or below the pruned horizon: load afresh."""


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at a conversation at one process; nobody any more where it names nobody."""

    conversation_id: int
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whisper:
    """Something worth knowing only now. Ids, never text.

    `process` and `looks` are of what processes tell each other of their consoles.
    """

    kind: str
    conversation_id: int | None = None
    identity_id: int | None = None
    agent_id: str | None = None
    process: int | None = None
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What a follower gets at once; `cursor` stands after all of `events`."""

    cursor: str
    events: tuple[Event, ...]
    whispers: tuple[Whisper, ...] = ()


class Follower:
    """One reader's place in the log. Use as an async iterator of `Step`."""

    def __init__(self, hub: "EventHub", after: int, identities: frozenset[int] | None) -> None:
        """Follow everything, or only what concerns these customers' identities."""
        self._hub = hub
        self.position = after
        self.identities = identities
        self._awake = asyncio.Event()
        self._awake.set()
        # At rest it has seen all there is for it, and is woken by whatever comes for it.
        self._rests = False
        # Bounded: a whisper nobody hears in time is worth nothing.
        self._whispers: deque[Whisper] = deque(maxlen=64)

    def wake(self, event_id: int) -> None:
        """Have the follower look at the log: from `event_id` on there is something for it.

        What came before while it was at rest was for others: a widget that nobody has
        written to for a week does not read the week.
        """
        self._skip_to(event_id - 1)
        self._rests = False
        self._awake.set()

    def whisper(self, whisper: Whisper, last: int) -> None:
        """Pass on something that is not in the log, which has come to `last`."""
        self._skip_to(last)
        self._whispers.append(whisper)
        self._awake.set()

    def _skip_to(self, event_id: int) -> None:
        if self._rests:
            self.position = max(self.position, event_id)

    async def __aiter__(self) -> AsyncIterator[Step]:
        """Yield what comes, for ever; raises `StaleCursorError` below the horizon."""
        with self._hub.joined(self):
            while True:
                await self._awake.wait()
                self._awake.clear()
                while (step := await self._step()) is not None:
                    yield step

    async def _step(self) -> Step | None:
        """Return the next step that holds anything for this reader, if there is one now."""
        self._rests = False
        while True:
            events = await self._hub.after(self.position)
            whispers = tuple(self._whispers)
            self._whispers.clear()
            if events:
                self.position = events[-1].id
            mine = tuple(e for e in events if self._concerns_me(e))
            if mine or whispers:
                return Step(self._hub.cursor_at(self.position), mine, whispers)
            if not events:
                self._rests = True
                return None

    def _concerns_me(self, event: Event) -> bool:
        return self.identities is None or event.identity_id in self.identities


class EventHub:
    """Reads the log once for all who follow it in this process."""

    def __init__(
        self, store: Store, *, found: Callable[[Sequence[Event]], None] | None = None
    ) -> None:
        """Nothing is read before `start`.

        `found` is told of what was read in the log: what others have committed, oldest first.
        """
        self._store = store
        self._found = found or (lambda _: None)
        self.on_whisper: Callable[[Whisper], None] = lambda _: None
        """Called with what is whispered in this process."""
        self.on_behind: Callable[[Sequence[Event]], None] = lambda _: None
        """Called with what this process has committed and will find in the log all the same."""
        self._epoch = ""
        self._last = 0
        self._recent: deque[Event] = deque(maxlen=RECENT)
        self._all: set[Follower] = set()
        self._by_identity: dict[int, set[Follower]] = defaultdict(set)
        self._awake = asyncio.Event()

    async def start(self) -> None:
        """Learn the epoch and where the log stands; call before anything follows."""
        self._epoch, last = await self._store.write(_stand)
        if last > self._last:
            # What was told before then may have a gap behind it.
            self._recent.clear()
            self._last = last

    def committed(self, events: Sequence[Event]) -> None:
        """Take what a commit of this process has appended, oldest first."""
        if events and events[0].id == self._last + 1:
            self._advance(events)
        elif events:
            # Something stands before it that was not told here: the log has both.
            self.on_behind(events)
            self.wake()

    def wake(self) -> None:
        """Say that there may be more in the log than was told here."""
        self._awake.set()

    async def run(self) -> None:
        """Read what others have appended and wake whom it concerns, until cancelled."""
        # After a failure there may be what a lost wake has told of.
        self._awake.set()
        while True:
            await self._awake.wait()
            self._awake.clear()
            while events := await self._store.read(_after, self._last):
                self._take(events)

    async def catch_up(self) -> None:
        """Read all there is in the log now; raises `StorageUnavailableError`.

        A client may come with a cursor of a process that is a moment ahead of this one.
        """
        while events := await self._store.read(_after, self._last):
            self._take(events)

    def _take(self, events: Sequence[Event]) -> None:
        # What was committed here meanwhile has been told already.
        fresh = [event for event in events if event.id > self._last]
        self._advance(fresh)
        if fresh:
            self._found(fresh)

    def _advance(self, events: Sequence[Event]) -> None:
        if not events:
            return
        self._recent.extend(events)
        self._last = events[-1].id
        self._notify(events)

    def _notify(self, events: Sequence[Event]) -> None:
        for follower in self._all:
            follower.wake(events[0].id)
        # In the order of the log: a follower of two begins with whichever comes first.
        first: dict[int, int] = {}
        for event in events:
            if event.identity_id in self._by_identity:
                first.setdefault(event.identity_id, event.id)
        for identity_id, event_id in first.items():
            for follower in self._by_identity[identity_id]:
                follower.wake(event_id)

    def whisper(self, whisper: Whisper) -> None:
        """Tell those who follow now; nobody else will ever know."""
        self.heard(whisper)
        self.on_whisper(whisper)

    def tell_others(self, whisper: Whisper) -> None:
        """Tell those who follow in other processes; who is here knows it already."""
        self.on_whisper(whisper)

    def heard(self, whisper: Whisper) -> None:
        """Pass on what was whispered, here or in another process."""
        for follower in self._all:
            follower.whisper(whisper, self._last)
        if whisper.identity_id is not None:
            for follower in self._by_identity.get(whisper.identity_id, ()):
                follower.whisper(whisper, self._last)

    # --- cursors ---

    @property
    def last(self) -> int:
        """Return the id of the event up to which the log is known here."""
        return self._last

    def cursor_at(self, event_id: int) -> str:
        """Return the opaque cursor that stands right after an event."""
        return f"{self._epoch}-{event_id}"

    def cursor(self) -> str:
        """Return a cursor at or before the end of the log: following from it misses nothing."""
        return self.cursor_at(self._last)

    def position(self, cursor: str) -> int:
        """Return the event id of a cursor; raises `StaleCursorError` for a foreign one."""
        epoch, _, number = cursor.partition("-")
        digits = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
        if epoch != self._epoch or not digits:
            raise StaleCursorError(cursor)
        return int(number)

    def follow(self, cursor: str, *, identities: Collection[int] | None = None) -> Follower:
        """Follow the log from a cursor; raises `StaleCursorError` for a foreign one."""
        of = None if identities is None else frozenset(identities)
        return Follower(self, self.position(cursor), of)

    @contextlib.contextmanager
    def joined(self, follower: Follower) -> Iterator[None]:
        """Count the follower among those to wake, for as long as it reads."""
        groups = (
            [self._all]
            if follower.identities is None
            else [self._by_identity[one] for one in follower.identities]
        )
        for group in groups:
            group.add(follower)
        try:
            yield
        finally:
            for group in groups:
                group.discard(follower)
            for one in follower.identities or ():
                if not self._by_identity.get(one):
                    self._by_identity.pop(one, None)

    async def after(self, position: int) -> list[Event]:
        """Return the next step of the log.

        Raises `StaleCursorError` below the horizon, and beyond the end of the log: that is
        the cursor of a database which this one was restored in place of.
        """
        if position >= self._last:
            if position > self._last and position > await self._store.read(_last):
                raise StaleCursorError(position)
            return []
        if self._recent and self._recent[0].id <= position + 1:
            return self._from_memory(position)
        events, first = await self._store.read(_after_and_first, position)
        if first > position + 1:
            raise StaleCursorError(position)
        return events

    def _from_memory(self, position: int) -> list[Event]:
        found: list[Event] = []
        for event in reversed(self._recent):
            if event.id <= position:
                break
            found.append(event)
        found.reverse()
        return found[:STEP]


def _stand(tx: Tx) -> tuple[str, int]:
    epoch = tx.one(log.GET_META, key="epoch")
    if epoch is None:
        epoch = secrets.token_hex(4)
        tx.run(log.PUT_META, key="epoch", value=epoch)
    return epoch, tx.the(log.LAST_EVENT)


def _last(tx: Tx) -> int:
    last: int = tx.the(log.LAST_EVENT)
    return last


def _after(tx: Tx, position: int) -> list[Event]:
    return tx.all(log.EVENTS_AFTER, after=position, limit=STEP)


def _after_and_first(tx: Tx, position: int) -> tuple[list[Event], int]:
    return _after(tx, position), tx.the(log.FIRST_EVENT)
