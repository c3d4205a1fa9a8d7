"""What processes hear of each other, and what they see whether they hear it or not."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
import psycopg
import pytest

from bridge.clock import Clock
from bridge.db import Server
from bridge.events import EventHub, Whisper
from bridge.processes import neighbours
from bridge.processes.neighbours import Neighbours, Told
from bridge.store import log
from bridge.store.transactions import News, Store, Tx
from tests import postgres
from tests.databases import until


def append(tx: Tx, kind: str = "counted") -> int:
    tx.wake("counting")
    return log.append(tx, kind)


class Process:
    """A store, a hub and a line to the others."""

    def __init__(self, server: Server, number: int) -> None:
        """Hear nothing yet."""
        self.store = Store(server, clock=Clock(), known_as=number, on_commit=self._committed)
        self.hub = EventHub(
            self.store, found=lambda events: self.found.extend(e.id for e in events)
        )
        self.found: list[int] = []
        self.told: list[Told] = []
        self.missed = 0
        self.neighbours = Neighbours(
            self.store, server, number, heard=self._heard, missed=self._missed, look=self.hub.wake
        )
        self.store.before_commit = self.neighbours.before_commit
        self.hub.on_whisper = self.neighbours.whisper

    def _committed(self, news: News) -> None:
        self.hub.committed(news.events)

    def _heard(self, told: Told) -> None:
        self.told.append(told)
        if told.whisper is not None:
            self.hub.heard(told.whisper)
        self.hub.wake()

    def _missed(self) -> None:
        self.missed += 1
        self.hub.wake()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Process"]:
        """Listen until the context ends."""
        await self.hub.start()
        work = [asyncio.create_task(one) for one in (self.hub.run(), self.neighbours.run())]
        await until(lambda: self.neighbours.is_listening)
        try:
            yield self
        finally:
            for one in work:
                one.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await self.store.close()


@asynccontextmanager
async def _two() -> AsyncIterator[tuple[Server, Process, Process]]:
    server = postgres.lent()
    try:
        one, other = Process(server, 1), Process(server, 2)
        async with one.running(), other.running():
            yield server, one, other
    finally:
        postgres.given_back(server)


async def _follow(process: Process, seen: list[int]) -> None:
    async for step in process.hub.follow(process.hub.cursor()):
        seen.extend(event.id for event in step.events)


async def test_what_all_commit_everybody_sees_once_and_in_the_order_of_the_log() -> None:
    async with _two() as (_, one, other):
        seen: tuple[list[int], list[int]] = ([], [])
        following = [
            asyncio.create_task(_follow(process, ids))
            for process, ids in zip((one, other), seen, strict=True)
        ]
        await asyncio.sleep(0)
        ids: list[int] = []
        for _ in range(40):
            ids += await asyncio.gather(*(p.store.write(append) for p in (one, other) * 3))
        await until(lambda: all(len(each) == len(ids) for each in seen))
        assert seen == (sorted(ids), sorted(ids))
        for task in following:
            task.cancel()


async def test_a_commit_is_heard_of_by_the_others_with_its_topics_and_not_by_its_own() -> None:
    async with _two() as (_, one, other):
        began = time.monotonic()
        await one.store.write(append)
        await until(lambda: bool(other.told))
        assert time.monotonic() - began < 0.9
        (told,) = other.told
        assert (told.by, told.topics, told.events) == (1, ["counting"], True)
        assert one.told == []


async def test_what_a_command_beside_the_program_commits_is_seen_within_seconds() -> None:
    async with _two() as (server, one, other):
        beside = Store(server, clock=Clock())
        await beside.write(append)
        await beside.close()
        await until(lambda: len(one.found) == len(other.found) == 1, seconds=5)
        assert one.told == other.told == []


async def test_a_whisper_reaches_those_who_follow_elsewhere_and_is_kept_nowhere() -> None:
    async with _two() as (_, one, other):
        whispers: list[Whisper] = []

        async def follow() -> None:
            async for step in other.hub.follow(other.hub.cursor()):
                whispers.extend(step.whispers)

        following = asyncio.create_task(follow())
        await asyncio.sleep(0)
        told = Whisper("agent_typing", conversation_id=7, agent_id="anna")
        one.hub.whisper(told)
        await until(lambda: whispers == [told])
        assert one.found == other.found == []
        following.cancel()


def cut_lines(server: Server) -> None:
    """Have the server hang up on whoever listens."""
    with psycopg.connect(server.url, autocommit=True) as outside:
        outside.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )


async def test_a_line_that_is_cut_comes_back_and_what_was_missed_is_looked_for() -> None:
    async with _two() as (server, one, other):
        before = other.missed
        cut_lines(server)
        await one.store.write(append)
        await until(lambda: len(other.found) == 1)
        await until(lambda: other.missed > before and other.neighbours.is_listening)
        await one.store.write(append, "again")
        await until(lambda: len(other.found) == 2)
        seen: Callable[[], bool] = lambda: any(one.events for one in other.told)  # noqa: E731
        await until(seen)


async def test_of_a_line_that_is_cut_after_the_end_nobody_is_warned(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It looks up from its line no sooner, so that it is there when that is cut.
    monkeypatch.setattr(neighbours, "LOOK", 60.0)
    before = set(threading.enumerate())
    server = postgres.lent()
    async with Process(server, 1).running():
        (listening,) = (
            one for one in set(threading.enumerate()) - before if one.name == "neighbours"
        )
    cut_lines(server)
    await until(lambda: not listening.is_alive())
    postgres.given_back(server)
    assert "is down" not in caplog.text


async def test_a_whisper_that_all_have_heard_another_way_is_not_told_by_the_server() -> None:
    async with _two() as (_, one, other):
        aside: list[bytes] = []
        reaches = True

        async def told(said: bytes) -> bool:
            aside.append(said)
            other.neighbours.overheard(said)
            return reaches

        one.neighbours.aside = told
        one.hub.whisper(Whisper("typing", agent_id="anna"))
        await until(lambda: len(other.told) == 1)
        await asyncio.sleep(0.3)
        assert len(other.told) == 1
        # One that not all have heard goes the other way as well: twice is no harm.
        reaches = False
        one.hub.whisper(Whisper("typing", agent_id="pavel"))
        await until(lambda: len(other.told) == 3)
        assert [told.whisper and told.whisper.agent_id for told in other.told] == [
            "anna",
            "pavel",
            "pavel",
        ]


async def test_only_whispers_are_taken_from_another_way_and_never_ones_own() -> None:
    async with _two() as (_, one, _other):
        hear = one.neighbours.overheard
        hear(b"not even json")
        hear(msgspec.json.encode(Told(2, topics=["leases"], events=True)))
        hear(msgspec.json.encode(Told(1, whisper=Whisper("typing"))))
        assert one.told == []
        hear(msgspec.json.encode(Told(2, ["leases"], events=True, whisper=Whisper("typing"))))
        assert one.told == [Told(2, whisper=Whisper("typing"))]


@pytest.mark.parametrize("said", [b"", b"\xff", b'{"by":1,"x":' + b"[" * 3000 + b"]" * 3000 + b"}"])
async def test_what_is_no_word_of_a_process_is_not_heard_and_the_line_stays(said: bytes) -> None:
    async with _two() as (_, one, _):
        one.neighbours.overheard(said)
        assert one.told == []
