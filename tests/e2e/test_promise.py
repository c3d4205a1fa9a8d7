"""The promise: what was acknowledged is kept, once and in order, whenever the program dies."""

import asyncio
import contextlib
import functools
import os
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.async_api import Error, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually
from tests.e2e.writers import Answerer, Reader, Taken, Writer
from tests.people import AgentAtConsole, Visitor

desk = desk_of_module({"channels.site.messages_per_minute": 1_000_000})
SEED = int(os.environ.get("PROMISE_SEED") or random.SystemRandom().randrange(1_000_000))
VISITORS = 20
READERS = 6
KILLS = 5
# However slow the machine, it ends: fewer kills prove less, and none proves nothing.
SECONDS = 40
LEAST_KILLS = 2
BETWEEN_KILLS = 60
RECONNECT_MS = 40_000


@dataclass(slots=True)
class Typist:
    """A visitor at a real browser who writes on and on."""

    visitor: Visitor
    name: str
    written: list[str] = field(default_factory=list)

    async def go_on(self, stop: asyncio.Event, chance: random.Random) -> None:
        """Write until told to stop, whether or not there is anybody to take it."""
        while not stop.is_set():
            text = f"{self.name} друкує {len(self.written)}"
            await self.visitor.write(text)
            self.written.append(text)
            await asyncio.sleep(chance.uniform(0, 0.3))

    async def has_sent_all(self) -> None:
        """Wait until the browser shows everything as sent."""
        waiting = self.visitor.log.locator("[data-mark=queued], [data-mark=failed]")
        await expect(waiting).to_have_count(0, timeout=RECONNECT_MS)


async def lines(visitor: Visitor) -> list[str]:
    """Return everything that is said in the log, in order, both sides."""
    return await visitor.log.locator(".line:not(:has(.greeting)) .bubble").all_inner_texts()


@dataclass(slots=True)
class Crowd:
    """Everybody who writes."""

    writers: list[Writer]
    readers: list[Reader]
    answerer: Answerer
    typists: list[Typist]

    def acknowledged(self) -> int:
        """Return how many messages the program has promised to keep."""
        answers = sum(len(one) for one in self.answerer.taken.values())
        return answers + sum(len(one.taken) for one in self.writers)


async def kill_now_and_then(desk: RunningDesk, crowd: Crowd, chance: random.Random) -> int:
    """Kill the program at random moments while everybody writes; return how often."""
    end = time.monotonic() + SECONDS
    kills = 0
    while kills < KILLS and (kills < LEAST_KILLS or time.monotonic() < end):
        enough = crowd.acknowledged() + BETWEEN_KILLS

        async def busy(enough: int = enough) -> bool:
            return crowd.acknowledged() >= enough

        await eventually(busy, within=30)
        await asyncio.sleep(chance.uniform(0, 0.5))
        # A promise made too early shows best in the moment after it was made.
        if kills % 2 == 0:
            await next_promise(crowd)
        desk.kill()
        kills += 1
        await asyncio.to_thread(desk.start)
    return kills


async def next_promise(crowd: Crowd) -> None:
    """Wait, as closely as can be, until the next message is acknowledged."""
    before = crowd.acknowledged()
    while crowd.acknowledged() == before:  # noqa: ASYNC110  # An event would come a turn later.
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def at_work(crowd: Crowd, numbers: list[int], chance: random.Random) -> AsyncIterator[None]:
    """Let everybody write until the block ends, and have the last message acknowledged."""
    stop = asyncio.Event()
    work = [one.go_on(stop, chance) for one in crowd.writers]
    work += [one.go_on(stop, chance) for one in crowd.typists]
    work.append(crowd.answerer.go_on(numbers, stop, chance))
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)
        try:
            yield
        finally:
            stop.set()


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_whatever_was_acknowledged_is_there_once_and_in_order_after_every_kill(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    print(f"PROMISE_SEED={SEED}")  # noqa: T201  # It is shown with a failure, and repeats it.
    chance = random.Random(SEED)
    async with (
        httpx.AsyncClient(base_url=desk.url, timeout=60) as http,
        Answerer.of(agents.api()) as answerer,
    ):
        writers = [await Writer.arrive(http, f"Відвідувач {n:02}") for n in range(VISITORS)]
        for writer in writers:
            await writer.write()
        typists = [
            Typist(await arrived(await new_context(), desk, name), name) for name in ("Ада", "Лін")
        ]
        for typist in typists:
            await typist.visitor.write("Починаю")
            typist.written.append("Починаю")
            await typist.has_sent_all()
        numbers = {
            row["conversation"]["contact"]["name"]: row["conversation"]["id"]
            for row in agents.api().get("conversations", folder="all", limit=100)["rows"]
        }
        console = await agents.at_console(await new_context())
        await look_at(console, numbers["Ада"])
        readers = [Reader(one, desk.url, one.cursor) for one in writers[:READERS]]
        crowd = Crowd(writers, readers, answerer, typists)
        async with following(readers):
            async with at_work(crowd, list(numbers.values()), chance):
                kills = await kill_now_and_then(desk, crowd, chance)
            assert kills >= LEAST_KILLS
            await check_what_is_kept(crowd, numbers)
            await check_those_who_follow(crowd)
        await check_browsers(crowd, numbers)
        await check_console(agents, console, crowd, numbers)
    for fault in ("ERR_", "WebSocket connection", "Failed to load resource"):
        page_errors.allow(fault)


async def look_at(console: AgentAtConsole, conversation: int) -> None:
    """Open a conversation by its address: in a long list its row may not be drawn."""
    await console.page.goto(f"{console.page.url.partition('/console')[0]}/console/c/{conversation}")
    await console.thread.locator(".msg").first.wait_for()


@contextlib.asynccontextmanager
async def following(readers: list[Reader]) -> AsyncIterator[None]:
    """Let the readers follow until the block ends."""
    tasks = [asyncio.create_task(one.follow()) for one in readers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert not [one for one in ended if not isinstance(one, asyncio.CancelledError)]


def said(messages: list[Any], kind: str) -> list[tuple[int, str]]:
    """Return the messages of one kind, as ids and texts."""
    return [(one["id"], one["text"]) for one in messages if one["kind"] == kind]


def promised(taken: list[Taken]) -> list[tuple[int, str]]:
    """Return the same of what was acknowledged."""
    return [(one.id, one.text) for one in taken]


async def check_what_is_kept(crowd: Crowd, numbers: dict[str, int]) -> None:
    """Check the agent's view of every conversation against what was acknowledged."""
    for typist in crowd.typists:
        await typist.has_sent_all()
    for name, number in numbers.items():
        kept = await crowd.answerer.thread_now(number)
        answers = promised(crowd.answerer.taken.get(number, []))
        assert said(kept, "outgoing") == answers, f"{name}: answers"
        incoming = said(kept, "incoming")
        # Of a browser we know what was typed; of the others, which ids they were told too.
        by_id = [promised(one.taken) for one in crowd.writers if one.name == name]
        typed = [one.written for one in crowd.typists if one.name == name]
        assert by_id == [incoming] or typed == [[text for _, text in incoming]], f"{name}: messages"


async def check_those_who_follow(crowd: Crowd) -> None:
    """Check that what came over a broken line is what a fresh load brings."""
    for reader in crowd.readers:
        fresh = {one["id"]: one for one in await reader.writer.thread_now()}

        async def caught_up(reader: Reader = reader, fresh: dict[int, Any] = fresh) -> bool:
            return reader.messages.keys() == fresh.keys()

        await eventually(caught_up)
        assert sorted(reader.messages) == list(fresh)
        for number, one in reader.messages.items():
            assert one["text"] == fresh[number]["text"]


async def check_browsers(crowd: Crowd, numbers: dict[str, int]) -> None:
    """Check that what each browser shows is what one sees who comes now, and what is kept."""
    for typist in crowd.typists:
        kept = await crowd.answerer.thread_now(numbers[typist.name])
        expected = [one["text"] for one in kept if one["kind"] in ("incoming", "outgoing")]
        bubbles = typist.visitor.log.locator(".line:not(:has(.greeting)) .bubble")
        await expect(bubbles).to_have_count(len(expected))
        assert await lines(typist.visitor) == expected
        fresh = Visitor(await typist.visitor.page.context.new_page())
        await fresh.page.goto(typist.visitor.page.url)
        await fresh.open()
        await fresh.sees(expected[-1])
        seen = await lines(fresh)
        # A fresh load begins with the newest page of the thread.
        assert seen == expected[-len(seen) :]
        assert len(seen) >= min(len(expected), 30)


async def check_console(
    agents: Agents, console: AgentAtConsole, crowd: Crowd, numbers: dict[str, int]
) -> None:
    """Check the end of the thread in a console that was open all the time, and in a new one."""
    kept = await crowd.answerer.thread_now(numbers["Ада"])
    newest = [one["text"] for one in kept if one["kind"] in ("incoming", "outgoing")][-3:]
    fresh = await agents.at_console(console.page.context)
    await expect(console.thread.locator(".msg .rt").last).to_have_text(newest[-1])
    await look_at(fresh, numbers["Ада"])
    for one in (console, fresh):
        await eventually(functools.partial(ends_with, one, newest))


async def ends_with(console: AgentAtConsole, newest: list[str]) -> bool:
    """Say whether these are the last that a console shows, having gone to the end of the thread."""
    # Of what nobody has looked at, a new one shows the beginning first.
    if await console.page.locator(".to-end").is_visible():
        with contextlib.suppress(Error):
            await console.page.locator(".to-end").click(timeout=1_000)
    return (await console.thread.locator(".msg .rt").all_inner_texts())[-3:] == newest
