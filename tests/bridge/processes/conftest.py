"""Processes of the program without a program: a store each, and duties that only count."""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import pytest

from bridge.clock import Clock
from bridge.db import Server
from bridge.processes.leases import Leases, Role
from bridge.store.fenced import FencedStore
from bridge.store.transactions import Store, Tx
from tests import postgres

# Seconds that a process which says nothing is believed to live.
LASTS = 2.0


@dataclass
class Duties:
    """Count what is begun and ended."""

    wanted: list[str]
    done: set[str] = field(default_factory=set)
    slow: asyncio.Event | None = None
    slow_ones: Collection[str] | None = None
    slow_to_begin: asyncio.Event | None = None
    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def names(self) -> Collection[str]:
        return self.wanted

    async def begin(self, name: str) -> None:
        assert name not in self.done
        self.begun.append(name)
        if self.slow_to_begin is not None:
            await self.slow_to_begin.wait()
        self.done.add(name)

    async def end(self, name: str) -> None:
        self.ended.append(name)
        if self.slow is not None and (self.slow_ones is None or name in self.slow_ones):
            await self.slow.wait()
        self.done.discard(name)


class Member:
    """One process."""

    def __init__(self, server: Server, number: int, role: Role = "all", *names: str) -> None:
        """Join nothing yet."""
        self.number = number
        self.store = Store(server, clock=Clock(), known_as=number)
        self.duties = Duties(list(names or ("engine", "inbox:a", "inbox:b", "inbox:c")))
        self.buried: list[int] = []
        self.leases = Leases(self.store, number, role, self.duties, gone=self._gone, lasts=LASTS)
        self._work: asyncio.Task[None] | None = None

    def _gone(self, _: Tx, process: int) -> None:
        self.buried.append(process)

    def fenced(self, name: str) -> FencedStore:
        """Return what is written with under a lease."""
        return FencedStore(self.store, self.leases.hold(name))

    async def join(self) -> None:
        """Begin to live."""
        await self.leases.join(lambda _: None, lambda _: None)
        self.go_on()

    def stand_still(self) -> None:
        """Say nothing any more, as a process that is stopped does; its connections stay."""
        assert self._work is not None
        self._work.cancel()

    def go_on(self) -> None:
        """Speak again."""
        self._work = asyncio.create_task(self.leases.run())

    async def leave(self) -> None:
        """End in good order."""
        await self.leases.close()
        self.stand_still()
        await self.leases.leave()
        await self.store.close()

    async def die(self) -> None:
        """End as by a kill: the connections are gone, and nothing was said."""
        self.stand_still()
        await self.store.close()


@pytest.fixture
def server() -> Iterator[Server]:
    """Return an empty database of a server."""
    lent = postgres.lent()
    yield lent
    postgres.given_back(lent)
