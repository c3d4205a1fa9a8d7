"""How long a message takes to the last of many consoles, and what their being there costs.

Ten messages a second, each shown on every console; the delay of each is counted on each console.
The consoles are sockets of a few agents, in the client's process, which shares the two cores. The
processor's time is that of the program alone: for one message, and for each time it is shown.
Both databases have a desk that is there all the time and a turn with each number of consoles; as
two they share pages, of which the memory of each counts a half.
"""

import asyncio
import contextlib
import resource
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.ears import Ear
from tests.bench.figures import percentile, processor, pss
from tests.bench.people import AgentAtConsole, Visitor
from tests.bench.wire import Wire
from tests.desk import RunningDesk

MANY = (10, 100, 1_000)
SECONDS = 10
EVENTS = 10
# So many open their sockets at the same time.
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Reach:
    """From the visitor's request to each of so many consoles; times in ms, memory in MiB."""

    consoles: int
    shown: int
    missed: int
    p50: float
    p99: float
    # Of the program's processor: ms a message, and µs each time that one is shown.
    a_message: float
    a_showing: float
    with_them: float
    afterwards: float


@dataclass(slots=True)
class _Hall:
    """The consoles: when each message was sent, and how long it took to each of them."""

    sent: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    def console(self) -> Callable[[bytes, float], None]:
        """Return what notes when what was sent is shown at one more console."""
        shown: set[str] = set()

        def heard(frame: bytes, now: float) -> None:
            # Several may come in one frame, and a row quotes what was said in it last. To read
            # all of it as JSON would measure the client.
            named = {piece.partition(b"#")[0].decode() for piece in frame.split(b"bench#")[1:]}
            # A row may quote what was said with fewer consoles.
            for mark in (named - shown) & self.sent.keys():
                self.took.append((now - self.sent[mark]) * 1000)
            shown.update(named)

        return heard


async def reach(
    desks: Mapping[str, RunningDesk], counts: Sequence[int] = MANY
) -> list[Mapping[str, Reach]]:
    """Measure with more and more consoles, on several desks in turns."""
    agents = {
        name: [await AgentAtConsole.sign_in(one.url, link) for link in one.links.values()]
        for name, one in desks.items()
    }
    return [
        {name: await _measure(one, agents[name], many) for name, one in desks.items()}
        for many in counts
    ]


async def _measure(desk: RunningDesk, agents: Sequence[AgentAtConsole], many: int) -> Reach:
    hall = _Hall()
    async with _open(hall, agents, many):
        # The server would hang up on those who wait until a thousand have come.
        visitors = [await Visitor.arrive(desk.url) for _ in range(EVENTS)]
        for visitor in visitors:
            await visitor.write()
        # They come online, which everybody is told.
        await asyncio.sleep(2)
        for visitor in visitors:
            # The server hangs up on who was silent, and on a busy machine that was long.
            visitor.wire.close()
            visitor.wire = await Wire.open(desk.url)
        before = processor(desk.pid)
        await asyncio.gather(
            *(_write(hall, one, f"{many}-{n}", n) for n, one in enumerate(visitors))
        )
        await asyncio.sleep(2)
        used, with_them = processor(desk.pid) - before, pss(desk.pid)
    await asyncio.sleep(2)
    missed = len(hall.sent) * many - len(hall.took)
    return Reach(
        many,
        len(hall.took),
        missed,
        percentile(hall.took, 50),
        percentile(hall.took, 99),
        used * 1e3 / len(hall.sent),
        used * 1e6 / len(hall.took),
        with_them,
        pss(desk.pid),
    )


async def _write(hall: _Hall, visitor: Visitor, name: str, number: int) -> None:
    await asyncio.sleep(number / EVENTS)
    for turn in range(SECONDS):
        mark = f"{name}-{turn}"
        hall.sent[mark] = begun = time.perf_counter()
        await visitor.write(f"bench#{mark}# де замовлення?")
        await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - begun)))


@contextlib.asynccontextmanager
async def _open(hall: _Hall, agents: Sequence[AgentAtConsole], many: int) -> AsyncIterator[None]:
    """Have so many consoles open for as long as the context lasts."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def follow(number: int) -> Ear:
        one = agents[number % len(agents)]
        async with gate:
            return await Ear.follow(one.url, one.cookie, one.session["cursor"], hall.console())

    ears = await asyncio.gather(*(follow(number) for number in range(many)))
    try:
        yield
    finally:
        for one in ears:
            one.close()


def have_files_for(many: int) -> None:
    """Let this process, and those it starts from now on, have as many files open, and some more.

    Raises `ValueError` where the system allows fewer.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(most, many + 200), most))
