"""Whispers by Redis: heard at once, and again by itself after whatever happens to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import pytest_asyncio

from bridge.redis import SharedBudgets, Whispers
from bridge.redis import whispers as module
from tests.bridge.redis.conftest import comes_to, counting
from tests.databases import until
from tests.redis_server import RedisServer


class Ear:
    """One process that hears."""

    def __init__(self, budgets: SharedBudgets, whispers: Whispers, heard: list[bytes]) -> None:
        self.budgets, self.whispers, self.heard = budgets, whispers, heard


@asynccontextmanager
async def hearing(server: RedisServer) -> AsyncIterator[Ear]:
    heard: list[bytes] = []
    async with counting(server.url) as budgets:
        whispers = Whispers(budgets.line, budgets.named("whispers"), heard.append)
        work = asyncio.create_task(whispers.run())
        await comes_to(budgets, "up")
        await until(lambda: whispers.is_listening)
        try:
            yield Ear(budgets, whispers, heard)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
    assert work.cancelled()


Made = Callable[[], Awaitable[Ear]]


@pytest_asyncio.fixture
async def ear(server: RedisServer) -> AsyncIterator[Made]:
    """Return what makes one more process that hears."""
    async with AsyncExitStack() as stack:
        yield lambda: stack.enter_async_context(hearing(server))


async def told_to_all(one: Ear, said: bytes, reached: int) -> None:
    """Tell it until so many have heard it: a line may be taken up only now."""
    async with asyncio.timeout(30):
        while await one.whispers.tell(said) < reached:  # noqa: ASYNC110  # It tells nobody.
            await asyncio.sleep(0.05)


async def test_what_one_tells_all_hear_and_it_is_known_how_many(ear: Made) -> None:
    one, two = await ear(), await ear()
    assert await one.whispers.tell(b"typing") == 2
    await until(lambda: two.heard == [b"typing"] and one.heard == [b"typing"])


async def test_after_a_death_all_hear_again_by_themselves(server: RedisServer, ear: Made) -> None:
    one, two = await ear(), await ear()
    for turn in (b"1", b"2", b"3"):
        server.kill()
        await until(lambda: not two.whispers.is_listening)
        assert await one.whispers.tell(b"lost") == 0
        await asyncio.sleep(1.5)
        server.start()
        await told_to_all(one, turn, 2)
        await until(lambda turn=turn: turn in two.heard)  # type: ignore[misc]
    assert b"lost" not in two.heard


async def test_a_server_that_stands_still_is_told_from_one_that_has_nothing_to_say(
    server: RedisServer, ear: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SILENCE", 0.5)
    one, two = await ear(), await ear()
    await asyncio.sleep(2)
    assert two.whispers.is_listening
    server.stand_still()
    assert await one.whispers.tell(b"lost") == 0
    await until(lambda: not two.whispers.is_listening)
    server.go_on()
    await told_to_all(one, b"again", 2)
    await until(lambda: b"again" in two.heard)


@pytest.mark.slow
async def test_after_an_outage_of_more_than_a_minute_both_go_on_by_themselves(
    server: RedisServer, ear: Made
) -> None:
    one, two = await ear(), await ear()
    server.kill()
    await comes_to(one.budgets, "down")
    await asyncio.sleep(70)
    server.start()
    await told_to_all(one, b"again", 2)
    await until(lambda: b"again" in two.heard)
    await asyncio.gather(comes_to(one.budgets, "up"), comes_to(two.budgets, "up"))
    spent = [await ear.budgets.spend("a", "b", step=1e6, most=1.5e6, known=0) for ear in (one, two)]
    assert [found and found.had_room for found in spent] == [True, False]
