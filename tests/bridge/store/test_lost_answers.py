"""A commit whose answer is lost is there or not, and what it brought is told if it is."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from bridge.channel import StorageUnavailableError
from bridge.clock import Clock
from bridge.db import Server
from bridge.store import log
from bridge.store.transactions import News, Store, Tx
from tests import postgres
from tests.clock import ManualClock
from tests.databases import opened, until
from tests.faults.between import Between, Cut
from tests.routing.world import living


@pytest.fixture
def between() -> Iterator[Between]:
    lent = postgres.lent()
    one = Between(lent)
    yield one
    one.close()
    postgres.given_back(lent)


@pytest.fixture
def told() -> list[News]:
    return []


@pytest.fixture
async def store(between: Between, told: list[News]) -> AsyncIterator[Store]:
    async with opened(between.server, clock=Clock(), on_commit=told.append) as one:
        yield one


def add(tx: Tx, kind: str = "counted") -> int:
    tx.wake("somebody")
    return log.append(tx, kind)


def kinds(tx: Tx) -> list[str]:
    return [event.kind for event in tx.all(log.EVENTS_AFTER, after=0, limit=100)]


def events(told: list[News]) -> list[str]:
    return [event.kind for news in told for event in news.events]


@pytest.mark.parametrize(("cut", "there"), [("after", ["a"]), ("before", [])])
async def test_whoever_asked_is_told_that_it_is_not_stored_and_may_ask_again(
    between: Between, store: Store, cut: Cut, there: list[str]
) -> None:
    between.cut(cut)
    with pytest.raises(StorageUnavailableError):
        await store.write(add, "a")
    assert await store.read(kinds) == there
    await store.write(add, "b")
    assert await store.read(kinds) == [*there, "b"]


@pytest.mark.parametrize(("cut", "then"), [("after", "duplicate"), ("before", "stored")])
async def test_a_message_that_goes_with_its_commit_is_there_once_when_it_comes_again(
    between: Between, clock: ManualClock, cut: Cut, then: str
) -> None:
    async with living(between.server, clock) as world:
        await world.says("olena")
        await world.says("olena")
        between.cut(cut)
        event = world.message("olena", external_id="the same")
        with pytest.raises(StorageUnavailableError):
            await world.comes(event)
        assert between.cuts == {cut: 1}
        answer = await world.comes(event)
        assert answer.outcome == then
        told = await world.conversation(answer.conversation_id or 0)
        assert told.incoming_count == 3


async def test_what_is_there_is_told_of_although_nobody_writes_any_more(
    between: Between, store: Store, told: list[News]
) -> None:
    """Or a console would not show it before the next message comes, whenever that is."""
    await store.write(add, "a")
    between.cut("after")
    with pytest.raises(StorageUnavailableError):
        await store.write(add, "b")
    await until(lambda: events(told) == ["a", "b"], seconds=10)
    assert told[-1].topics == {"somebody"}


async def test_what_is_not_there_is_not_told_of(
    between: Between, store: Store, told: list[News]
) -> None:
    between.cut("before")
    with pytest.raises(StorageUnavailableError):
        await store.write(add, "a")
    await store.write(add, "b")
    await asyncio.sleep(1)
    assert events(told) == ["b"]


async def test_it_is_told_once_and_in_order_however_many_answers_are_lost(
    between: Between, store: Store, told: list[News]
) -> None:
    cuts: list[Cut] = ["after", "after", "before", "after"]
    between.cut(*cuts)
    for name in "abcd":
        with pytest.raises(StorageUnavailableError):
            await store.write(add, name)
        # Whatever looks after it meanwhile meets no cut that was meant for another.
        await until(lambda: not store._doubt or bool(between._next), seconds=10)
    await store.write(add, "e")
    await until(lambda: not store._doubt, seconds=10)
    assert events(told) == await store.read(kinds)
    assert events(told)[-1] == "e"


async def test_all_in_one_commit_are_told_that_it_is_not_stored(
    between: Between, store: Store
) -> None:
    between.cut("after")
    answers = await asyncio.gather(
        *(store.write(add, f"{number}") for number in range(5)), return_exceptions=True
    )
    assert {type(one) for one in answers} == {StorageUnavailableError}
    assert len(await store.read(kinds)) == 5


async def test_a_process_that_is_known_to_the_server_is_known_again_and_goes_on(
    between: Between,
) -> None:
    process = Store(between.server, clock=Clock(), known_as=7)
    between.cut("after")
    with pytest.raises(StorageUnavailableError):
        await process.write(add, "a")
    async with asyncio.timeout(10):
        while True:
            try:
                await process.write(add, "b")
            except StorageUnavailableError:
                await asyncio.sleep(0.05)
            else:
                break
    assert (await process.read(kinds))[0] == "a"
    await process.close()


def test_the_wire_is_one_to_a_server(between: Between) -> None:
    assert isinstance(between.server, Server)
    assert between.cuts == {}
