"""One life of the program after the other in one town."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.faults.nursery import Life, nursery
from tests.faults.town.people import People
from tests.faults.town.town import Town

# So long (s) a life has to answer, to come to its place, and everything to settle.
START, REACH, SETTLE = 60.0, 60.0, 240.0
CALM = 1.5
_UP = "the console"


class Lives:
    """Those of one town, and the places that they have passed."""

    def __init__(self, town: Town, people: People) -> None:
        """Begin no life yet."""
        self.town, self.people = town, people
        self._lives: list[Life] = []
        self.deaths: list[str] = []
        self.missed: list[str] = []
        self.passed: set[str] = set()

    async def live(self, at: str | None = None, turn: int = 1) -> Life:
        """Begin a life, and come back once it answers or is over."""
        command = ["run", "--config", str(self.town.config)]
        life = nursery().begin(
            command, self.town.folder, environ=self.town.environ, at=at, turn=turn
        )
        self._lives.append(life)
        end = asyncio.get_running_loop().time() + START
        while _UP not in life.output and not life.is_over:
            assert asyncio.get_running_loop().time() < end, life.output
            await asyncio.sleep(0.02)
        if not life.is_over:
            self.town.up.set()
            await self.people.console.sign_in(life.output)
        return life

    async def begins(self) -> Life:
        """Begin the first life, and have every network learn where it is."""
        life = await self.live()
        assert not life.is_over, life.output
        for one in self.town.platforms():
            async with asyncio.timeout(START):
                await one.connect(self.town.url)
        self.people.there.set()
        return life

    def over(self, life: Life) -> None:
        """Let go of a life, which ends if it has not, and keep what it has passed."""
        self.town.up.clear()
        self.passed.update(life.places)
        self._lives.remove(life)
        life.forget()

    def end(self) -> None:
        """End whatever lives."""
        for one in list(self._lives):
            self.over(one)

    async def dies(self, place: str, turn: int = 1) -> bool:
        """Have a life end at a place; say whether it has come there."""
        self.people.place = place
        life = await self.live(place, turn)
        end = asyncio.get_running_loop().time() + REACH
        while not life.is_over and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110  # A process tells nobody.
            await asyncio.sleep(0.02)
        came = life.died_at == place
        assert came or not life.is_over, f"it ended by itself:\n{life.output}"
        (self.deaths if came else self.missed).append(place)
        self.over(life)
        return came

    async def settles(self, life: Life | None = None) -> float:
        """Live on, or once more, undisturbed; return when (s) all was well."""
        self.people.quiet.set()
        life = life or await self.live()
        assert not life.is_over, life.output
        healed = self.town.clock.seconds()
        loop, calm_since = asyncio.get_running_loop(), None
        end = loop.time() + SETTLE
        while loop.time() < end:
            await asyncio.sleep(0.2)
            await self.people.takes_in()
            done = self.people.is_done()
            calm_since = (calm_since or loop.time()) if done else None
            if calm_since is not None and loop.time() - calm_since > CALM:
                break
        self.over(life)
        return healed


@asynccontextmanager
async def busy_town(backend: str, seed: int, *, apart: bool = False) -> AsyncIterator[Lives]:
    """Have a town with a program to come, busy for as long as the context lasts.

    `apart`: its database is on a disk, or a server, that can be broken.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        town = Town(folder, backend, seed, apart=apart)
        async with town.open():
            people = People(town, seed)
            await people.arrive()
            works = [people.customer(one) for one in people.customers]
            async with asyncio.TaskGroup() as group:
                busy = [group.create_task(one) for one in (*works, people.staff())]
                lives = Lives(town, people)
                try:
                    yield lives
                finally:
                    lives.end()
                    for one in busy:
                        one.cancel()
                    await people.console.close()
