"""What is said in a thread at rest is claimed with its message: synced, once, and not in doubt."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from itertools import count
from typing import Any

import pytest

from agent_console.fanout.ahead import Ahead, Look
from agent_console.fanout.deck import Deck
from agent_console.fanout.reckoning import Claimed, claim_said, peek
from agent_console.fanout.runner import Fanout
from agent_console.fanout.steps import AnyStep
from agent_console.surface import Post, Thread, Urgency
from bridge.channel import InboundMessage, Receipt, Sender, StorageUnavailableError
from bridge.store import surfaces as s
from bridge.store.abreast import Abreast
from bridge.store.transactions import News, Tx
from tests.agent_console.fanout.board import Board, ProvingBoard
from tests.agent_console.fanout.conftest import PutUp, Wall
from tests.databases import by_hand

_STATES = "SELECT state FROM surface_posts ORDER BY id"


def said(number: int, text: str, *, customer: str = "visitor-one-000001") -> InboundMessage:
    """Return what a customer writes."""
    sender = Sender(external_id=customer)
    return InboundMessage(
        sender=sender, external_id=f"ahead{number}", sent_at=0, thread="t", text=text
    )


def posts(wall: Wall) -> list[tuple[str, bool]]:
    """Return what stands in the only thread, and whether it says that it may be there twice."""
    return [(one.text, one.again) for one in wall.board.topic.posts.values()]


def synced(wall: Wall) -> list[str]:
    """Return how the posts stand for whoever starts after a kill."""
    idle = wall.office.store._idle  # The test looks inside.
    line = idle.get_nowait()
    try:
        return [state for (state,) in by_hand(line.tx(0), _STATES).fetchall()]
    finally:
        idle.put(line)


@contextmanager
def before_each_post(wall: Wall) -> Iterator[list[tuple[int, list[str]]]]:
    """Note before each post how many commits there were since, and how the posts stand."""
    commits, found = count(), list[tuple[int, list[str]]]()
    store: Any = wall.office.store
    commit = store._together

    def counted(*args: Any) -> Any:
        done = commit(*args)
        next(commits)
        return done

    def called(name: str) -> None:
        if name == "post":
            found.append((next(copy(commits)), synced(wall)))

    store._together, wall.board.before = counted, called
    yield found
    store._together, wall.board.before = commit, lambda _: None


@contextmanager
def at_the_end(wall: Wall, then: Callable[[Tx], None]) -> Iterator[None]:
    """Have something happen after the claim, in the commit that says something."""
    claim = wall.office.store.at_end
    assert claim is not None

    def ends(tx: Tx) -> None:
        claim(tx)
        if any(one.kind == "message.added" for one in tx.news.events):
            tx.at_last(lambda last, _: then(last), None)

    wall.office.store.at_end = ends
    yield
    wall.office.store.at_end = claim


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what was asked of the database to find the next call, beside what is written anyway."""
    found, reckon = list[str](), Ahead.reckon

    def reckoned(ahead: Ahead, tx: Tx, conversation_id: int) -> AnyStep | None:
        found.append("reckon")
        return reckon(ahead, tx, conversation_id)

    def peeked(tx: Tx, deck: Deck, conversation_id: int) -> tuple[str, Urgency] | None:
        found.append("peek")
        return peek(tx, deck, conversation_id)

    monkeypatch.setattr(Ahead, "reckon", reckoned)
    monkeypatch.setattr("agent_console.fanout.runner.peek", peeked)
    return found


async def first_is_shown(wall: Wall) -> int:
    """Have a thread that is at rest; return its conversation."""
    conversation_id, _ = await wall.office.customer_writes("first")
    await wall.settled()
    return conversation_id


async def test_between_a_message_and_its_call_stands_one_commit_and_it_holds_the_claim(
    wall: Wall, looked: list[str]
) -> None:
    conversation_id = await first_is_shown(wall)
    # What else happens during the call is seen as the call is recorded.
    wall.board.after = lambda _: wall.fanout.look(conversation_id)
    looked.clear()
    with before_each_post(wall) as found:
        await wall.office.customer_writes("second")
        await wall.settled()
    assert found == [(1, ["shown", "posting"])]
    assert looked == []
    assert posts(wall) == [("first", False), ("second", False)]


async def test_where_another_process_has_the_surface_nothing_is_claimed_with_the_message(
    wall: Wall, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await first_is_shown(wall)
    monkeypatch.setattr(wall.office.store, "is_ours_in", lambda _: False)
    looked.clear()
    await wall.office.customer_writes("second")
    await wall.settled()
    assert looked[:2] == ["peek", "reckon"]
    assert posts(wall) == [("first", False), ("second", False)]


async def test_a_commit_that_fails_takes_its_claim_back_and_the_next_has_its_own(
    wall: Wall,
) -> None:
    await first_is_shown(wall)

    def breaks(_tx: Tx) -> None:
        raise LookupError

    with at_the_end(wall, breaks), pytest.raises(StorageUnavailableError):
        await wall.office.sink("site").take_again([said(1, "lost")])
    await wall.settled()
    with before_each_post(wall) as found:
        await wall.office.sink("site").accept([said(2, "second")])
        await wall.settled()
    assert found == [(1, ["shown", "posting"])]
    assert posts(wall) == [("first", False), ("second", False)]


@pytest.mark.parametrize("kind", [Board, ProvingBoard], ids=["blind", "proving"])
async def test_whoever_looks_at_the_thread_meanwhile_finds_the_claim_and_no_doubt(
    put_up: PutUp, kind: type[Board]
) -> None:
    async with put_up(kind("room")) as wall:
        conversation_id = await first_is_shown(wall)
        loop, jobs = asyncio.get_running_loop(), wall.office.store._jobs

        def is_overtaken(_tx: Tx) -> None:
            # The card is to be drawn: what is reckoned then stands behind this commit.
            wall.voice.extra = "!"  # type: ignore[attr-defined]
            loop.call_soon_threadsafe(wall.fanout.look, conversation_id)
            end = time.monotonic() + 10
            while jobs.empty() and time.monotonic() < end:
                time.sleep(0.001)
            assert not jobs.empty()

        with at_the_end(wall, is_overtaken):
            await wall.office.customer_writes("second")
        await wall.settled()
        assert posts(wall) == [("first", False), ("second", False)]
        assert wall.board.calls == ["open", "post", "post", "draw"]


async def test_what_was_claimed_when_the_program_was_killed_says_that_it_may_be_there_twice(
    put_up: PutUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with put_up(Board("room")) as wall:
        await first_is_shown(wall)
        await _killed_after_the_commit(wall, monkeypatch)
        assert posts(wall) == [("first", False), ("second", True)]


async def test_what_was_claimed_when_the_program_was_killed_is_proven_where_it_can_be(
    put_up: PutUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with put_up(ProvingBoard("room")) as wall:
        await first_is_shown(wall)
        await _killed_after_the_commit(wall, monkeypatch)
        assert posts(wall) == [("first", False), ("second", False)]
        assert wall.board.calls == ["open", "post", "find", "post"]


async def killed(wall: Wall) -> None:
    """Stop with nobody left who knows what was claimed and not called."""
    wall.fanout._ahead.forget()
    await wall.stop()


async def _killed_after_the_commit(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Fanout, "_is_claimed", lambda *_: None)
        patch.setattr(Fanout, "look", lambda *_: None)
        await wall.office.customer_writes("second")
        await killed(wall)
    assert synced(wall) == ["shown", "posting"]
    await wall.begin()
    await wall.settled()


async def test_what_is_in_doubt_since_a_kill_is_not_overtaken(
    put_up: PutUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with put_up(Board("room")) as wall:
        await first_is_shown(wall)
        with monkeypatch.context() as patch:
            patch.setattr(Fanout, "_is_claimed", lambda *_: None)
            patch.setattr(Fanout, "look", lambda *_: None)
            await wall.office.customer_writes("second")
            await killed(wall)
            await wall.begin()
        # Nobody has looked at it since the start.
        await wall.office.customer_writes("third")
        await wall.settled()
        assert posts(wall) == [("first", False), ("second", True), ("third", False)]


async def test_what_another_process_has_taken_up_meanwhile_is_claimed_anew(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = await first_is_shown(wall)
    with monkeypatch.context() as patch:
        patch.setattr(Fanout, "_is_claimed", lambda *_: None)
        patch.setattr(Fanout, "look", lambda *_: None)
        await wall.office.customer_writes("second")
    (step,) = wall.fanout._ahead._claimed.values()
    # It had the surface for a moment, and found that the post is not there.
    of = {"thread_id": step.on.id, "of_key": step.post.key}
    await wall.office.store.write(lambda tx: tx.run(s.REQUEUE, **of))
    with before_each_post(wall) as found:
        wall.fanout.look(conversation_id)
        await wall.settled()
    assert [states for _, states in found] == [["shown", "posting"]]
    assert posts(wall) == [("first", False), ("second", False)]


async def test_where_there_is_no_room_nothing_is_claimed_before_there_is(wall: Wall) -> None:
    await first_is_shown(wall)
    wall.board.takes = 0
    with before_each_post(wall) as found:
        await wall.office.customer_writes("second")
        await wall.settled()
    assert found == [(2, ["shown", "posting"])]
    assert posts(wall) == [("first", False), ("second", False)]


@pytest.mark.parametrize(("takes", "claims"), [(1, [1, 1, 1]), (2, [2, 2, 2])])
async def test_of_what_comes_at_once_as_much_is_claimed_as_the_place_takes(
    wall: Wall, takes: int, claims: list[int]
) -> None:
    wall.board.takes = takes
    others = ("visitor-two-000002", "visitor-three-0003", "visitor-four-00004")
    for customer in others:
        await wall.office.customer_writes("first", customer=customer)
    await wall.settled()
    claimed: list[int] = []

    def note(_tx: Tx) -> None:
        claimed.append(len(wall.fanout._ahead._claimed))

    sink, at_once = wall.office.sink("site"), []
    for number, customer in enumerate(others):
        at_once.append(sink.accept([said(number, "second", customer=customer)]))
    with at_the_end(wall, note):
        await asyncio.gather(*at_once)
    await wall.settled()
    assert claimed == claims
    for topic in wall.board.topics.values():
        assert [(one.text, one.again) for one in topic.posts.values()] == [
            ("first", False),
            ("second", False),
        ]


async def test_what_is_said_during_a_call_is_claimed_as_the_call_is_recorded(
    wall: Wall, looked: list[str]
) -> None:
    await first_is_shown(wall)
    put_up = wall.board.post

    async def held_up(thread: Thread, post: Post) -> Receipt:
        if post.text == "second":
            await wall.office.customer_writes("third")
        return await put_up(thread, post)

    looked.clear()
    wall.board.post = held_up  # type: ignore[method-assign]
    with before_each_post(wall) as found:
        await wall.office.customer_writes("second")
        await wall.settled()
    assert found[-1] == (3, ["shown", "shown", "posting"])
    assert posts(wall) == [("first", False), ("second", False), ("third", False)]
    assert looked == []


async def test_what_is_said_before_it_is_known_that_the_call_is_recorded_is_claimed_with_it(
    wall: Wall, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await first_is_shown(wall)
    loop, store = asyncio.get_running_loop(), wall.office.store
    record, settle = wall.fanout._record, store._settle
    third, third_is_in = set[asyncio.Task[Any]](), threading.Event()

    def says_more() -> None:
        third.add(asyncio.create_task(wall.office.customer_writes("third")))

    def is_followed(tx: Tx, step: Any, result: Any) -> Look | None:
        look = record(tx, step, result)
        if not third:
            loop.call_soon_threadsafe(says_more)
            end = time.monotonic() + 10
            while store._jobs.empty() and time.monotonic() < end:
                time.sleep(0.001)
        return look

    def is_told_late(group: Any, news: News) -> None:
        assert not third or third_is_in.wait(10)
        settle(group, news)

    def is_in(_tx: Tx) -> None:
        if third:
            third_is_in.set()

    looked.clear()
    monkeypatch.setattr(wall.fanout, "_record", is_followed)
    monkeypatch.setattr(store, "_settle", is_told_late)
    with at_the_end(wall, is_in):
        await wall.office.customer_writes("second")
        await wall.settled()
    assert posts(wall) == [("first", False), ("second", False), ("third", False)]
    assert looked == []


async def test_what_cannot_be_foreseen_after_a_call_does_not_take_back_that_it_was_made(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await first_is_shown(wall)

    def breaks(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr("agent_console.fanout.ahead.claim_next", breaks)
    await wall.office.customer_writes("second")
    await wall.settled()
    assert synced(wall) == ["shown", "shown"]
    assert posts(wall) == [("first", False), ("second", False)]


async def test_a_claim_that_breaks_leaves_nothing_behind_and_the_message_is_stored_and_shown(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await first_is_shown(wall)

    def breaks(*args: Any) -> Abreast[Claimed]:
        assert (yield from claim_said(*args)).step is not None
        raise LookupError

    monkeypatch.setattr("agent_console.fanout.ahead.claim_said", breaks)
    with before_each_post(wall) as found:
        await wall.office.customer_writes("second")
        await wall.settled()
    assert found == [(2, ["shown", "posting"])]
    assert posts(wall) == [("first", False), ("second", False)]


async def test_what_is_claimed_is_not_called_by_a_process_that_another_may_have_replaced(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await first_is_shown(wall)
    stands = iter([False])
    monkeypatch.setattr(wall.office.store, "stands", lambda: next(stands, True))
    await wall.office.customer_writes("second")
    assert posts(wall) == [("first", False)]
    await wall.settled()
    assert posts(wall) == [("first", False), ("second", False)]
    assert next(stands, None) is None


async def test_what_a_look_has_claimed_and_no_lease_let_it_call_is_in_no_doubt(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await first_is_shown(wall)
    monkeypatch.setattr(wall.fanout, "claim", lambda _: None)
    stands = iter([False])
    monkeypatch.setattr(wall.office.store, "stands", lambda: next(stands, True))
    await wall.office.customer_writes("second")
    await wall.settled()
    assert posts(wall) == [("first", False), ("second", False)]
    assert next(stands, None) is None
