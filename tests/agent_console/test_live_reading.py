"""What many consoles wait for is read once, and nobody who leaves takes it from the others."""

import asyncio
from collections import OrderedDict

import pytest

from agent_console.web.live.batches import _once

Known = OrderedDict[str, asyncio.Task[str]]


class Reading:
    """A look at the database that ends when the test says so."""

    def __init__(self) -> None:
        self.begun = 0
        self.came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def read(self) -> str:
        self.begun += 1
        return await self.came


async def waiting(known: Known, reading: Reading, many: int) -> list[asyncio.Task[str]]:
    tasks = [asyncio.create_task(_once(known, "step", reading.read)) for _ in range(many)]
    await asyncio.sleep(0.01)
    return tasks


async def test_who_leaves_while_it_is_read_takes_it_from_nobody() -> None:
    known, reading = Known(), Reading()
    first, second, third = await waiting(known, reading, 3)
    first.cancel()
    await asyncio.sleep(0)
    reading.came.set_result("read")
    assert [await second, await third] == ["read", "read"]
    assert await _once(known, "step", reading.read) == "read"
    assert (first.cancelled(), reading.begun) == (True, 1)


async def test_all_hear_that_it_could_not_be_read_and_the_next_reads_anew() -> None:
    known, reading = Known(), Reading()
    tasks = await waiting(known, reading, 2)
    reading.came.set_exception(OSError("away"))
    for task in tasks:
        with pytest.raises(OSError, match="away"):
            await task
    again = Reading()
    again.came.set_result("read")
    assert await _once(known, "step", again.read) == "read"


async def test_nobody_waits_for_a_reading_that_was_ended() -> None:
    known, reading = Known(), Reading()
    [task] = await waiting(known, reading, 1)
    known["step"].cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
