"""How what people do slows down as messages pile up, on both databases.

All sizes of both stand side by side and are asked in turns, so that a machine whose own speed
changes, or that others use, changes no ratio. Words of a search are neither the commonest nor
those nobody ever writes; a conversation is any of all there are, the list is its first page.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote

from tests.bench import desks, filling
from tests.bench.both import addresses, shipped, storage
from tests.bench.figures import percentile
from tests.bench.people import AgentAtConsole, Visitor
from tests.bench.wire import Wire
from tests.desk import RunningDesk

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 20
ASKED = 10


@dataclass(frozen=True, slots=True)
class Look:
    """Times in ms of one thing that people do, beside so many messages."""

    database: str
    messages: int
    what: str
    p50: float
    p99: float


@dataclass(slots=True)
class Eyes:
    """Somebody who looks at one desk, again and again, and a visitor who writes to it."""

    database: str
    messages: int
    agent: AgentAtConsole
    visitor: Visitor
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    async def opened(cls, database: str, messages: int, desk: RunningDesk) -> Self:
        """Sign in, and write a first message."""
        agent = await AgentAtConsole.sign_in(desk.url, desk.links["anna"])
        visitor = await Visitor.arrive(desk.url)
        await visitor.write()
        return cls(database, messages, agent, visitor)

    def doing(self) -> Mapping[str, Callable[[], Awaitable[object]]]:
        """Return what people do, by its name."""
        get = self.agent.get
        return {
            "open list, first page": lambda: get("/api/conversations?folder=all&limit=50"),
            "closed list, first page": lambda: get("/api/conversations?folder=closed&limit=50"),
            "folder counters": lambda: get("/api/folders"),
            "opening a conversation": lambda: get(
                f"/api/conversations/{self._any_conversation()}/messages?limit=50"
            ),
            "search, two words": lambda: get(f"/api/search?q={self._two_words()}&limit=30"),
            "one more message": self.visitor.write,
        }

    def _any_conversation(self) -> int:
        return self.chance.randint(1, self.messages // filling.PER_CONVERSATION)

    def _two_words(self) -> str:
        words = filling.vocabulary()
        places = (20 + int(self.chance.paretovariate(0.9)) for _ in "ab")
        return quote(" ".join(words[min(len(words) - 1, place)] for place in places))

    async def do_all(self, times: int) -> None:
        """Do each thing so often, and note how long it took in ms."""
        # The server hangs up on who was silent while others had their turn.
        for one in (self.agent, self.visitor):
            one.wire.close()
            one.wire = await Wire.open(self.agent.url)
        for what, do in self.doing().items():
            for _ in range(times):
                begun = time.perf_counter()
                await do()
                self.took[what].append((time.perf_counter() - begun) * 1000)

    def looks(self) -> list[Look]:
        """Return what it came to."""
        return [
            Look(self.database, self.messages, what, percentile(took, 50), percentile(took, 99))
            for what, took in self.took.items()
        ]


async def growing(sizes: Sequence[int] = SIZES) -> list[Look]:
    """Measure on both databases, with as many messages each."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(shipped())
        eyes = [
            await Eyes.opened(
                kind, messages, await stack.enter_async_context(_filled(url, messages))
            )
            for messages in sizes
            for kind, url in addresses(server, f"growth_{messages}").items()
        ]
        return await in_turns(eyes)


async def in_turns(eyes: Sequence[Eyes]) -> list[Look]:
    """Have each look in turn; what came first is not counted, since nothing was warm."""
    for one in eyes:
        await one.do_all(ASKED)
        one.took.clear()
    for _ in range(ROUNDS):
        for one in eyes:
            await one.do_all(ASKED)
    return [look for one in eyes for look in one.looks()]


@asynccontextmanager
async def _filled(url: str | None, messages: int) -> AsyncIterator[RunningDesk]:
    async with desks.desk(storage(url)) as desk:
        await asyncio.to_thread(fill, desk, url, messages)
        yield desk


def fill(desk: RunningDesk, url: str | None, messages: int) -> None:
    """Put messages there while it does not run."""
    desk.stop()
    (filling.OnServer(url) if url else filling.File(desk.database)).fill(messages)
    desk.start()
