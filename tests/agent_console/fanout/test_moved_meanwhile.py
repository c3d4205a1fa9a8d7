"""A place that moves while a call to it is on the wire: what that brings is of the old one."""

from collections.abc import Sequence
from typing import Any

import pytest

from agent_console.fanout import records
from agent_console.surface import Thread
from bridge.channel import Receipt
from bridge.models import SurfaceThread
from bridge.store import surfaces as s
from bridge.store.transactions import Tx
from tests.agent_console.fanout.conftest import PutUp, Wall


def moves_during(wall: Wall, call: str, *, carries: bool = False) -> list[Any]:
    """Have the only place get another id during the first such call.

    Return what the calls have answered, first of all the one on the wire then.
    """
    real, answers = getattr(wall.board, call), list[Any]()

    async def called(*args: Any, **more: Any) -> Any:
        answers.append(await real(*args, **more))
        if len(answers) == 1:
            await wall.office.store.write(records.move, "wall", "room", "room2", carries=carries)
            wall.board.names = ["room2"]
        return answers[-1]

    setattr(wall.board, call, called)
    return answers


async def row(wall: Wall) -> SurfaceThread:
    (found,) = await wall.office.store.read(
        lambda tx: tx.all(s.THREADS_IN, surface_id="wall", of_place="room2")
    )
    return found


async def test_a_thread_that_was_made_in_the_old_place_is_not_taken_for_one_in_the_new(
    put_up: PutUp,
) -> None:
    async with put_up(carries=False) as wall:
        made = moves_during(wall, "open")
        await wall.office.customer_writes("Hello")
        await wall.settled()
        first, second = made
        assert isinstance(first, Thread)
        assert (first.place, second.place) == ("room", "room2")
        assert (await row(wall)).thread == second.id
        assert not wall.board.topics[first.id].posts
        assert len(wall.board.topics[second.id].posts) == 1


async def test_what_was_posted_in_the_old_place_is_called_nothing_in_the_new(
    put_up: PutUp,
) -> None:
    async with put_up(carries=False) as wall:
        posted = moves_during(wall, "post")
        await wall.office.customer_writes("Hello")
        await wall.settled()
        first, second = posted
        assert isinstance(first, Receipt)
        at = await row(wall)
        named = await wall.office.store.read(_names, at.id, [first, second])
        assert [one is not None for one in named] == [False, True]


def _names(tx: Tx, thread: int, receipts: Sequence[Receipt]) -> list[int | None]:
    ids = [one.external_ids[0] for one in receipts]
    return [tx.one(s.NAMED, thread_id=thread, external_id=one) for one in ids]


@pytest.mark.parametrize("call", ["open", "post"])
async def test_where_the_threads_go_with_it_what_was_on_the_wire_counts(
    put_up: PutUp, call: str
) -> None:
    async with put_up(carries=True) as wall:
        moves_during(wall, call, carries=True)
        await wall.office.customer_writes("Hello")
        await wall.settled()
        (topic,) = wall.board.topics.values()
        assert (await row(wall)).thread == topic.id
        assert len(topic.posts) == 1
