"""Whoever follows the log sees each event once and in order, whatever happens between."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge import events
from bridge.channel import StorageUnavailableError
from bridge.db import Place
from bridge.events import EventHub, Follower, StaleCursorError, Step, Whisper
from bridge.models import Event
from bridge.store import log
from bridge.store.transactions import Store, Tx
from tests.clock import ManualClock
from tests.databases import fresh_database, opened, until


def append(tx: Tx, *identities: int | None) -> int:
    for identity_id in identities:
        log.append(tx, "подія", identity_id=identity_id)
    last: int = tx.the(log.LAST_EVENT)
    return last


@contextlib.asynccontextmanager
async def running(store: Store) -> AsyncIterator[EventHub]:
    hub = EventHub(store)
    await hub.start()
    store.on_commit = lambda news: hub.committed(news.events)
    task = asyncio.create_task(hub.run())
    try:
        yield hub
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
async def hub(store: Store) -> AsyncIterator[EventHub]:
    async with running(store) as started:
        yield started


class Reader:
    """Follows the log in a task, and keeps what it has seen."""

    def __init__(self, hub: EventHub, cursor: str, *identities: int) -> None:
        self.follower = hub.follow(cursor, identities=identities or None)
        self.cursor = cursor
        self.seen: list[Event] = []
        self.steps: list[Step] = []
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for step in self.follower:
            self.steps.append(step)
            self.seen.extend(step.events)
            self.cursor = step.cursor

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])

    @property
    def ids(self) -> list[int]:
        return [event.id for event in self.seen]


async def test_what_is_appended_reaches_who_follows(hub: EventHub, store: Store) -> None:
    reader = Reader(hub, hub.cursor())
    await store.write(append, 1, 2)
    await store.write(append, 3)
    await until(lambda: len(reader.seen) == 3)
    assert [event.identity_id for event in reader.seen] == [1, 2, 3]
    assert reader.cursor == hub.cursor()
    await reader.stop()


async def test_nothing_is_told_of_what_was_not_committed(hub: EventHub, store: Store) -> None:
    def fails(tx: Tx) -> None:
        append(tx, 1)
        raise LookupError

    reader = Reader(hub, hub.cursor())
    with pytest.raises(LookupError):
        await store.write(fails)
    await store.write(append, 2)
    await until(lambda: bool(reader.seen))
    assert [event.identity_id for event in reader.seen] == [2]
    await reader.stop()


async def test_a_reader_that_reconnects_goes_on_right_after_its_cursor(
    hub: EventHub, store: Store
) -> None:
    reader = Reader(hub, hub.cursor())
    await store.write(append, 1)
    await until(lambda: len(reader.seen) == 1)
    await reader.stop()
    await store.write(append, 2, 3)
    again = Reader(hub, reader.cursor)
    await until(lambda: len(again.seen) == 2)
    assert [event.identity_id for event in again.seen] == [2, 3]
    await again.stop()


async def test_a_cursor_taken_before_a_write_misses_nothing_of_it(
    hub: EventHub, store: Store
) -> None:
    cursor = hub.cursor()
    await store.write(append, 7)
    reader = Reader(hub, cursor)
    await until(lambda: len(reader.seen) == 1)
    await reader.stop()


async def test_another_process_reads_on_from_the_same_cursor(
    database: Place, clock: ManualClock
) -> None:
    async with opened(database, clock=clock) as store, running(store) as hub:
        cursor = hub.cursor()
        await store.write(append, *range(1, 2 * events.STEP))
    async with opened(database, clock=clock) as store, running(store) as hub:
        reader = Reader(hub, cursor)
        await until(lambda: len(reader.seen) == 2 * events.STEP - 1)
        await reader.stop()


@pytest.mark.parametrize(
    "cursor",
    ["", "0", "-1", "elsewhere-1", "{epoch}-", "{epoch}-x", "{epoch}--1", "{epoch}-١", "🐈-1"],
)
async def test_a_cursor_of_elsewhere_is_told_to_load_afresh(hub: EventHub, cursor: str) -> None:
    epoch = hub.cursor().partition("-")[0]
    with pytest.raises(StaleCursorError):
        hub.follow(cursor.format(epoch=epoch))


async def test_no_number_in_a_cursor_is_too_long_to_be_refused(hub: EventHub) -> None:
    epoch = hub.cursor().partition("-")[0]
    with pytest.raises(StaleCursorError):
        hub.follow(f"{epoch}-{'9' * 5000}")


async def test_a_cursor_from_beyond_the_end_of_the_log_is_told_to_load_afresh(
    hub: EventHub, store: Store
) -> None:
    # A database put back from a copy has the epoch, and not yet the events.
    last = await store.write(append, 1)
    with pytest.raises(StaleCursorError):
        await anext(aiter(hub.follow(hub.cursor_at(last + 1))))


async def test_a_cursor_a_moment_ahead_of_the_hub_waits_for_it(store: Store) -> None:
    hub = EventHub(store)
    await hub.start()
    last = await store.write(append, 1)
    reader = Reader(hub, hub.cursor_at(last))
    task = asyncio.create_task(hub.run())
    await store.write(append, 2)
    hub.wake()
    await until(lambda: len(reader.seen) == 1)
    assert reader.seen[0].identity_id == 2
    for one in (reader.task, task):
        one.cancel()
    await asyncio.wait([reader.task, task])


async def prune(store: Store, keep: int) -> None:
    await store.write(lambda tx: tx.run(log.PRUNE_EVENTS, keep=keep))


async def test_a_cursor_below_the_pruned_horizon_is_told_to_load_afresh(store: Store) -> None:
    async with running(store) as first:
        cursor = first.cursor()
        await store.write(append, *range(10))
    await prune(store, keep=5)
    async with running(store) as hub:
        with pytest.raises(StaleCursorError):
            await anext(aiter(hub.follow(cursor)))
        # The event after this cursor is the first one there is.
        reader = Reader(hub, hub.cursor_at(4))
        await until(lambda: len(reader.seen) == 6)
        await reader.stop()


async def test_a_pruned_id_is_never_given_again(store: Store) -> None:
    last = await store.write(append, 1)
    await prune(store, keep=last + 1)
    assert await store.write(append, 1) == last + 1


async def test_a_customer_sees_only_what_concerns_them(hub: EventHub, store: Store) -> None:
    reader = Reader(hub, hub.cursor(), 2)
    await store.write(append, 1, 2, None, 3)
    await store.write(append, 1)
    await store.write(append, 2)
    await until(lambda: len(reader.seen) == 2)
    assert {event.identity_id for event in reader.seen} == {2}
    await reader.stop()


async def test_who_follows_two_misses_neither_whichever_comes_first(
    hub: EventHub, store: Store
) -> None:
    reader = Reader(hub, hub.cursor(), 2, 5)
    await store.write(append, 2)
    await until(lambda: len(reader.seen) == 1)
    # It rests; both are in one commit, the one that was named last before the other.
    await store.write(append, 1, 5, 1, 2, 3)
    await until(lambda: len(reader.seen) == 3)
    assert [event.identity_id for event in reader.seen] == [2, 5, 2]
    await reader.stop()
    assert not hub._by_identity


async def test_a_customer_who_reconnects_misses_nothing_between_other_peoples_events(
    hub: EventHub, store: Store
) -> None:
    cursor = hub.cursor()
    for _ in range(3):
        await store.write(append, *([1] * events.STEP))
        await store.write(append, 2)
    reader = Reader(hub, cursor, 2)
    await until(lambda: len(reader.seen) == 3)
    await reader.stop()


async def test_who_rests_does_not_read_what_was_for_others(
    hub: EventHub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(hub, hub.cursor(), 2)
    await store.write(append, 2)
    await until(lambda: len(reader.seen) == 1)
    for _ in range(3):
        await store.write(append, *([1] * events.RECENT))
    last = await store.read(lambda tx: tx.the(log.LAST_EVENT))
    await until(lambda: hub.cursor() == hub.cursor_at(last))
    # Even what is pruned meanwhile was none of its business.
    await prune(store, keep=last)
    asked: list[int] = []
    after = hub.after

    async def watched(position: int) -> list[Event]:
        asked.append(position)
        return await after(position)

    monkeypatch.setattr(hub, "after", watched)
    hub.whisper(Whisper("agent_typing", identity_id=2))
    await store.write(append, 2)
    await until(lambda: len(reader.seen) == 2)
    assert min(asked) == last
    await reader.stop()


async def test_a_slow_follower_keeps_nothing_waiting_in_memory(hub: EventHub, store: Store) -> None:
    follower = hub.follow(hub.cursor())
    steps = aiter(follower)
    await store.write(append, 1)
    first = await anext(steps)
    for _ in range(20):
        await store.write(append, *range(events.STEP))
        hub.whisper(Whisper("customer_typing", conversation_id=1))
    kept = [value for value in vars(follower).values() if isinstance(value, list | tuple | dict)]
    assert kept == []
    assert len(hub._recent) <= events.RECENT
    # It comes back, and takes it all in steps of a bearable size.
    seen = [event.id for event in first.events]
    async with asyncio.timeout(30):
        while len(seen) < 1 + 20 * events.STEP:
            step = await anext(steps)
            assert len(step.events) <= events.STEP
            seen += [event.id for event in step.events]
    assert seen == sorted(set(seen))


async def test_a_whisper_reaches_who_is_here_now_and_is_kept_nowhere(
    hub: EventHub, store: Store
) -> None:
    everything = Reader(hub, hub.cursor())
    customer = Reader(hub, hub.cursor(), 2)
    stranger = Reader(hub, hub.cursor(), 3)
    await asyncio.sleep(0.02)
    typing = Whisper("agent_typing", conversation_id=1, identity_id=2, agent_id="anna")
    hub.whisper(typing)
    await until(lambda: bool(everything.steps and customer.steps))
    assert [step.whispers for step in everything.steps] == [(typing,)]
    assert [step.whispers for step in customer.steps] == [(typing,)]
    assert stranger.steps == []
    late = Reader(hub, hub.cursor())
    await asyncio.sleep(0.02)
    assert late.steps == []
    assert await store.read(lambda tx: tx.the(log.LAST_EVENT)) == 0
    for reader in (everything, customer, stranger, late):
        await reader.stop()


async def test_whispers_nobody_takes_are_forgotten_from_the_oldest_on(hub: EventHub) -> None:
    follower = hub.follow(hub.cursor())
    with hub.joined(follower):
        for n in range(1000):
            hub.whisper(Whisper("customer_typing", conversation_id=n))
        [*kept] = follower._whispers
    assert [whisper.conversation_id for whisper in kept] == list(range(936, 1000))


async def test_who_stops_following_is_not_remembered(hub: EventHub) -> None:
    readers = [Reader(hub, hub.cursor(), n % 3) for n in range(9)]
    await until(lambda: sum(len(group) for group in hub._by_identity.values()) == 9)
    for reader in readers:
        await reader.stop()
    assert not hub._by_identity
    assert not hub._all


async def test_a_hub_that_fell_over_goes_on_with_what_it_was_told_of(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = EventHub(store)
    await hub.start()
    await store.write(append, 1)
    hub.wake()
    with monkeypatch.context() as broken:

        async def fails(*_: object) -> None:
            raise StorageUnavailableError

        broken.setattr(store, "read", fails)
        with pytest.raises(StorageUnavailableError):
            await hub.run()
    task = asyncio.create_task(hub.run())
    await until(lambda: hub.cursor() == hub.cursor_at(1))
    task.cancel()
    await asyncio.wait([task])


# --- any interleaving ---

_ACTION = st.one_of(
    st.tuples(st.just("write"), st.lists(st.sampled_from([None, 1, 2]), min_size=1, max_size=4)),
    st.tuples(st.just("burst"), st.integers(1, 12)),
    st.tuples(st.just("drop"), st.integers(0, 2)),
    st.tuples(st.just("look"), st.integers(0, 2)),
    st.tuples(st.just("whisper"), st.sampled_from([None, 1, 2])),
    st.tuples(st.just("wait"), st.integers(0, 3)),
    st.tuples(st.just("restart"), st.just(0)),
)


class Wanderer:
    """A reader that comes and goes, and must not miss or repeat a thing."""

    def __init__(self, identity_id: int | None) -> None:
        self.identity_id = identity_id
        self.identities = None if identity_id is None else {identity_id}
        self.seen: list[int] = []
        self.cursor = ""
        self._task: asyncio.Task[None] | None = None

    async def drop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    def look(self, hub: EventHub) -> None:
        if self._task is None:
            follower = hub.follow(self.cursor, identities=self.identities)
            self._task = asyncio.create_task(self._read(follower))

    async def _read(self, follower: Follower) -> None:
        async for step in follower:
            self.seen += [event.id for event in step.events]
            self.cursor = step.cursor

    async def catch_up(self, hub: EventHub, last: int) -> None:
        """See everything to the end; the end is an event for everybody."""
        self.look(hub)
        await until(lambda: bool(self.seen) and self.seen[-1] == last)
        await self.drop()


class World:
    """Three wanderers, and what may happen to them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.wanderers = [Wanderer(None), Wanderer(1), Wanderer(2)]
        self.hubs = contextlib.AsyncExitStack()

    async def begin(self) -> None:
        self.hub = await self.hubs.enter_async_context(running(self.store))
        for one in self.wanderers:
            one.cursor = one.cursor or self.hub.cursor()

    async def write(self, identities: list[int | None]) -> None:
        await self.store.write(append, *identities)

    async def burst(self, count: int) -> None:
        await asyncio.gather(*(self.store.write(append, n % 3 or None) for n in range(count)))

    async def drop(self, number: int) -> None:
        await self.wanderers[number].drop()

    async def look(self, number: int) -> None:
        self.wanderers[number].look(self.hub)

    async def whisper(self, identity_id: int | None) -> None:
        self.hub.whisper(Whisper("typing", identity_id=identity_id))

    async def wait(self, count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    async def restart(self, _: int) -> None:
        for one in self.wanderers:
            await one.drop()
        await self.hubs.aclose()
        await self.begin()

    async def end(self) -> None:
        """Have everybody catch up, and compare what they saw with what happened."""
        for one in self.wanderers:
            last = await self.store.write(append, one.identity_id)
            await one.catch_up(self.hub, last)
        everything = await self.store.read(
            lambda tx: tx.all(log.EVENTS_AFTER, after=0, limit=10**6)
        )
        for one in self.wanderers:
            upto = [event for event in everything if event.id <= one.seen[-1]]
            assert one.seen == [e.id for e in upto if one.identity_id in (None, e.identity_id)]
        await self.hubs.aclose()


async def _wander(store: Store, actions: list[tuple[str, object]]) -> None:
    world = World(store)
    await world.begin()
    for what, value in actions:
        await getattr(world, what)(value)
    await world.end()


@given(actions=st.lists(_ACTION, max_size=40))
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize(("recent", "step"), [(4, 3), (4096, 500)])
def test_whatever_comes_and_goes_each_event_is_seen_once_and_in_order(
    actions: list[tuple[str, object]], recent: int, step: int
) -> None:
    async def scenario() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with opened(fresh_database(Path(folder)), clock=ManualClock()) as store:
                await _wander(store, actions)

    with pytest.MonkeyPatch.context() as patched:
        # A short memory and small steps bring out what a long one hides.
        patched.setattr(events, "RECENT", recent)
        patched.setattr(events, "STEP", step)
        asyncio.run(scenario())
