"""One life of the program after the other in one town."""

import asyncio

from tests.faults.fate import Fate
from tests.faults.nursery import Life, nursery
from tests.faults.town.people import People
from tests.faults.town.town import Town

# So long (s) a life has to answer, to come to its place, and everything to settle.
START, REACH, SETTLE = 60.0, 60.0, 240.0
CALM = 1.5
_UP = "Stop it with Ctrl+C"


class Lives:
    """Those of one town, one at a time, and the places that they have passed."""

    def __init__(self, town: Town, people: People) -> None:
        """Begin no life yet."""
        self.town, self.people = town, people
        self.fate = Fate(town.folder / "fate")
        self._lives: list[Life] = []
        self.deaths: list[str] = []
        self.missed: list[str] = []
        self.passed: set[str] = set()

    async def begins(self) -> None:
        """Begin, and have every network learn where the program is."""
        await self.live()
        await self._introduced()

    async def live(self) -> Life:
        """Begin a life, and come back once it answers or is over."""
        life = await self._begun()
        if not life.is_over:
            await self._answers(life)
        return life

    async def _answers(self, life: Life) -> None:
        """Have everybody know that it listens."""
        self.town.up.set()
        await self.people.console.sign_in(life.output)

    async def again(self, life: Life) -> Life:
        """Begin another life in place of one that has ended."""
        self.over(life)
        life = await self.live()
        assert not life.is_over, life.output
        return life

    def someone(self) -> Life:
        """Return one that lives."""
        return self.people.chance.choice(self._lives)

    async def dies(self, place: str, turn: int = 1) -> bool:
        """Have a life end at a place; say whether it has come there."""
        self.end()
        self.people.place = place
        self.fate.tell(place, turn)
        life = await self.live()
        await self._until_over()
        came = life.died_at == place
        assert came or not life.is_over, f"it ended by itself:\n{life.output}"
        (self.deaths if came else self.missed).append(place)
        self.over(life)
        return came

    async def settles(self) -> float:
        """Live on, or once more, undisturbed; return when (s) all was well."""
        self.people.quiet.set()
        self.fate.tell(None)
        await self._all_live()
        # Whom the console does not know can have nothing tried again that was set aside.
        assert await self.people.console.ask("GET", "/api/me") == 200
        healed = self.town.clock.seconds()
        await self._calm()
        self.end()
        return healed

    def over(self, life: Life) -> None:
        """Let go of a life, which ends if it has not, and keep what it has passed."""
        self.passed.update(life.places)
        self._lives.remove(life)
        life.forget()
        if not self._lives:
            self.town.up.clear()

    def end(self) -> None:
        """End whatever lives."""
        for one in list(self._lives):
            self.over(one)

    async def _begun(self, *options: str) -> Life:
        command = ["run", "--config", str(self.town.config), *options]
        life = nursery().begin(command, self.town.folder, environ=self.town.environ, fate=self.fate)
        self._lives.append(life)
        end = asyncio.get_running_loop().time() + START
        while _UP not in life.output and not life.is_over:
            assert asyncio.get_running_loop().time() < end, life.output
            await asyncio.sleep(0.02)
        return life

    async def _introduced(self) -> None:
        for one in self._lives:
            assert not one.is_over, one.output
        for platform in self.town.platforms():
            async with asyncio.timeout(START):
                await platform.connect(self.town.url)
        self.people.there.set()

    async def _all_live(self) -> None:
        if not self._lives:
            life = await self.live()
            assert not life.is_over, life.output

    async def _until_over(self) -> None:
        """Wait until one is over, or it has taken too long; for half of that as often as told."""
        loop = asyncio.get_running_loop()
        begun, often = loop.time(), True
        while not any(one.is_over for one in self._lives):
            if loop.time() > begun + REACH:
                return
            if often and loop.time() > begun + REACH / 2:
                often = False
                self.fate.tell(self.people.place)
            await asyncio.sleep(0.02)

    async def _calm(self) -> None:
        """Wait until all is done, and nothing more comes of it."""
        loop, calm_since = asyncio.get_running_loop(), None
        end = loop.time() + SETTLE
        while loop.time() < end:
            await asyncio.sleep(0.2)
            await self.people.takes_in()
            done = self.people.is_done()
            calm_since = (calm_since or loop.time()) if done else None
            if calm_since is not None and loop.time() - calm_since > CALM:
                break
