"""A town with everybody busy in it, for the length of a run."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.faults.town.crew import Crew
from tests.faults.town.front import Front
from tests.faults.town.lives import Lives
from tests.faults.town.people import People
from tests.faults.town.town import Town


@asynccontextmanager
async def busy_town(
    backend: str, seed: int, *, apart: bool = False, many: bool = False
) -> AsyncIterator[Lives]:
    """Have a town with a program to come, busy for as long as the context lasts.

    `apart`: its database is on a disk, or a server, that can be broken. `many`: the program is
    several processes, with Redis, and a front before them.
    """
    async with AsyncExitStack() as held:
        place = held.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        town = Town(Path(place), backend, seed, apart=apart, many=many)
        await held.enter_async_context(town.open())
        people = People(town, seed)
        await people.arrive()
        lives = await _lives(town, people, held, many=many)
        works = [people.customer(one) for one in people.customers]
        async with asyncio.TaskGroup() as group:
            busy = [group.create_task(one) for one in (*works, people.staff())]
            try:
                yield lives
            finally:
                lives.end()
                for one in busy:
                    one.cancel()
                await people.console.close()


async def _lives(town: Town, people: People, held: AsyncExitStack, *, many: bool) -> Lives:
    if not many:
        return Lives(town, people)
    front = Front()
    await held.enter_async_context(front.listening(town.port))
    return Crew(town, people, front)
