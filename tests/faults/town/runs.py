"""Whole runs in the town, each of which comes to one report.

Killed at every place: each life is told at which place it is to end itself. What was going on
at that moment is picked up by the next life, which is told of the next place. Disasters: one
after the other befalls a life that goes on. After the last one all is left to settle, and the
platforms' own books are compared with what was said.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.report import Report
from tests.faults.town.disasters import EVERY, SHORT, Scene
from tests.faults.town.lives import busy_town


@dataclass(slots=True)
class Came:
    """What a run came to: the places it did not come to, and what this machine cannot do."""

    report: Report
    missed: Sequence[str] = ()
    cannot: Sequence[str] = ()
    passed: set[str] = field(default_factory=set)


async def killed(backend: str, seed: int, places: Sequence[str]) -> Came:
    """End the program at each of the places."""
    chance = random.Random(seed)
    async with busy_town(backend, seed) as lives:
        lives.over(await lives.begins())
        for place in chance.sample(places, len(places)):
            await lives.dies(place, chance.choice((1, 1, 2, 3)))
        healed = await lives.settles()
        faults = {"kills": len(lives.deaths)}
        found = lives.people.report("killed at named places", seed, faults, healed)
        return Came(found, missed=lives.missed, passed=lives.passed)


async def befallen(
    backend: str, seed: int, disasters: Sequence[str] = tuple(EVERY), lasts: float = SHORT
) -> Came:
    """Have disasters befall it, in any order."""
    chance, done, cannot = random.Random(seed), dict[str, int](), []
    async with busy_town(backend, seed, apart=True) as lives:
        scene = Scene(lives, await lives.begins(), lasts)
        await lives.people.everybody_seen()
        for name in chance.sample(disasters, len(disasters)):
            times = await EVERY[name](scene)
            if times is None:
                cannot.append(name)
            else:
                done[name] = times
        healed = await lives.settles(scene.life)
        found = lives.people.report("disasters", seed, done, healed)
        return Came(found, cannot=cannot, passed=lives.passed)
