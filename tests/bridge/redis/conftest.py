"""A server for each test, and processes that count by it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import pytest_asyncio

from bridge.redis import SharedBudgets
from tests.redis_server import RedisServer, redis_server

SECRET = b"an installation's own, of thirty-two bytes"


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """Return a server that runs."""
    with redis_server() as one:
        yield one


@asynccontextmanager
async def counting(url: str, secret: bytes = SECRET) -> AsyncIterator[SharedBudgets]:
    """Count by a server as one process does, until the context ends."""
    budgets = SharedBudgets(url, secret)
    tasks = [asyncio.create_task(budgets.line.run()), asyncio.create_task(budgets.run())]
    try:
        yield budgets
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def comes_to(
    budgets: SharedBudgets, state: str, *, why: str | None = None, within: float = 20.0
) -> None:
    """Wait until the line stands so, and says why if it is asked."""
    async with asyncio.timeout(within):
        while not _stands(budgets, state, why):  # noqa: ASYNC110  # It tells nobody.
            await asyncio.sleep(0.01)


def _stands(budgets: SharedBudgets, state: str, why: str | None) -> bool:
    standing = budgets.line.standing
    return standing.state == state and why in (None, standing.why)


Another = Callable[[], Awaitable[SharedBudgets]]


@pytest_asyncio.fixture
async def another(server: RedisServer) -> AsyncIterator[Another]:
    """Return what makes one more process that counts by the server."""
    async with AsyncExitStack() as stack:

        async def made() -> SharedBudgets:
            budgets = await stack.enter_async_context(counting(server.url))
            await comes_to(budgets, "up")
            return budgets

        yield made
