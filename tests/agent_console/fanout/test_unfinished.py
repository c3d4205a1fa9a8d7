"""What a surface was not told of, because the program ended first, is found at its start."""

import asyncio
from typing import Any

import pytest

from agent_console.fanout import runner
from agent_console.fanout.unfinished import LATELY, unfinished
from bridge.channel import StorageUnavailableError
from tests.agent_console.fanout.conftest import Wall
from tests.databases import until


async def _answered(wall: Wall, text: str, customer: str) -> int:
    conversation_id, _ = await wall.office.customer_writes(text, customer=customer)
    pavel = await wall.office.sign_in("pavel")
    await pavel.act("take", conversation_id)
    await pavel.says(conversation_id, "Good day")
    return int(conversation_id)


async def test_what_was_answered_elsewhere_before_its_thread_was_made_has_one_all_the_same(
    wall: Wall,
) -> None:
    await wall.stop()
    await _answered(wall, "Is anybody there?", "visitor-late-00001")
    await wall.begin()
    await wall.settled()
    assert [one.text for one in wall.board.topic.posts.values()] == [
        "Is anybody there?",
        "Good day",
    ]


async def test_what_was_at_rest_before_the_surface_was_ever_shown_stays_so(wall: Wall) -> None:
    await wall.stop()
    await wall.office.store.write(
        lambda tx: tx._connection.execute("DELETE FROM surface_kept")  # As a surface that is new.
    )
    await _answered(wall, "Is anybody there?", "visitor-late-00001")
    wall.office.clock.tick(1)
    await wall.begin()
    await wall.settled()
    assert not wall.board.topics


async def test_what_nothing_has_happened_in_for_a_week_is_not_looked_for(wall: Wall) -> None:
    await wall.stop()
    await _answered(wall, "Is anybody there?", "visitor-late-00001")
    wall.office.clock.tick(LATELY / 1000 + 1)
    await wall.begin()
    await wall.settled()
    assert not wall.board.topics


class Looks:
    """What the looks at everything find, told late or not at all; nothing else is told of."""

    def __init__(self, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let them find what there is, at once."""
        self.count = 0
        self.may_be_told = asyncio.Event()
        self.may_be_told.set()
        self.fail: list[Exception] = []
        self._read = wall.office.store.read
        monkeypatch.setattr(wall.office.store, "read", self.read)
        for one in ("committed", "claim"):
            monkeypatch.setattr(wall.fanout, one, lambda *_: None)

    async def read(self, work: Any, *given: Any) -> Any:
        """Read as the store does."""
        found = await self._read(work, *given)
        if work is unfinished:
            self.count += 1
            await self.may_be_told.wait()
            if self.fail:
                raise self.fail.pop()
        return found


async def test_what_is_told_during_a_look_at_everything_is_looked_at_after_it(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks(wall, monkeypatch)
    looks.may_be_told.clear()
    wall.fanout.look_at_all()
    await until(lambda: looks.count == 1)
    await wall.office.customer_writes("Is anybody there?")
    wall.fanout.look_at_all()
    wall.fanout.look_at_all()
    looks.may_be_told.set()
    await until(lambda: bool(wall.board.topics))
    await wall.settled()
    assert looks.count == 2, "one look sees all that was told before it"


async def test_a_look_at_everything_that_the_database_stops_is_made_once_it_is_back(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "pause_after", lambda _tries: 0.01)
    looks = Looks(wall, monkeypatch)
    looks.fail = [StorageUnavailableError("the disk is full"), StorageUnavailableError("still")]
    await wall.office.customer_writes("Is anybody there?")
    wall.fanout.look_at_all()
    await until(lambda: bool(wall.board.topics))
    assert looks.count == 3
