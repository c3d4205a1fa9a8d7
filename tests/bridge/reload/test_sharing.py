"""Who is woken by what other processes commit, whether they tell of it or not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from bridge.clock import Clock
from bridge.db import Server
from bridge.events import EventHub
from bridge.models import Event
from bridge.processes import Told
from bridge.reload.sharing import PATIENCE, Sharing
from bridge.store import log
from bridge.store import processes as q
from bridge.store.transactions import News, Store, Tx
from bridge.supervisor import Supervisor
from tests import postgres
from tests.databases import until

TOPIC = "delivering"


def append(tx: Tx) -> int:
    tx.wake(TOPIC)
    return log.append(tx, "counted")


class Program:
    """As much of a program as hears of others, and keeps what it heard."""

    def __init__(self, server: Server, number: int) -> None:
        """Be one of several; nothing is heard yet."""
        self.woken_for: list[Collection[str] | None] = []
        self.seen: list[int] = []
        self.budgets, self.inboxes, self.staff = None, dict[str, Any](), dict[str, Any]()
        self.settings = self.watch = cast("Any", None)
        self.desk: Any = SimpleNamespace(policy=None)
        self.store = Store(server, clock=Clock(), on_commit=self._committed, known_as=number)
        self.sharing = Sharing(cast("Any", self), server, "all", number, self.store)
        self.hub = EventHub(self.store, found=self.sharing.found)
        self.supervisor = Supervisor(self.store.clock)
        self.works = self

    def start_engine(self) -> None:
        """Begin nothing."""

    async def end_engine(self) -> None:
        """End nothing."""

    def _committed(self, news: News) -> None:
        self.hub.committed(news.events)

    def told(self, events: Sequence[Event]) -> None:
        self.seen.extend(one.id for one in events)

    def woken(self, topics: Collection[str] | None) -> None:
        self.woken_for.append(topics)

    @property
    def rescues(self) -> int:
        """How often everybody was woken."""
        return self.woken_for.count(None)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Program"]:
        await self.hub.start()
        following = asyncio.create_task(self.hub.run())
        async with self.sharing.running(lambda _: None, lambda _: None):
            await until(lambda: self.sharing.neighbours.is_listening)
            yield self
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await self.store.close()


Started = Callable[[], Any]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    lent = postgres.lent()
    yield lent
    postgres.given_back(lent)


@pytest.fixture
async def two(server: Server) -> AsyncIterator[tuple[Program, Program]]:
    """Return two that know of each other, when all that their start has woken is over."""
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(Program(server, number).running()) for number in (1, 2)
        ]
        both = (one, other)
        await until(lambda: not any(each.sharing.leases.is_alone for each in both))
        await asyncio.sleep(2 * PATIENCE)
        for each in both:
            each.woken_for.clear()
        yield both


async def _beside(server: Server) -> None:
    """Commit as a process does that takes itself for alone: nobody is told."""
    store = Store(server, clock=Clock())
    await store.write(append)
    await store.close()


async def test_what_nobody_has_told_of_wakes_everybody_once_it_is_seen(
    server: Server, two: tuple[Program, Program]
) -> None:
    for times in (1, 2, 3):
        await _beside(server)
        await until(lambda times=times: all(one.rescues >= times for one in two))  # type: ignore[misc]


async def test_traffic_that_is_told_of_hides_nothing_that_is_not(
    server: Server, two: tuple[Program, Program]
) -> None:
    one, other = two
    for _ in range(3):
        await one.store.write(append)
        # The log is read before it is heard who has committed.
        await other.hub.catch_up()
    await until(lambda: len(other.woken_for) >= 3)
    await asyncio.sleep(2 * PATIENCE)
    before = other.rescues
    await _beside(server)
    await one.store.write(append)
    await until(lambda: other.rescues > before)


async def test_what_is_told_of_wakes_those_it_is_for_and_nobody_else(
    two: tuple[Program, Program],
) -> None:
    one, other = two
    for _ in range(20):
        await asyncio.gather(*(each.store.write(append) for each in (one, other, one, other)))
    await until(lambda: len(other.woken_for) >= 20)
    await asyncio.sleep(1 + 2 * PATIENCE)
    assert one.rescues == other.rescues == 0


async def test_whoever_takes_something_over_wakes_everybody_here(server: Server) -> None:
    async with AsyncExitStack() as first, AsyncExitStack() as then:
        one = await first.enter_async_context(Program(server, 1).running())
        await until(lambda: one.sharing.leases.does("engine"))
        other = await then.enter_async_context(Program(server, 2).running())
        await asyncio.sleep(2 * PATIENCE)
        before = other.rescues
        await first.aclose()
        await until(lambda: other.sharing.leases.does("engine"))
        assert other.rescues == before + 1


async def test_a_process_of_the_version_before_is_understood(
    two: tuple[Program, Program],
) -> None:
    one, other = two
    said = f'{{"by":3,"topics":["{TOPIC}"],"events":true}}'
    # As the version before commits: an event, and a notice that has no ids.
    one.store.before_commit = lambda tx, _: tx.put_off(q.TELL, said=said)
    event_id = await one.store.write(append)
    await until(lambda: event_id in other.seen and [TOPIC] in other.woken_for)
    # Whether it was this event that it told of is not known: everybody looks.
    await until(lambda: other.rescues == 1)


def test_a_process_of_the_version_before_understands_what_is_told() -> None:
    class ToldBefore(msgspec.Struct, frozen=True, omit_defaults=True):
        by: int
        topics: Sequence[str] = ()
        events: bool = False

    said = msgspec.json.encode(Told(1, [TOPIC], events=True, first=7, last=9))
    assert msgspec.json.decode(said, type=ToldBefore) == ToldBefore(1, [TOPIC], events=True)
