"""What happens to a machine, its database and its networks while the program is busy.

Each is done to a life and undone again; it returns how often it was done, or `None` where this
machine cannot do it, which is said. Whoever did it leaves a life that goes on. `there_are` tells
which of them a house can meet.
"""

import asyncio
import contextlib
import signal
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bridge.db import Server
from tests.databases import hold
from tests.faults.nursery import Life
from tests.faults.town.lives import Lives

# Within so long (s) a program that is told to end has ended.
LAST_WORDS = 10.0
# For so long (s) the database is locked, the process stands still, a network is away.
SHORT = 4.0
# And within so long (s), however busy the machine is, the other networks are seen to go on.
OTHERS = 30.0


@dataclass(slots=True)
class Scene:
    """A town, the life in it that things happen to, and for how long they last."""

    lives: Lives
    life: Life
    lasts: float = SHORT

    async def anew(self) -> None:
        """Begin another life in place of the one that has ended."""
        self.life = await self.lives.again(self.life)

    async def a_while(self) -> None:
        """Let everybody be busy for a moment."""
        await asyncio.sleep(self.lives.people.chance.uniform(0.5, 2.5))


Disaster = Callable[[Scene], Coroutine[Any, Any, int | None]]


async def killed_at_any_moment(scene: Scene) -> int:
    """Kill it."""
    await scene.a_while()
    scene.life.kill()
    await scene.anew()
    return 1


async def told_to_end(scene: Scene) -> int:
    """Send it SIGTERM in the middle of everything: it ends by itself, and soon."""
    await scene.a_while()
    scene.life.send(signal.SIGTERM)
    loop = asyncio.get_running_loop()
    end = loop.time() + LAST_WORDS
    while not scene.life.is_over:
        assert loop.time() < end, f"it does not end:\n{scene.life.output[-3000:]}"
        await asyncio.sleep(0.02)
    await scene.anew()
    return 1


async def standing_still(scene: Scene) -> int:
    """Have the process stand still for a while, and go on as if nothing had been."""
    await scene.a_while()
    scene.life.send(signal.SIGSTOP)
    await asyncio.sleep(scene.lasts)
    scene.life.send(signal.SIGCONT)
    return 1


async def locked(scene: Scene) -> int:
    """Have somebody else keep the database to themselves."""
    await scene.a_while()
    place = scene.lives.town.place
    holder: Any = (
        psycopg.connect(place.url, autocommit=True)
        if isinstance(place, Server)
        else sqlite3.connect(place, isolation_level=None, timeout=60)
    )
    with contextlib.closing(holder):
        hold(holder)
        await asyncio.sleep(scene.lasts)
        holder.execute("ROLLBACK")
    return 1


async def server_killed(scene: Scene) -> int | None:
    """Have PostgreSQL end as by a kill, and come back."""
    cluster = scene.lives.town.cluster
    if cluster is None:
        return None
    await scene.a_while()
    await asyncio.to_thread(cluster.stop, "immediate")
    await asyncio.sleep(min(scene.lasts, 5.0))
    await asyncio.to_thread(cluster.start)
    return 1


async def commits_unknown(scene: Scene) -> int | None:
    """Cut every connection of the program to PostgreSQL, again and again, in mid-commit or not."""
    cluster = scene.lives.town.cluster
    if cluster is None:
        return None
    place = scene.lives.town.place
    assert isinstance(place, Server)
    cuts = 0
    with contextlib.closing(psycopg.connect(place.url, autocommit=True)) as outside:
        for _ in range(12):
            await asyncio.sleep(scene.lives.people.chance.uniform(0.05, 0.5))
            cuts += len(outside.execute(_CUT).fetchall())
    return cuts


_CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


async def disk_full(scene: Scene) -> int | None:
    """Fill the disk to its last byte, and free it again."""
    disk = scene.lives.town.disk
    if disk is None:
        return None
    await scene.a_while()
    filler = disk / "filler"
    await asyncio.to_thread(_fill, filler)
    await asyncio.sleep(scene.lasts)
    filler.unlink()
    return 1


def _fill(filler: Path) -> None:
    size = 1 << 20
    with filler.open("wb", buffering=0) as file:
        while size:
            try:
                file.write(b"\0" * size)
            except OSError:
                size //= 2


async def network_away(scene: Scene) -> int:
    """Have one network out of reach, and come back; the others must not notice."""
    await scene.a_while()
    away = scene.lives.town.networks["vk_poll"]
    await away.go_away()
    people, loop = scene.lives.people, asyncio.get_running_loop()
    before, end = people.came("telegram"), loop.time() + OTHERS
    await asyncio.sleep(scene.lasts)
    people.look()
    while people.came("telegram") == before:
        assert loop.time() < end, "the others stand still as well"
        await asyncio.sleep(0.2)
        people.look()
    await away.come_back()
    return 1


async def configuration_broken(scene: Scene) -> int:
    """Break the configuration in many ways and have it read anew: the old one stays."""
    town, chance = scene.lives.town, scene.lives.people.chance
    whole = town.config.read_text()
    broken = 0
    for _ in range(8):
        at = chance.randrange(len(whole) - 20)
        town.config.write_text(whole[:at] + chance.choice(('"', "{", "\t", ": ", "]")) + whole[at:])
        scene.life.send(signal.SIGHUP)
        broken += 1
        await asyncio.sleep(0.3)
        assert not scene.life.is_over, scene.life.output[-3000:]
    town.config.write_text(whole)
    scene.life.send(signal.SIGHUP)
    for secret in town.secrets():
        assert secret not in scene.life.output
    return broken


async def redis_killed(scene: Scene) -> int | None:
    """Have Redis end as by a kill, and come back with nothing."""
    redis = scene.lives.town.redis
    if redis is None:
        return None
    await scene.a_while()
    redis.kill()
    await asyncio.sleep(scene.lasts)
    await asyncio.to_thread(redis.start)
    return 1


async def redis_still(scene: Scene) -> int | None:
    """Have Redis answer nobody for a while, and then forget everything."""
    redis = scene.lives.town.redis
    if redis is None:
        return None
    await scene.a_while()
    redis.stand_still()
    await asyncio.sleep(scene.lasts)
    redis.go_on()
    await asyncio.to_thread(redis.flush)
    return 1


EVERY: Mapping[str, Disaster] = {
    "kill -9": killed_at_any_moment,
    "SIGTERM": told_to_end,
    "stopped and continued": standing_still,
    "database locked": locked,
    "PostgreSQL killed": server_killed,
    "connections cut": commits_unknown,
    "disk full": disk_full,
    "network away": network_away,
    "configuration broken": configuration_broken,
}
MANY: Mapping[str, Disaster] = {
    **{name: one for name, one in EVERY.items() if name != "disk full"},
    "Redis killed": redis_killed,
    "Redis silent and flushed": redis_still,
}
"""What happens where there are several processes."""
# A server's disk is the server's to see to.
_OF: Mapping[str, str] = {
    "PostgreSQL killed": "postgresql",
    "connections cut": "postgresql",
    "disk full": "sqlite",
}
NEEDS_ROOT: Mapping[str, str] = {"disk full": "root, who may mount a small file system"}
"""What a machine must have for one that its house can meet."""


def there_are(backend: str, *, many: bool) -> Mapping[str, Disaster]:
    """Return those that a house can meet: none of a server that it does not have."""
    every = MANY if many else EVERY
    return {name: one for name, one in every.items() if _OF.get(name, backend) == backend}
