"""A place that is lost, as people are told: once that it is, and once that it is over."""

import asyncio
import logging
from dataclasses import replace
from typing import Literal

import pytest

from agent_console.fanout import outages, places, records
from agent_console.surface import Person, PlaceChanged, PlaceGoneError
from bridge.models import SurfacePlace
from bridge.store import log
from bridge.store import surfaces as s
from bridge.store.transactions import Store
from tests.agent_console.fanout.conftest import Wall
from tests.databases import until


async def news(store: Store) -> int:
    """Return how often somebody was told."""
    events = await store.read(lambda tx: tx.all(log.EVENTS_AFTER, after=0, limit=1000))
    return sum(one.kind == outages.CHANGED for one in events)


async def place(store: Store, name: str = "room") -> SurfacePlace:
    rows = await store.read(lambda tx: tx.all(s.PLACES, surface_id="wall"))
    return next(one for one in rows if one.place == name)


def changed(to: Literal["lost", "found"], at: int, name: str = "room") -> PlaceChanged:
    return PlaceChanged(
        key=f"{to}:{at}", place=name, thread="", by=Person(id="x"), at=at, to=to, why="removed"
    )


def refuses(name: str) -> None:
    if name in ("open", "post"):
        raise PlaceGoneError("We were removed.", reason="unreachable")


async def test_twenty_conversations_that_cannot_be_shown_are_one_alarm(
    wall: Wall, caplog: pytest.LogCaptureFixture
) -> None:
    wall.board.before = refuses
    with caplog.at_level(logging.WARNING, outages.__name__):
        for number in range(20):
            await wall.office.customer_writes(customer=f"visitor-{number:011}")
        await until(lambda: "has lost room" in caplog.text)
        await asyncio.sleep(0.2)
    assert await news(wall.office.store) == 1
    said = [one.getMessage() for one in caplog.records if one.name == outages.__name__]
    assert said == ["surface wall has lost room: We were removed."]


async def test_the_first_reason_is_told_and_the_loss_goes_on_from_its_start(wall: Wall) -> None:
    store, begun = wall.office.store, wall.office.clock.now()
    await store.write(outages.lose, "wall", "room", "removed")
    wall.office.clock.tick(60)
    await store.write(outages.lose, "wall", "room", "still removed")
    row = await place(store)
    assert (row.lost_at, row.why, await news(store)) == (begun, "removed", 1)


async def test_the_platform_says_that_it_is_lost_and_that_it_is_there_again(wall: Wall) -> None:
    store = wall.office.store
    await wall.desk.accept([changed("lost", 1)])
    await wall.desk.accept([changed("lost", 2)])
    await wall.settled()
    assert ((await place(store)).why, await news(store)) == ("removed", 1)
    await wall.desk.accept([changed("found", 3)])
    await wall.desk.accept([changed("found", 4)])
    await wall.settled()
    assert ((await place(store)).lost_at, await news(store)) == (None, 2)


async def test_a_place_with_a_new_number_is_lost_no_more(wall: Wall) -> None:
    store = wall.office.store
    await store.write(outages.lose, "wall", "room", "removed")
    await store.write(records.move, "wall", "room", "room2", carries=True)
    row = await place(store)
    assert (row.moved_to, row.lost_at, await news(store)) == ("room2", None, 2)


@pytest.mark.parametrize("to", ["lost", "found"])
async def test_what_is_told_late_of_a_place_that_has_moved_says_nothing_of_where_it_is_now(
    wall: Wall, to: Literal["lost", "found"]
) -> None:
    store = wall.office.store
    await store.write(records.move, "wall", "room", "room2", carries=True)
    await wall.desk.accept([changed(to, 1)])
    await wall.settled()
    row = await place(store)
    assert (row.moved_to, row.lost_at, await news(store)) == ("room2", None, 0)


async def test_when_it_is_back_is_told_with_since_when_it_was_lost(wall: Wall) -> None:
    store, begun = wall.office.store, wall.office.clock.now()
    await store.write(outages.find, "wall", "room")
    assert await news(store) == 0
    await store.write(outages.lose, "wall", "room", "removed")
    wall.office.clock.tick(60)
    await store.write(outages.find, "wall", "room")
    await store.write(outages.find, "wall", "room")
    row = await place(store)
    assert (row.lost_at, row.out_from, row.out_until) == (None, begun, begun + 60_000)
    assert (row.why, await news(store)) == (None, 2)


async def test_one_that_answers_again_when_it_is_asked_after_is_back(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "EVERY", 0.02)
    store, there = wall.office.store, asyncio.Event()

    async def reach(_place: str) -> None:
        if not there.is_set():
            raise PlaceGoneError("We were removed.", reason="unreachable")

    monkeypatch.setattr(wall.board, "reach", reach)
    monkeypatch.setattr(wall.board, "every_place", lambda: ["room"])
    deck = replace(wall.fanout._deck, refuge=wall.board.every_place)
    watch = places.Places(
        store, wall.board, deck, tell=lambda _: None, look_at_all=wall.fanout.look_at_all
    )
    await store.write(outages.lose, "wall", "room", "removed")
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(0.2)
    assert await news(store) == 1
    there.set()
    await until(lambda: bool(watch._came_back))
    assert (await place(store)).lost_at is None
    assert await news(store) == 2
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
