"""A flood that comes in at several processes is one: they tell each other what they have stored."""

import asyncio

from bridge.clock import Clock
from bridge.redis import SharedBudgets
from routing.flood import HOUR, Bucket, FloodLimits, Why
from routing.flow import Flow, Pour
from tests.bridge.redis.conftest import Another
from tests.redis_server import RedisServer

LIMITS = FloodLimits(sender=(Bucket(10, HOUR),), inbox=(Bucket(100, HOUR),))


def flow(shared: SharedBudgets | None) -> Flow:
    return Flow(Clock(), inbox_id="site", shared=shared)


def write(to: Flow, times: int, sender: int = 1, *, kept: bool = True) -> list[Why | None]:
    """Take messages in, in one transaction."""
    pour = Pour(to)
    found = [pour.count(LIMITS, sender, None, answered=False) for _ in range(times)]
    if kept:
        pour.stored()
    else:
        pour.undo_all()
    return found


async def told(shared: SharedBudgets, counts: int) -> None:
    """Wait until so many of the process's counts are known to all."""
    async with asyncio.timeout(20):
        while shared.answered < counts:  # noqa: ASYNC110  # It tells nobody.
            await asyncio.sleep(0.005)


async def test_what_one_process_has_stored_counts_at_the_other(another: Another) -> None:
    first, second = await another(), await another()
    here, there = flow(first), flow(second)
    assert write(here, 8) == [None] * 8
    await told(first, 2)
    # The first message tells this process what others know of its sender.
    assert write(there, 1) == [None]
    await told(second, 2)
    assert write(there, 2) == [None, "sender"]


async def test_without_redis_each_counts_what_it_took(another: Another) -> None:
    here, there = flow(None), flow(None)
    assert set(write(here, 10)) == {None}
    assert set(write(there, 10)) == {None}


async def test_a_transaction_waits_for_nobody_and_redis_that_stands_still_stops_no_message(
    server: RedisServer, another: Another
) -> None:
    shared = await another()
    here = flow(shared)
    server.stand_still()
    for sender in range(300):
        assert write(here, 1, sender) == [None if sender < 100 else "inbox"]
    server.go_on()


async def test_what_was_not_stored_is_told_to_nobody(another: Another) -> None:
    first, second = await another(), await another()
    write(flow(first), 10, kept=False)
    await asyncio.sleep(0.1)
    assert first.answered == 0
    there = flow(second)
    write(there, 1)
    await told(second, 2)
    assert set(write(there, 9)) == {None}


async def test_a_batch_tells_of_each_bucket_once(another: Another) -> None:
    shared = await another()
    write(flow(shared), 50)
    await told(shared, 2)
    await asyncio.sleep(0.05)
    assert shared.answered == 2
