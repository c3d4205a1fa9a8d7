"""Two owners of one inbox, which one of them at a time polls; each stands still in its turn.

Each is a store and leases of its own, as a process of the program has them; on PostgreSQL, in
real time. Whoever polls knows by heart how far they are, as every poller does, answers each
update that they take, and writes down that it is taken. One that stood still goes on from where
it was, while the other has long gone on from there. The number that each write is checked by
(`bridge.store.holding`) alone keeps an update from being taken twice; and that its own time is
over is all that keeps it from sending, for what is sent no database can refuse.
"""

import asyncio
import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass

import pytest

from bridge.channel import StorageUnavailableError
from bridge.clock import Clock
from bridge.db import Server
from bridge.processes import Leases
from bridge.store import log
from bridge.store.fenced import FencedStore
from bridge.store.holding import Claim
from bridge.store.transactions import Store, Tx
from tests import postgres
from tests.broken import Mutant
from tests.databases import until, watching

INBOX = "a"
LEASE = f"inbox:{INBOX}"
# A process that says nothing for so long (s) is dead to the other.
LASTS = 0.6
# So often somebody stands still; an update comes within so long (s).
STOPS, UPDATE = 3, 0.04
_TWICE, _LATE = "taken twice", "sent too late"


@dataclass(frozen=True, slots=True)
class Report:
    """What it came to."""

    seed: int
    taken: int
    doubled: int
    late: int
    """Answers by one who did so no more: the other had answered already."""

    @property
    def broken(self) -> Mapping[str, int]:
        """Return every count that must be zero and is not."""
        counts = {_TWICE: self.doubled, _LATE: self.late}
        return {name: count for name, count in counts.items() if count}


class Owner:
    """One of the two: it polls while it has the lease."""

    def __init__(self, server: Server, number: int, chance: random.Random, sent: list[int]) -> None:
        """Be known by this number; `sent` is what both send, by the number of the lease."""
        self.store = Store(server, clock=Clock(), known_as=number)
        self.leases = Leases(self.store, number, "all", self, gone=lambda *_: None, lasts=LASTS)
        self._hold = self.leases.hold(LEASE)
        self._chance = chance
        self._sent = sent
        self._awake = asyncio.Event()
        self._speaking: asyncio.Task[None] | None = None
        self._polling: asyncio.Task[None] | None = None

    @property
    def polls(self) -> bool:
        """Say whether it does, as far as it knows."""
        return self._polling is not None

    # --- how it lives ---

    async def join(self) -> None:
        """Begin to live."""
        await self.leases.join(lambda _: None, lambda _: None)
        self.go_on()

    def stand_still(self) -> None:
        """Do nothing any more, as a process that is stopped; its connections stay."""
        self._awake.clear()
        if self._speaking is not None:
            self._speaking.cancel()

    def go_on(self) -> None:
        """Go on as if nothing had been."""
        self._awake.set()
        self._speaking = asyncio.create_task(self.leases.run())

    async def leave(self) -> None:
        """End in good order."""
        await self.leases.close()
        self.stand_still()
        await self.leases.leave()
        await self.store.close()

    # --- what it does with the lease ---

    def names(self) -> Collection[str]:
        """Return all there is to do."""
        return [LEASE]

    async def begin(self, _name: str) -> None:
        """Begin to poll."""
        self._polling = asyncio.create_task(self._poll())

    async def end(self, _name: str) -> None:
        """Poll no more."""
        polling, self._polling = self._polling, None
        if polling is not None:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)

    async def _poll(self) -> None:
        number = int(await self.store.read(_cursor) or 0)
        fenced, fence = FencedStore(self.store, self._hold), self._hold.claim().fence
        with contextlib.suppress(StorageUnavailableError):
            while True:
                await asyncio.sleep(self._chance.uniform(0, UPDATE))
                await self._awake.wait()
                number += 1
                if fenced.stands():
                    self._sent.append(fence)
                await fenced.write(_take, number, fence)


def _cursor(tx: Tx) -> str | None:
    return tx.one(log.GET_CURSOR, inbox_id=INBOX)


def _take(tx: Tx, number: int, fence: int) -> None:
    tx.run(log.PUT_META, key=f"taken {number} {fence}", value="")
    tx.run(log.PUT_CURSOR, inbox_id=INBOX, value=str(number))


async def _stops(owners: Sequence[Owner], chance: random.Random) -> None:
    """Have whoever polls stand still, and so in their turn the other."""
    for _ in range(STOPS):
        await until(lambda: any(one.polls for one in owners))
        one, other = sorted(owners, key=lambda owner: not owner.polls)
        await _stop(one, other, chance)


async def _stop(one: Owner, other: Owner, chance: random.Random) -> None:
    """Have one stand still until the other has polled for a while, and go on."""
    await asyncio.sleep(chance.uniform(0.05, 0.4))
    one.stand_still()
    await until(lambda: other.polls)
    await asyncio.sleep(chance.uniform(0.0, 0.4))
    one.go_on()
    await until(lambda: not one.polls)


@contextlib.asynccontextmanager
async def _two(
    server: Server, chance: random.Random, sent: list[int]
) -> AsyncIterator[Sequence[Owner]]:
    owners = [Owner(server, number, chance, sent) for number in (1, 2)]
    try:
        for one in owners:
            await one.join()
        yield owners
    finally:
        for one in owners:
            await one.leave()


async def _report(server: Server, seed: int) -> Report:
    chance, sent = random.Random(seed), list[int]()
    async with _two(server, chance, sent) as owners:
        await _stops(owners, chance)
    with watching(server) as outside:
        keys = outside.execute("SELECT key FROM meta WHERE key LIKE 'taken %'").fetchall()
    numbers = [key.split()[1] for (key,) in keys]
    late = sum(then < before for before, then in itertools.pairwise(sent))
    return Report(seed, len(numbers), len(numbers) - len({*numbers}), late)


def report(seed: int) -> Report:
    """Run with a seed, in a loop of its own; return what it came to."""
    server = postgres.lent()
    try:
        return asyncio.run(_report(server, seed))
    finally:
        postgres.given_back(server)


def _without(count: str, of: type, guard: str, instead: object, name: str) -> Mutant:
    def lives(seed: int) -> Report:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(of, guard, instead)
            return report(seed)

    return Mutant(name, "two owners, each stopped in its turn", count, lives)


BROKEN: Sequence[Mutant] = (
    _without(_TWICE, Claim, "prove", lambda *_: None, "no write proves its lease"),
    _without(_LATE, FencedStore, "stands", lambda _: True, "no send asks whether its lease stands"),
)
