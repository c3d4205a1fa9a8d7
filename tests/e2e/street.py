"""Two webs and two workers behind a web server, and those who write through it all the time."""

import asyncio
import random
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.deploy.proxies import Caddy, Nginx, Proxy, answered
from tests.desk import RunningDesk
from tests.e2e.house import AgentApi
from tests.e2e.town import Town, check_ledger, known, shared_out, town_in, until
from tests.e2e.writers import Answerer, Reader, Writer
from tests.people import AgentAtConsole, Visitor

# What a browser says of a server that is away for a moment.
AWAY = ("Failed to load resource", "WebSocket connection")
SEED = 7
# Between the messages of each who writes without a browser, in seconds at most.
PAUSE = 0.5
# Bots may say no more than one message a second to each of their customers.
PAUSE_OF_BOTS = 0.8


@dataclass(slots=True)
class Street:
    """The town, and the web server that is all that browsers know of it."""

    town: Town
    front: Proxy
    # Which of the answers were given while one of the webs was away.
    alone: list[range] = field(default_factory=list)

    def web(self) -> RunningDesk:
        """Return what knows the way in, as any of them does."""
        return self.town.fleet.desks[0]

    @asynccontextmanager
    async def without(self, desk: RunningDesk, end: Callable[[], None]) -> AsyncIterator[None]:
        """End a process in this way, and start it again as the context ends."""
        since = self._answered()
        await asyncio.to_thread(end)
        yield
        await asyncio.to_thread(desk.start)
        if desk in self.town.fleet.desks[:2]:
            self.alone.append(range(since, self._answered()))

    def _answered(self) -> int:
        return len(answered(self.front)) if isinstance(self.front, Nginx) else 0


@pytest_asyncio.fixture(params=[Nginx, Caddy], ids=["nginx", "caddy"], loop_scope="session")
async def street(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Street]:
    """Return the processes, running behind a web server that leads to both webs."""
    (folder := tmp_path / "proxy").mkdir()
    front: Proxy = request.param(folder, ())
    more = {"server.public_url": front.url, "server.trusted_proxies": ["127.0.0.1"]}
    async with town_in(tmp_path, more) as town:
        webs = await asyncio.to_thread(town.start, "web", "web", "worker", "worker")
        front.leads_to = [one.port for one in webs[:2]]
        with front.running():
            monkeypatch.setenv("SSL_CERT_FILE", str(front.authority))
            await shared_out(town)
            yield Street(town, front)


@dataclass(slots=True)
class Talk:
    """A visitor at a browser, an agent at another, and all that they said, in order."""

    visitor: Visitor
    anna: AgentAtConsole
    said: list[str] = field(default_factory=list)

    @classmethod
    async def begin(cls, new_context: OpenContext, desk: RunningDesk) -> "Talk":
        """Have them meet; the pages are marked, so that it shows if they are loaded afresh."""
        visitor = await Visitor.arrive(await new_context(ignore_https_errors=True), desk)
        await visitor.open()
        await visitor.introduce("Соломія")
        await visitor.write("Чи є чашка?")
        office = await new_context(ignore_https_errors=True)
        anna = await AgentAtConsole.sign_in(office, desk, "anna")
        await anna.open("Соломія")
        await anna.take()
        talk = cls(visitor, anna, ["Чи є чашка?"])
        for page in (visitor.page, anna.page):
            await page.evaluate("window.stayed = true")
        await visitor.log.evaluate("() => { window.stayed = true }")
        return talk

    async def go_on(self, what: str) -> None:
        """Have the visitor ask and the agent answer, each once they see the other's."""
        await self.visitor.write(asked := f"питання, {what}")
        await self.anna.sees(asked)
        await self.anna.reply(told := f"відповідь, {what}")
        await self.visitor.sees(told)
        self.said += [asked, told]

    async def check(self) -> None:
        """See that both have all of it once and in order, on the pages that they began with."""
        for page in (self.visitor.page, self.anna.page):
            assert await page.evaluate("window.stayed")
        assert await self.visitor.log.evaluate("() => window.stayed")
        for log in (self.visitor.log, self.anna.thread):
            await expect(log.locator("[data-mark=queued], [data-mark=sending]")).to_have_count(0)
            # Of a long thread the page keeps what is near.
            shown = await self._in(log)
            assert shown == self.said[-len(shown) :]
            assert len(shown) >= min(len(self.said), 10)

    async def _in(self, log: Locator) -> list[str]:
        # What is out of sight has a text, but none that is painted.
        return re.findall("|".join(map(re.escape, self.said)), await log.text_content() or "")


@dataclass(slots=True)
class Load:
    """Those who write without a browser, through the web server."""

    town: Town
    writers: list[Writer]
    readers: list[Reader]
    pavel: Answerer
    numbers: dict[str, int]
    sent: dict[str, list[str]] = field(default_factory=dict)
    wrote: dict[str, list[str]] = field(default_factory=dict)
    slowest: float = 0.0

    async def visitor(self, writer: Writer, stop: asyncio.Event, chance: random.Random) -> None:
        """Have a visitor of the site write."""
        while not stop.is_set():
            began = time.monotonic()
            await writer.write()
            self.slowest = max(self.slowest, time.monotonic() - began)
            await asyncio.sleep(chance.uniform(0, PAUSE))

    async def bots(self, stop: asyncio.Event, chance: random.Random) -> None:
        """Have a customer of a bot write, and be answered."""
        customers = [one for some in self.town.people.values() for one in some]
        while not stop.is_set():
            one = chance.choice(customers)
            name = one.user.first_name
            asked = self.wrote.setdefault(name, [])
            one.write(f"{name}: вопрос {len(asked)}")
            asked.append(f"{name}: вопрос {len(asked)}")
            told = self.sent.setdefault(name, [])
            await self.pavel.answer(self.numbers[name], f"{name}: ответ {len(told)} 🙂")
            told.append(f"{name}: ответ {len(told)} 🙂")
            await asyncio.sleep(chance.uniform(0, PAUSE_OF_BOTS))

    async def site(self, stop: asyncio.Event, chance: random.Random) -> None:
        """Have the visitors of the site answered."""
        mine = [self.numbers[one.name] for one in self.writers]
        while not stop.is_set():
            number = chance.choice(mine)
            told = len(self.pavel.taken.get(number, ()))
            await self.pavel.answer(number, f"{number}: ответ {told}")
            await asyncio.sleep(chance.uniform(0, PAUSE))

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Have all of them write until the context ends; then all is taken."""
        chance, stop = random.Random(SEED), asyncio.Event()
        following = [asyncio.create_task(one.follow()) for one in self.readers]
        works = [self.bots(stop, chance), self.site(stop, chance)]
        works += [self.visitor(one, stop, chance) for one in self.writers]
        writing = [asyncio.create_task(one) for one in works]
        try:
            yield
            stop.set()
            await asyncio.gather(*writing)
            await self._follow_to_the_end()
            assert not [one for one in following if one.done()]
        finally:
            for one in (*following, *writing):
                one.cancel()
            await asyncio.gather(*following, *writing, return_exceptions=True)

    async def _follow_to_the_end(self) -> None:
        whole = {one.name: {m["id"] for m in await one.thread_now()} for one in self.writers}

        def gaps() -> list[set[int]]:
            return [whole[one.writer.name] - one.messages.keys() for one in self.readers]

        await until(lambda: not any(gaps()), seconds=30, why=gaps)

    async def check(self, uncertain: int) -> None:
        """See that all of it is there, once and in order."""
        for writer in self.writers:
            number = self.numbers[writer.name]
            page = [one["text"] for one in await self.pavel.thread_now(number)]
            ours = [one.text for one in writer.taken]
            assert only(page, ours) == ours
            told = [one.text for one in self.pavel.taken[number]]
            assert only(page, told) == told
            shown = [one["text"] for one in await writer.thread_now()]
            assert (only(shown, ours), only(shown, told)) == (ours, told)
        for name, asked in self.wrote.items():
            thread = [one["text"] for one in await self.pavel.thread_now(self.numbers[name])]
            assert only(thread, asked) == asked
        check_ledger(self.town, self.sent, uncertain)

    def line(self, restarts: int, kills: int, ends: Mapping[str, int]) -> str:
        """Return what was done in a line; what was lost or doubled fails the test elsewhere."""
        came = sum(len(one.taken) for one in self.writers) + sum(map(len, self.wrote.values()))
        went = sum(map(len, self.pavel.taken.values()))
        ended = ", ".join(f"{state} {count}" for state, count in sorted(ends.items()))
        return (
            f"postgresql, rolling restart, several processes, seed {SEED}: in {came}, out {went}, "
            f"faults (SIGTERM {restarts}, kill -9 {kills}), answers {ended}, "
            f"slowest {self.slowest:.1f} s"
        )


def only(texts: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return those of the texts that are wanted, as often as they are there."""
    known = set(wanted)
    return [one for one in texts if one in known]


@asynccontextmanager
async def load_on(street: Street) -> AsyncIterator[Load]:
    """Have everybody arrive who writes without a browser."""
    town, trusted = street.town, ssl.create_default_context(cafile=street.front.authority)
    numbers = await known(town, town.customers(2))
    agent = await asyncio.to_thread(AgentApi.sign_in, street.web(), "pavel")
    town.agents.append(agent)
    async with (
        httpx.AsyncClient(base_url=street.front.url, verify=trusted, timeout=60) as http,
        Answerer.of(agent) as pavel,
    ):
        writers = [await Writer.arrive(http, name) for name in ("Остап", "Іван")]
        for one in writers:
            await one.write()
            numbers[one.name] = await asyncio.to_thread(agent.conversation, one.name)
        readers = [Reader(one, street.front.url, one.cursor) for one in writers]
        yield Load(town, writers, readers, pavel, numbers)
