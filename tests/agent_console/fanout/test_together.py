"""What many say at once is shown for the price of one: their threads are looked at together."""

import asyncio
from typing import Any, cast

import pytest

from agent_console.surface import Post, Thread
from bridge.channel import Receipt
from tests.agent_console.fanout.conftest import Wall
from tests.agent_console.fanout.test_ahead import said
from tests.databases import DATABASES, until
from tests.ways import writers_ways

__all__ = ["writers_ways"]

pytestmark = [
    pytest.mark.skipif("postgresql" not in DATABASES, reason="PostgreSQL is left out"),
    # A file is asked in no time.
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
]

CUSTOMERS = [f"visitor-{number:06}" for number in range(12)]
Commits = list[tuple[int, int]]


@pytest.fixture
def commits(wall: Wall, writers_ways: list[int]) -> Commits:
    """Return of each commit how many transactions it held, and how often the server was asked."""
    wall.board.takes = len(CUSTOMERS)
    found, store = Commits(), cast("Any", wall.office.store)  # The test looks inside.
    together = store._together

    def counted(group: Any, run: Any) -> Any:
        writers_ways.clear()
        news = together(group, run)
        found.append((len(group), len(writers_ways)))
        return news

    store._together = counted
    return found


async def all_write(wall: Wall, number: int) -> None:
    """Have everybody write at once."""
    sink = wall.office.sink("site")
    numbers = range(number * 100, number * 100 + len(CUSTOMERS))
    each = [
        said(n, f"word {number}", customer=one) for n, one in zip(numbers, CUSTOMERS, strict=True)
    ]
    await asyncio.gather(*(sink.accept([one]) for one in each))


async def test_messages_that_come_at_once_are_claimed_in_the_ways_of_one(
    wall: Wall, commits: Commits
) -> None:
    await all_write(wall, 1)
    await wall.settled()
    commits.clear()
    await wall.office.sink("site").accept([said(2, "alone", customer=CUSTOMERS[0])])
    [alone] = [asked for transactions, asked in commits[:1] if transactions == 1]
    await wall.settled()
    commits.clear()
    await all_write(wall, 3)
    assert commits[0] == (len(CUSTOMERS), alone)
    await wall.settled()
    for topic in wall.board.topics.values():
        assert [one.text for one in topic.posts.values()][-1] == "word 3"


async def test_calls_that_end_at_once_are_recorded_in_the_ways_of_one(
    wall: Wall, commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    await all_write(wall, 1)
    await wall.settled()
    gate, post = asyncio.Event(), wall.board.post
    posted: list[str] = []

    async def held_up(thread: Thread, what: Post) -> Receipt:
        receipt = await post(thread, what)
        posted.append(thread.id)
        await gate.wait()
        return receipt

    monkeypatch.setattr(wall.board, "post", held_up)
    await all_write(wall, 2)
    await until(lambda: len(posted) == len(CUSTOMERS))
    commits.clear()
    gate.set()
    await wall.settled()
    # The turn with what each record asks, what each thread is owed, and the end.
    assert commits == [(len(CUSTOMERS), 3)]
