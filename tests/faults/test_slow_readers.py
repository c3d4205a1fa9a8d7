"""Two hundred consoles, ten of which read nothing: a real program, and its own patience."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from agent_console.web.live.ended import TOO_SLOW
from agent_console.web.live.live import LOOK
from agent_console.web.live.socket import PATIENCE
from bridge.db import Place
from tests.bench.consoles import have_files_for
from tests.bench.desks import UNLIMITED
from tests.bench.ears import Ear
from tests.bench.figures import percentile, pss
from tests.bench.people import AgentAtConsole, Visitor
from tests.bench.wire import Wire
from tests.databases import database, stored_at
from tests.desk import RunningDesk, StartDesk, start_desk
from tests.sloth import Sloth

__all__ = ["database", "start_desk"]

QUICK, SLOW = 190, 10
# What those who read nothing have missed: more each than the system takes off the program, and
# fewer events than they would have to load afresh for.
MISSED, VISITORS, LONG_WORD = 2_590, 7, "довго " * 580
# So often a second somebody writes while all are there, for so long (s) before the slow come.
EVERY, CALM = 5, 4.0
# Memory that the slow may cost, in MiB: a frame each, of as many events as go into one. What
# they do not read is twice as much.
COSTS = 100.0


@dataclass(slots=True)
class Hall:
    """Those who read: when each message was sent, and how long (s) it took to each of them."""

    sent: dict[bytes, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    def console(self) -> Callable[[bytes, float], None]:
        """Return what notes when what was sent is shown at one more console."""
        shown: set[bytes] = set()

        def heard(frame: bytes, now: float) -> None:
            # A row quotes what was said in it last, so one comes more often than once.
            named = {piece.partition(b"#")[0] for piece in frame.split(b"mark#")[1:]}
            self.took.extend(now - self.sent[one] for one in (named - shown) & self.sent.keys())
            shown.update(named)

        return heard

    async def write(self, visitor: Visitor, seconds: float) -> list[int]:
        """Let somebody write for so long; return the messages' ids."""
        written, end = [], time.perf_counter() + seconds
        while time.perf_counter() < end:
            mark = str(len(self.sent)).encode()
            self.sent[mark] = time.perf_counter()
            written.append(await visitor.write(f"mark#{mark.decode()}# де замовлення?"))
            await asyncio.sleep(1 / EVERY)
        return written

    async def lateness(self, since: int = 0) -> float:
        """Return the 99th hundredth of what it took, once all of it is shown everywhere."""
        async with asyncio.timeout(60):
            while len(self.took) < len(self.sent) * QUICK:  # noqa: ASYNC110  # Told by others.
                await asyncio.sleep(0.05)
        return percentile(self.took[since:], 99)


async def test_of_two_hundred_consoles_ten_read_nothing_and_nobody_is_the_worse_for_it(
    start_desk: StartDesk, database: Place
) -> None:
    have_files_for(QUICK + SLOW)
    stored, url = stored_at(database)
    changes = {**UNLIMITED, **stored, "conversation.max_length": 5000}
    desk = await asyncio.to_thread(start_desk, changes, url)
    agents = [await _agent(desk, link) for link in desk.links.values()]
    begun = str(agents[0].session["cursor"])
    missed = await _missed(desk)
    visitor = await Visitor.arrive(desk.url)
    hall = Hall()
    async with _quick(hall, agents, await _now(agents[0])):
        before = await hall.write(visitor, CALM)
        calm, counted = await hall.lateness(), len(hall.took)
        memory = pss(desk.pid)
        slow = [await _slow(agents[n % len(agents)], begun) for n in range(SLOW)]
        watch = asyncio.create_task(_most(desk))
        meanwhile = await hall.write(visitor, PATIENCE + 3 * LOOK)
        lateness = await hall.lateness(since=counted)
        watch.cancel()
        most = await watch
        told = [await _all_of(one, agents[0], meanwhile[-1]) for one in slow]
    visitor.wire.close()

    written = sorted([*missed, *before, *meanwhile])
    for one in told:
        assert [message for message in one if message in set(written)] == written
    assert lateness < max(0.2, 3 * calm)
    assert most - memory < COSTS


async def _missed(desk: RunningDesk) -> list[int]:
    """Let several visitors write at length, while nobody is there; return the messages' ids."""

    async def write() -> list[int]:
        visitor = await Visitor.arrive(desk.url)
        with contextlib.closing(visitor.wire):
            return [await visitor.write(LONG_WORD) for _ in range(MISSED // VISITORS)]

    written = await asyncio.gather(*(write() for _ in range(VISITORS)))
    return [message for some in written for message in some]


@contextlib.asynccontextmanager
async def _quick(hall: Hall, agents: Sequence[AgentAtConsole], cursor: str) -> AsyncIterator[None]:
    """Have those who read at their consoles for as long as the context lasts."""
    ears = []
    for number in range(QUICK):
        one = agents[number % len(agents)]
        ears.append(await Ear.follow(one.url, one.cookie, cursor, hall.console()))
    try:
        yield
    finally:
        for ear in ears:
            ear.close()


async def _agent(desk: RunningDesk, link: str) -> AgentAtConsole:
    agent = await AgentAtConsole.sign_in(desk.url, link)
    # The server keeps no line for long that stands idle.
    agent.wire.close()
    return agent


async def _now(agent: AgentAtConsole) -> str:
    wire = await Wire.open(agent.url)
    with contextlib.closing(wire):
        session = await wire.json("GET", "/api/session", Cookie=agent.cookie)
    return str(session["cursor"])


async def _slow(agent: AgentAtConsole, cursor: str) -> Sloth:
    headers = {"Cookie": agent.cookie, "Origin": agent.url}
    address = agent.url.removeprefix("http://")
    return await Sloth.follow(address, f"/api/live?after={cursor}", headers)


async def _most(desk: RunningDesk) -> float:
    """Return the most memory that was taken (MiB), until it is told to stop."""
    most = 0.0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            most = max(most, await asyncio.to_thread(pss, desk.pid))
            await asyncio.sleep(0.25)
    return most


async def _all_of(slow: Sloth, agent: AgentAtConsole, last: int) -> list[int]:
    """Read what is left for who was let go, come back, and return all that was told."""
    with contextlib.closing(slow):
        await slow.rest()
    assert slow.code == TOO_SLOW
    assert last not in slow.messages
    with contextlib.closing(await _slow(agent, slow.cursor)) as again:
        await again.until(last)
    return slow.messages + again.messages
