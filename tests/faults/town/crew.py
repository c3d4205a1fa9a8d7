"""Several lives of the program at once in one town: webs and workers on one server.

One ends at a place, whichever comes there first; the others go on, and another one begins in
its stead. What it did is done by a neighbour meanwhile, or by itself once more.
"""

import asyncio

from tests.faults.nursery import Life
from tests.faults.places import BEGINNING
from tests.faults.town.front import Front
from tests.faults.town.lives import Lives
from tests.faults.town.people import People
from tests.faults.town.town import Town
from tests.ports import free_port

ROLES = ("web", "web", "worker", "worker")
# So long (s) at most the others are left to themselves.
ALONE = 6.0


class Crew(Lives):
    """Those that live beside each other."""

    def __init__(self, town: Town, people: People, front: Front) -> None:
        """Begin none yet; whoever asks comes by the front."""
        super().__init__(town, people)
        self._front = front
        self._roles: dict[int, str] = {}
        self._vacant: list[str] = list(ROLES)

    async def begins(self) -> None:
        """Begin all of them."""
        await self._all_live()
        await self._introduced()

    async def live_as(self, role: str) -> Life:
        """Begin a life in a role, and come back once it does its work or is over."""
        port = free_port()
        life = await self._begun("--role", role, "--listen", f"127.0.0.1:{port}")
        self._roles[life.pid] = role
        if role == "web" and not life.is_over:
            self._front.ports[life.pid] = port
            await self._answers(life)
        return life

    async def again(self, life: Life) -> Life:
        """Begin another life in the role of one that has ended."""
        self.over(life)
        await self._all_live()
        return self._lives[-1]

    async def dies(self, place: str, turn: int = 1) -> bool:
        """Have one of them end at a place; say whether any has come there."""
        self.people.place = place
        if place in BEGINNING:
            await self._all_live()
            self._some_make_room()
        self.fate.tell(place, turn)
        await self._fill()
        await self._until_over()
        self.fate.tell(None)
        dead = [one for one in self._lives if one.is_over]
        for one in dead:
            # Perhaps where the one before it had died, a moment later than that one.
            assert one.died_at is not None, f"it ended by itself:\n{one.output}"
            self.over(one)
        self.deaths += [place] * len(dead)
        if not dead:
            self.missed.append(place)
        await asyncio.sleep(self.people.chance.uniform(0.0, ALONE))
        return bool(dead)

    def over(self, life: Life) -> None:
        """Let go of one; its place among the others is vacant."""
        self._front.ports.pop(life.pid, None)
        self._vacant.append(self._roles.pop(life.pid))
        super().over(life)

    def _some_make_room(self) -> None:
        """Have a web and the workers end, so that others begin, and inherit what was theirs."""
        by_role = sorted(self._lives, key=lambda one: self._roles[one.pid])
        for one in by_role[ROLES.count("web") - 1 :]:
            self.over(one)

    async def _all_live(self) -> None:
        await self._fill()
        for one in self._lives:
            assert not one.is_over, one.output

    async def _fill(self) -> None:
        while self._vacant:
            await self.live_as(self._vacant.pop(0))
