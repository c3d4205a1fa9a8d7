"""A place that is lost, as people are told: once that it is, and once that it is over."""

import asyncio
import logging
from typing import Literal

import pytest

from agent_console.fanout import outages, records
from agent_console.surface import Person, PlaceChanged, PlaceGoneError
from bridge.channel import MisconfiguredError
from bridge.health import Checkup, Watch
from bridge.health import checkup as checking
from bridge.models import SurfacePlace
from bridge.store import log
from bridge.store import surfaces as s
from bridge.store.transactions import Store
from tests.agent_console.fanout.board import Board
from tests.agent_console.fanout.conftest import PutUp, Wall
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


async def test_trying_again_is_no_news_and_does_not_begin_it_anew(wall: Wall) -> None:
    store = wall.office.store
    await store.write(outages.lose, "wall", "room", "removed")
    since = (await place(store)).out_since
    for _ in range(5):
        wall.office.clock.tick(1800)
        await store.write(records.forgive, "wall")
        assert (await place(store)).lost_at is None
        await store.write(outages.lose, "wall", "room", "removed")
    row = await place(store)
    assert (row.out_since, row.why, await news(store)) == (since, "removed", 1)


async def test_what_is_shown_there_again_is_its_end(wall: Wall) -> None:
    store = wall.office.store
    await store.write(outages.lose, "wall", "room", "removed")
    begun = wall.office.clock.now()
    wall.office.clock.tick(60)
    await store.write(records.forgive, "wall")
    await wall.office.customer_writes("Hello")
    await wall.settled()
    row = await place(store)
    assert (row.out_since, row.out_from, row.out_until) == (None, begun, wall.office.clock.now())
    assert (row.why, await news(store)) == (None, 2)


async def test_what_was_under_way_when_it_was_lost_is_not_its_end(wall: Wall) -> None:
    store = wall.office.store
    await store.write(outages.lose, "wall", "room", "removed")
    await store.write(outages.shown, "wall", "room")
    assert (await place(store)).out_since is not None
    assert await news(store) == 1


async def test_the_platform_says_that_it_is_lost_and_that_it_is_there_again(wall: Wall) -> None:
    store = wall.office.store
    await wall.desk.accept([changed("lost", 1)])
    await wall.desk.accept([changed("lost", 2)])
    await wall.settled()
    assert ((await place(store)).why, await news(store)) == ("removed", 1)
    await wall.desk.accept([changed("found", 3)])
    await wall.desk.accept([changed("found", 4)])
    await wall.settled()
    assert ((await place(store)).out_since, await news(store)) == (None, 2)


async def test_a_place_with_a_new_number_is_lost_no_more(wall: Wall) -> None:
    store = wall.office.store
    await store.write(outages.lose, "wall", "room", "removed")
    await store.write(records.move, "wall", "room", "room2")
    row = await place(store)
    assert (row.moved_to, row.out_since, await news(store)) == ("room2", None, 2)


async def test_a_check_that_goes_well_again_brings_every_place_back(
    put_up: PutUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "LONGEST_PAUSE", 0.01)
    board = Board("room", "hall")
    async with put_up(board) as wall:
        store = wall.office.store
        for name in ("room", "hall"):
            await store.write(outages.lose, "wall", name, "removed")
        await wall.office.customer_writes("Hello")
        await wall.settled()
        assert board.topics == {}
        monkeypatch.setattr(wall.fanout, "_lost", wall.fanout.look_at_all)
        checks = faulty(board, monkeypatch)
        health = Watch(store).inbox("wall")
        checkup = Checkup(board, health, mended=wall.fanout.found)
        task = asyncio.create_task(checkup.run())
        await until(lambda: len(checks) > 2)
        assert await news(store) == 2
        checks.append("mended")
        await until(lambda: bool(board.topics))
        await wall.settled()
        assert [(await place(store, one)).out_since for one in ("room", "hall")] == [None, None]
        assert await news(store) == 4
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def faulty(board: Board, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the board's check fail until it is mended; return what was asked."""
    asked: list[str] = []

    async def check() -> str:
        asked.append("check")
        if "mended" not in asked:
            raise MisconfiguredError("not a member", reason="no_permission")
        return "a board"

    monkeypatch.setattr(board, "check", check)
    return asked
