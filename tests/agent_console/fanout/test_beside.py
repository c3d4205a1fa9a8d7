"""What is acted on beside each other, and what waits: threads do not wait for each other."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from agent_console.fanout import hearing
from agent_console.surface import Said, Signed, StaffFile
from bridge.store import heard as h
from bridge.store.transactions import Tx
from tests.agent_console.fanout.board import Topic
from tests.agent_console.fanout.conftest import Wall
from tests.databases import until


class Slow:
    """The board's files, each of which comes when the test says so."""

    def __init__(self, wall: Wall) -> None:
        """Have nothing asked for yet."""
        self.asked: list[str] = []
        self.may_come = asyncio.Event()
        wall.board.download = self.download  # type: ignore[method-assign]

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a file, once it may come."""
        self.asked.append(ref)
        await self.may_come.wait()
        yield b"content"


@pytest.fixture
def slow(wall: Wall) -> Slow:
    """Return what the files of the wall wait for."""
    return Slow(wall)


async def topics(wall: Wall, count: int) -> list[Topic]:
    """Have so many customers write, and return their topics."""
    for n in range(count):
        await wall.office.customer_writes("Hello", customer=f"visitor-beside-{n:05}")
    await wall.settled()
    return list(wall.board.topics.values())


def said(wall: Wall, topic: Topic, name: str, *files: str, **more: Any) -> Said:
    """Return a message of Pavel's; its files are called as their references are."""
    return Said(
        key=f"said:{name}",
        place=topic.place,
        thread=topic.id,
        by=wall.by("acc-pavel"),
        at=0,
        external_id=name,
        text=name,
        files=[StaffFile(ref=one, kind="file", name=one) for one in files],
        **more,
    )


def signed(wall: Wall, topic: Topic, on: str) -> Signed:
    """Return that Pavel has said something to be done, as a platform that names no thread does."""
    return Signed(
        key=f"sign:{on}",
        place=topic.place,
        thread="",
        by=wall.by("acc-pavel"),
        at=wall.office.clock.now(),
        external_id=on,
        sign="done",
    )


def is_marked(topic: Topic, name: str) -> Callable[[], bool]:
    """Return whether what was said is marked, and so with the customer's conversation."""
    return lambda: name in topic.marks


async def test_a_file_that_is_slow_holds_up_no_other_thread(wall: Wall, slow: Slow) -> None:
    one, other = await topics(wall, 2)
    await wall.desk.accept([said(wall, one, "photo", "f")])
    await until(lambda: slow.asked == ["f"])

    await wall.desk.accept([said(wall, other, "words")])
    await until(is_marked(other, "words"))

    assert "photo" not in one.marks
    slow.may_come.set()
    await until(is_marked(one, "photo"))


async def test_in_its_own_thread_what_is_said_waits_for_the_file_before_it(
    wall: Wall, slow: Slow
) -> None:
    one, other = await topics(wall, 2)
    await wall.desk.accept([said(wall, one, "photo", "f")])
    await until(lambda: slow.asked == ["f"])
    await wall.desk.accept([said(wall, one, "after it"), said(wall, other, "words")])
    await until(is_marked(other, "words"))
    assert "after it" not in one.marks

    slow.may_come.set()
    await wall.settled()
    pavel = await wall.office.sign_in("pavel")
    rows = await pavel.thread(one.card.conversation_id)
    assert [row["text"] for row in rows if row["kind"] == "outgoing"] == ["photo", "after it"]
    assert slow.asked == ["f"]


async def test_a_reaction_waits_for_the_message_that_it_is_on(wall: Wall, slow: Slow) -> None:
    one, other = await topics(wall, 2)
    await wall.desk.accept([said(wall, one, "photo", "f")])
    await until(lambda: slow.asked == ["f"])
    await wall.desk.accept([signed(wall, one, "photo"), said(wall, other, "words")])
    await until(is_marked(other, "words"))

    slow.may_come.set()
    await wall.settled()
    pavel = await wall.office.sign_in("pavel")
    assert (await pavel.row(one.card.conversation_id))["conversation"]["state"] == "closed"


async def test_more_threads_than_are_acted_on_at_once_are_each_acted_on_in_their_turn(
    wall: Wall, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "_AT_ONCE", 2)
    shown = await topics(wall, 4)
    await wall.desk.accept([said(wall, topic, f"s{topic.id}", topic.id) for topic in shown])
    await until(lambda: len(slow.asked) == 2)
    # A look while there is no room begins nothing.
    wall.hearing.wake()
    await wall.office.store.read(lambda tx: tx.now)
    await asyncio.sleep(0.05)
    assert len(slow.asked) == 2

    slow.may_come.set()
    await wall.settled()
    assert sorted(slow.asked) == sorted(topic.id for topic in shown)
    assert all(f"s{topic.id}" in topic.marks for topic in shown)


async def test_many_things_in_a_thread_that_is_busy_hide_nothing_in_another(
    wall: Wall, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "_AT_ONCE", 2)
    one, other = await topics(wall, 2)
    await wall.desk.accept([said(wall, one, "photo", "f")])
    await until(lambda: slow.asked == ["f"])
    many = [said(wall, one, f"after {n}") for n in range(5)]
    await wall.desk.accept([*many, said(wall, other, "words")])
    await until(is_marked(other, "words"))


async def test_what_is_moved_while_it_is_acted_on_is_not_begun_once_more(
    wall: Wall, slow: Slow
) -> None:
    one, other = await topics(wall, 2)
    await wall.desk.accept([said(wall, one, "photo", "f")])
    await until(lambda: slow.asked == ["f"])

    def move(tx: Tx) -> None:
        at = {"surface_id": "wall", "of_place": one.place, "of_thread": one.id}
        tx.run(h.ADRIFT, **at, adrift="elsewhere")

    await wall.office.store.write(move)
    await wall.desk.accept([said(wall, other, "words")])
    await until(is_marked(other, "words"))
    assert slow.asked == ["f"]


async def test_a_stop_leaves_nothing_under_way_and_a_start_acts_on_it(
    wall: Wall, slow: Slow
) -> None:
    [one] = await topics(wall, 1)
    await wall.desk.accept([said(wall, one, "photo", "f")])
    await until(lambda: slow.asked == ["f"])
    under_way = list(wall.hearing._acting._tasks)

    await wall.stop()
    assert [task.cancelled() for task in under_way] == [True]
    await asyncio.sleep(0)
    assert not wall.hearing._acting

    slow.may_come.set()
    await wall.begin()
    await until(is_marked(one, "photo"))
    assert slow.asked == ["f", "f"]
