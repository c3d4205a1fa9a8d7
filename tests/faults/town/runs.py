"""Whole runs in the town, each of which comes to one report.

Killed at every place: each life is told at which place it is to end itself. What was going on
at that moment is picked up by the next life, which is told of the next place. Disasters: one
after the other befalls a life that goes on. After the last one all is left to settle, and the
platforms' own books are compared with what was said.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from bridge.processes.leases import LASTS
from tests.faults.places import BEGINNING, RARE
from tests.faults.report import Report
from tests.faults.town.disasters import EVERY, SHORT, Scene, there_are
from tests.faults.town.opening import busy_town

SEVERAL = ", several processes"
"""What the name of a run ends with in which the program is more than one."""


@dataclass(slots=True)
class Came:
    """What a run came to.

    `missed` are the places at which it was to end and did not within a minute, `passed` those
    to which any life came; what this machine `cannot` do was not run.
    """

    report: Report
    missed: Sequence[str] = ()
    cannot: Sequence[str] = ()
    passed: set[str] = field(default_factory=set)


async def killed(backend: str, seed: int, places: Sequence[str], *, many: bool = False) -> Came:
    """End the program at each of the places, or where it is `many` processes one of them."""
    chance = random.Random(seed)
    async with busy_town(backend, seed, many=many) as lives:
        await lives.begins()
        for place in _in_any_order(chance, places):
            turn = chance.choice((1, 1, 2, 3))
            await lives.dies(place, 1 if place in BEGINNING else turn)
        healed = await lives.settles()
        faults = {"kills": len(lives.deaths)}
        found = lives.people.report(f"killed at named places{SEVERAL * many}", seed, faults, healed)
        return Came(found, missed=lives.missed, passed=lives.passed)


def _in_any_order(chance: random.Random, places: Sequence[str]) -> list[str]:
    """Return the places in an order of chance, those first to which there is soon no way."""
    return sorted(chance.sample(places, len(places)), key=lambda one: one not in RARE)


async def befallen(
    backend: str,
    seed: int,
    disasters: Sequence[str] = tuple(EVERY),
    *,
    many: bool = False,
) -> Came:
    """Have disasters befall it, in any order; where it is `many` processes one of them each time.

    There they last longer: so long that what one does is done by another. What such a house
    cannot meet is left out.
    """
    chance, done, cannot = random.Random(seed), dict[str, int](), []
    possible = there_are(backend, many=many)
    async with busy_town(backend, seed, apart=True, many=many) as lives:
        await lives.begins()
        scene = Scene(lives, lives.someone(), LASTS + SHORT if many else SHORT)
        await lives.people.everybody_seen()
        for name in chance.sample(disasters, len(disasters)):
            if name not in possible:
                continue
            scene.life = lives.someone()
            times = await possible[name](scene)
            if times is None:
                cannot.append(name)
            else:
                done[name] = times
        healed = await lives.settles()
        found = lives.people.report(f"disasters{SEVERAL * many}", seed, done, healed)
        return Came(found, cannot=cannot, passed=lives.passed)
