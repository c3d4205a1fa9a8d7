"""What is claimed is called at once or given back: it stands in nobody's way, and in no doubt."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import pytest

from agent_console.fanout.ahead import Look
from agent_console.surface import Card, Post, Thread, ThreadMoved, Urgency
from bridge.channel import Receipt
from bridge.store.transactions import Tx
from tests.agent_console.fanout.board import Board
from tests.agent_console.fanout.conftest import PutUp, Wall
from tests.agent_console.fanout.test_ahead import at_the_end, first_is_shown, posts, synced
from tests.bridge.store.test_transactions import Gate as Writer
from tests.bridge.store.test_transactions import held
from tests.databases import until

SHOWN = [("first", False), ("second", False), ("third", False)]


class Gate(Board):
    """A board on which turns may be a long time coming, by their urgency."""

    def __init__(self, *places: str) -> None:
        """Let everybody in."""
        super().__init__(*places)
        self.shut_for: dict[Urgency, asyncio.Event] = {}
        self.waits = threading.Event()

    @contextlib.asynccontextmanager
    async def turn(self, place: str, urgency: Urgency) -> AsyncIterator[None]:
        """Let one in when the gate is open."""
        if urgency in self.shut_for:
            self.waits.set()
            await self.shut_for[urgency].wait()
        async with super().turn(place, urgency):
            yield


def comes_to_be(so: Callable[[], bool], within: float = 10.0) -> None:
    """Hold up a thread until something is so."""
    end = time.monotonic() + within
    while not so() and time.monotonic() < end:
        time.sleep(0.001)
    assert so()


def called_by(wall: Wall, name: str) -> int:
    """Return how many calls there were."""
    return wall.board.calls.count(name)


async def test_a_stop_while_a_call_is_recorded_makes_no_doubt_of_what_was_never_called(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await first_is_shown(wall)
    loop, fanout = asyncio.get_running_loop(), wall.fanout
    put_up, record = wall.board.post, fanout._record
    stopping: list[asyncio.Task[None]] = []

    async def held_up(thread: Thread, post: Post) -> Receipt:
        if post.text == "second":
            await wall.office.customer_writes("third")
        return await put_up(thread, post)

    def is_stopped(tx: Tx, step: Any, result: Any) -> Look | None:
        if not stopping:
            loop.call_soon_threadsafe(lambda: stopping.append(asyncio.create_task(wall.stop())))
            comes_to_be(lambda: not fanout._running)
        return record(tx, step, result)

    monkeypatch.setattr(wall.board, "post", held_up)
    monkeypatch.setattr(fanout, "_record", is_stopped)
    await wall.office.customer_writes("second")
    await until(lambda: bool(stopping))
    await stopping[0]
    assert called_by(wall, "post") == 2
    monkeypatch.undo()
    await wall.begin()
    await wall.settled()
    assert posts(wall) == SHOWN


async def test_what_is_recorded_after_a_stop_has_nothing_claimed_during_a_later_call(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await first_is_shown(wall)
    fanout, store, put_up = wall.fanout, wall.office.store, wall.board.post
    held, stopped = threading.Event(), threading.Event()
    holding: list[asyncio.Task[None]] = []

    def is_held(_: Tx) -> None:
        held.set()
        assert stopped.wait(10)

    async def hold(thread: Thread, post: Post) -> Receipt:
        receipt = await put_up(thread, post)
        holding.append(asyncio.create_task(store.write(is_held)))
        await until(held.is_set)
        return receipt

    monkeypatch.setattr(wall.board, "post", hold)
    await wall.office.customer_writes("second")
    await until(held.is_set)
    # Its record stands behind what is held.
    await asyncio.sleep(0.1)
    stop = asyncio.create_task(wall.stop())
    await until(lambda: not fanout._running)
    stopped.set()
    await asyncio.gather(stop, *holding)
    monkeypatch.undo()
    # As its supervisor starts it again, the very same.
    again = asyncio.create_task(fanout.run())
    await until(lambda: fanout._running)
    drawing, drawn = asyncio.Event(), asyncio.Event()
    draw = wall.board.draw

    async def slowly(thread: Thread, card: Card) -> None:
        drawing.set()
        await drawn.wait()
        await draw(thread, card)

    monkeypatch.setattr(wall.board, "draw", slowly)
    wall.voice.extra = "!"  # type: ignore[attr-defined]
    fanout.look(1)
    await drawing.wait()
    await wall.office.customer_writes("third")
    assert synced(wall) == ["shown", "shown"]
    drawn.set()
    await wall.settled()
    assert posts(wall)[-1] == ("third", False)
    again.cancel()
    await asyncio.gather(again, return_exceptions=True)


async def test_what_waits_for_its_turn_at_a_stop_is_in_no_doubt(put_up: PutUp) -> None:
    board = Gate("room")
    async with put_up(board) as wall:
        board.takes = 20
        customers = [f"visitor-no-{number:08}" for number in range(5)]
        for one in customers:
            await wall.office.customer_writes("first", customer=one)
        await wall.settled()
        board.shut_for["words"] = asyncio.Event()
        for one in customers:
            await wall.office.customer_writes("second", customer=one)
        assert synced(wall).count("posting") == 5
        await wall.stop()
        assert called_by(wall, "post") == 5
        board.shut_for.clear()
        await wall.begin()
        await wall.settled()
        for topic in board.topics.values():
            shown = [(one.text, one.again) for one in topic.posts.values()]
            assert shown == [("first", False), ("second", False)]


async def test_a_stop_in_the_commit_that_says_something_leaves_nothing_claimed(
    wall: Wall,
) -> None:
    await first_is_shown(wall)
    store, fanout = wall.office.store, wall.fanout
    async with Writer() as gate:
        await held(store, gate)
        said = asyncio.create_task(wall.office.customer_writes("second"))
        await until(lambda: not store._jobs.empty())
        stopped = asyncio.create_task(wall.stop())
        await until(lambda: not fanout._running)
        # What is given back at a stop goes into the same commit.
        await until(lambda: store._jobs.qsize() == 2)
    await asyncio.gather(said, stopped)
    assert "posting" not in synced(wall)
    await wall.begin()
    await wall.settled()
    assert posts(wall) == [("first", False), ("second", False)]


async def test_what_is_claimed_does_not_wait_for_the_turn_of_a_card(
    put_up: PutUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Gate("room")
    async with put_up(board) as wall:
        await first_is_shown(wall)
        loop, store = asyncio.get_running_loop(), wall.office.store
        record, answer = wall.fanout._record, store._answer
        third: list[asyncio.Task[Any]] = []
        board.shut_for["cards"] = asyncio.Event()

        def is_redrawn(tx: Tx, step: Any, result: Any) -> Look | None:
            wall.voice.extra = "!"  # type: ignore[attr-defined]
            return record(tx, step, result)

        def is_told_late(group: Iterable[Any], news: Any) -> None:
            """Have the third message in the writer's hands before the record is known."""
            jobs = list(group)
            if not wall.voice.extra or third:  # type: ignore[attr-defined]
                answer(jobs, news)
                return
            said = loop.create_task
            loop.call_soon_threadsafe(
                lambda: third.append(said(wall.office.customer_writes("third")))
            )
            comes_to_be(lambda: not store._jobs.empty())
            threading.Timer(0.05, lambda: answer(jobs, news)).start()

        def takes_its_time(_tx: Tx) -> None:
            # Until its task has found that a card is to be drawn.
            if third:
                board.waits.wait(5)

        monkeypatch.setattr(wall.fanout, "_record", is_redrawn)
        monkeypatch.setattr(store, "_answer", is_told_late)
        with at_the_end(wall, takes_its_time):
            await wall.office.customer_writes("second")
            await until(lambda: len(board.topic.posts) == 3)
        assert "draw" not in board.calls
        board.shut_for["cards"].set()
        await wall.settled()
        assert posts(wall) == SHOWN


async def test_what_was_claimed_as_a_rest_began_is_given_back_and_goes_with_what_came_meanwhile(
    put_up: PutUp,
) -> None:
    board = Gate("room")
    async with put_up(board) as wall:
        await first_is_shown(wall)

        def rests(_tx: Tx) -> None:
            board.takes = 0
            board.shut_for.setdefault("words", asyncio.Event())

        with at_the_end(wall, rests):
            await wall.office.customer_writes("second")
            assert synced(wall)[-1] == "posting"
            await until(lambda: synced(wall)[-1] == "queued")
            await wall.office.customer_writes("third")
        board.shut_for["words"].set()
        await wall.settled()
        assert posts(wall) == [("first", False), ("second\n\nthird", False)]


async def test_what_was_looked_at_as_it_was_stopped_is_looked_at_after_the_next_start(
    wall: Wall,
) -> None:
    conversation_id = await first_is_shown(wall)
    showing = wall._tasks[0]
    showing.cancel()
    # Its task has not begun when it is cancelled.
    wall.fanout.look(conversation_id)
    await asyncio.gather(showing, return_exceptions=True)
    # The lease is had again, or the supervisor runs it again.
    wall._tasks[0] = asyncio.create_task(wall.fanout.run())
    await until(lambda: wall.fanout._running)
    await wall.office.customer_writes("second")
    await wall.settled()
    assert posts(wall) == [("first", False), ("second", False)]


async def test_what_comes_while_the_closing_is_recorded_opens_the_thread_first(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = await first_is_shown(wall)
    board, store, fanout = wall.board, wall.office.store, wall.fanout
    shut, refused, heard = board.shut, list[Any](), fanout._heard
    entered, tasks = threading.Event(), list[asyncio.Task[Any]]()
    answered = threading.Event()

    def hear(outcome: Any) -> None:
        refused.extend([outcome] if isinstance(outcome, Exception) else [])
        heard(outcome)
        answered.set()

    def is_in_the_way(_tx: Tx) -> None:
        entered.set()
        assert answered.wait(10)

    async def is_shut(thread: Thread, *, shut: bool) -> None:
        await real(thread, shut=shut)
        if shut and not tasks:
            answered.clear()
            tasks.append(asyncio.create_task(store.write(is_in_the_way)))
            await until(entered.is_set)
            tasks.append(asyncio.create_task(wall.office.customer_writes("second")))
            await until(lambda: not store._jobs.empty())

    real = shut
    monkeypatch.setattr(board, "shut", is_shut)
    monkeypatch.setattr(fanout, "_heard", hear)
    anna = await wall.office.sign_in("anna")
    await anna.act("close", conversation_id)
    await until(lambda: len(tasks) == 2)
    await asyncio.gather(*tasks)
    await wall.settled()
    assert refused == []
    assert posts(wall) == [("first", False), ("second", False)]


@pytest.mark.parametrize("claimed", [True, False], ids=["claimed", "under way"])
async def test_a_thread_that_is_found_to_be_lost_twice_loses_nothing(
    put_up: PutUp, monkeypatch: pytest.MonkeyPatch, *, claimed: bool
) -> None:
    board = Gate("room")
    async with put_up(board) as wall:
        await wall.office.customer_writes("seen")
        await wall.settled()
        topic, post, goes_on = board.topic, board.post, asyncio.Event()

        async def slow(thread: Thread, post_: Post) -> Receipt:
            await goes_on.wait()
            return await post(thread, post_)

        if claimed:
            board.shut_for["words"] = goes_on
        else:
            monkeypatch.setattr(board, "post", slow)
        for number in range(15):
            await wall.office.customer_writes(f"unseen{number}")
        board.topics.clear()
        anna = wall.by("acc-anna")
        deleted = ThreadMoved(
            key="gone", place="room", thread=topic.id, by=anna, at=1, to="deleted"
        )
        await wall.desk.accept([deleted])
        await until(lambda: synced(wall) == [])
        goes_on.set()
        await wall.settled()
        words = " ".join(one.text for one in board.topic.posts.values()).split()
        assert [one for one in words if one != "seen"] == [f"unseen{n}" for n in range(15)]
