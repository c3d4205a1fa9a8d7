"""Several processes on one PostgreSQL: what each commits all see, and one does what only one may.

The processes are real, and the model platforms keep the ledger of what has reached customers.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bridge.sandbox.faults import Fault
from tests.desk import RunningDesk
from tests.e2e.house import AgentApi, logs_of
from tests.e2e.town import Town, check_ledger, known, settled, shared_out, town_in, until
from tests.e2e.writers import GONE, Answerer, Reader, Writer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# For so long (s) a process stands still: longer than it is believed to live without a word.
STANDS_STILL = 13.0
# An answer that is under way when a process is stopped, in seconds.
SLOW = 3.0


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Return the processes to be, between two bots."""
    async with town_in(tmp_path) as one:
        yield one


# --- seeing ---


@dataclass
class ConsoleLine:
    """A console's websocket and nothing else: what it is told is all it knows."""

    api: AgentApi
    url: str
    after: str
    seen: list[int] = field(default_factory=list)
    presence: dict[str, bool] = field(default_factory=dict)
    typing: list[Any] = field(default_factory=list)
    viewing: dict[int, list[str]] = field(default_factory=dict)
    shows: int | None = None
    resets: int = 0
    closes: list[int] = field(default_factory=list)

    async def follow(self) -> None:
        """Follow for ever, going on from the last cursor whenever the line breaks."""
        cookies = "; ".join(f"{key}={one}" for key, one in self.api.http.cookies.items())
        while True:
            address = f"{self.url.replace('http', 'ws', 1)}/api/live?after={self.after}"
            headers = {"cookie": cookies}
            try:
                async with connect(
                    address,
                    origin=self.url,  # type: ignore[arg-type]  # An origin is text.
                    additional_headers=headers,
                    close_timeout=0.2,
                ) as socket:
                    if self.shows is not None:
                        looks = {"type": "viewing", "conversation_id": self.shows}
                        await socket.send(json.dumps(looks))
                    async for text in socket:
                        self._take(json.loads(text))
                    self.closes.append(socket.close_code or 0)
            except ConnectionClosed as error:
                self.closes.append(error.rcvd.code if error.rcvd else 0)
            except GONE:
                pass
            await asyncio.sleep(0.05)

    def _take(self, frame: Any) -> None:
        if frame["type"] == "changes":
            self.after = frame["cursor"]
            self.seen.extend(one["id"] for one in frame["messages"])
        elif frame["type"] == "reset":
            self.resets += 1
        elif frame["type"] == "presence":
            self.presence |= {
                one["id"]: one["online"] for one in frame["agents"] if "online" in one
            }
        elif frame["type"] == "typing":
            self.typing.append(frame)
        elif frame["type"] == "viewing":
            self.viewing[frame["conversation_id"]] = frame["agents"]


@contextlib.asynccontextmanager
async def following(*works: Any) -> AsyncIterator[None]:
    """Have these follow until the context ends."""
    tasks = [asyncio.create_task(one) for one in works]
    try:
        yield
    finally:
        for one in tasks:
            one.cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
    assert not [one for one in found if isinstance(one, Exception)], found


async def test_a_widget_and_a_console_see_what_any_process_commits_without_a_gap(
    town: Town,
) -> None:
    left, right, *_ = await asyncio.to_thread(town.start, "web", "web", "worker")
    await shared_out(town, workers=1)
    anna, pavel = town.sign_in(left, "anna"), town.sign_in(right, "pavel")
    chance, stop = random.Random(3), asyncio.Event()
    async with (
        httpx.AsyncClient(base_url=left.url, timeout=60) as here,
        httpx.AsyncClient(base_url=right.url, timeout=60) as there,
        Answerer.of(anna) as hers,
        Answerer.of(pavel) as his,
    ):
        writers = [
            await Writer.arrive(http, name)
            for http, name in ((here, "Соломія"), (there, "Остап"), (here, "Іван"))
        ]
        for one in writers:
            await one.write()
        # Each widget follows at the process that its visitor does not write to.
        readers = [
            Reader(one, right.url if one.http is here else left.url, one.cursor) for one in writers
        ]
        cursor = anna.get("conversations", folder="all")["cursor"]
        consoles = [ConsoleLine(anna, left.url, cursor), ConsoleLine(pavel, right.url, cursor)]
        numbers = [anna.conversation(one.name) for one in writers]
        before = {one["id"] for number in numbers for one in anna.messages(number)}
        async with following(
            *(one.follow() for one in readers), *(one.follow() for one in consoles)
        ):
            # Bots see whose console is open wherever it is.
            everybody = {"anna": True, "pavel": True}
            await until(lambda: all(one.presence == everybody for one in consoles))
            works = [one.go_on(stop, chance) for one in writers]
            # Whoever answers has the conversation.
            works += [hers.go_on(numbers[:1], stop, chance), his.go_on(numbers[1:], stop, chance)]
            tasks = [asyncio.create_task(one) for one in works]
            await asyncio.sleep(6)
            stop.set()
            await asyncio.gather(*tasks)
            whole = {one.name: await one.thread_now() for one in writers}
            threads = [await hers.thread_now(number) for number in numbers]
            told = {one["id"] for thread in threads for one in thread}

            def missing() -> list[Any]:
                widgets = [
                    {one["id"] for one in whole[reader.writer.name]} - reader.messages.keys()
                    for reader in readers
                ]
                return [*widgets, *(told - before - set(one.seen) for one in consoles)]

            await until(lambda: not any(missing()), seconds=20, why=missing)
            assert sum(len(one.taken) for one in writers) > 30
            for line in consoles:
                assert line.resets == 0
                first_seen = list(dict.fromkeys(line.seen))
                assert first_seen == sorted(first_seen)
            # Somebody goes: the other console is told of it, by the other process.
        async with following(consoles[0].follow()):
            await until(lambda: consoles[0].presence == {"anna": True, "pavel": False})


async def test_a_bot_is_polled_by_one_process_and_another_takes_over_within_seconds_of_its_death(
    town: Town,
) -> None:
    web, *_ = await asyncio.to_thread(town.start, "web", "worker", "worker")
    await shared_out(town)
    customers = town.customers(3)
    numbers = await known(town, customers)
    chance, sent = random.Random(5), dict[str, list[str]]()
    async with Answerer.of(town.sign_in(web, "anna")) as anna:
        for turn in range(3):
            victim = town.owning("inbox:one_tg")
            for _ in range(12):
                one = chance.choice(customers)
                one.write(f"вопрос {turn}")
                text = f"ответ {sum(map(len, sent.values()))} 🙂"
                await anna.answer(numbers[one.user.first_name], text)
                sent.setdefault(one.user.first_name, []).append(text)
            await asyncio.to_thread(victim.kill)
            began = time.monotonic()
            await shared_out(town, workers=1)
            assert time.monotonic() - began < 8
            await asyncio.to_thread(town.start, "worker")
            await shared_out(town)
    ends = await settled(town)
    assert ends.keys() <= {"sent", "uncertain", "delivered", "read"}
    asked = "SELECT count(*) FROM messages WHERE kind = 'incoming'"
    wrote = sum(
        1 for one in customers for m in one.chat.messages.values() if not m["from"]["is_bot"]
    )
    await until(lambda: town.fleet.ask(asked)[0][0] == wrote)
    check_ledger(town, sent, ends["uncertain"])
    # Telegram refuses a second poller of one bot, and would have said so.
    assert not any("terminated by other getUpdates" in logs_of(one) for one in town.fleet.desks)


async def test_a_process_that_stood_still_for_long_writes_and_sends_nothing_when_it_wakes(
    town: Town,
) -> None:
    web, *_ = await asyncio.to_thread(town.start, "web", "worker", "worker")
    await shared_out(town)
    customers = town.customers(2)
    numbers = await known(town, customers)
    watched(town)
    one = town.people["one_tg"][0]
    sent = {one.user.first_name: ["в пути", "после"]}
    async with Answerer.of(town.sign_in(web, "anna")) as anna:
        paused = town.owning("inbox:one_tg")
        town.telegram.faults.plan("sendMessage", Fault(delay=SLOW, after_effect=True))
        await anna.answer(numbers[one.user.first_name], "в пути")
        await until(lambda: one.texts[-1:] == ["в пути"], seconds=10)
        os.kill(paused.pid, signal.SIGSTOP)
        stopped = time.monotonic()
        await shared_out(town, workers=1)
        assert time.monotonic() - stopped < STANDS_STILL
        await anna.answer(numbers[one.user.first_name], "после")
        one.write("Вы ещё тут?")
        await until(lambda: one.texts[-1:] == ["после"], seconds=20)
        await asyncio.sleep(max(0.0, STANDS_STILL - (time.monotonic() - stopped)))
        os.kill(paused.pid, signal.SIGCONT)
        # Its poll comes back, its send is answered: none of it is stored.
        await until(lambda: "another process does inbox:one_tg now" in logs_of(paused))
        await asyncio.sleep(2)
        ends = await settled(town)
    assert (ends["uncertain"], ends["sent"]) == (1, 1)
    written = town.fleet.ask("SELECT was_owner, count(*) FROM who_wrote GROUP BY 1")
    assert [was_owner for was_owner, _ in written] == [True], written
    check_ledger(town, sent, 1)
    assert Counter(one.texts) == Counter({"в пути": 1, "после": 1})


# What one process at a time writes, and by which inbox.
_WATCHED = {
    "deliveries": ("UPDATE", "place"),
    "cursors": ("INSERT OR UPDATE", "inbox_id"),
    "inbox_health": ("INSERT OR UPDATE", "inbox_id"),
}


def watched(town: Town) -> None:
    """Have the server write down whether who writes is the owner by the row of the lease."""
    town.fleet.ask("CREATE TABLE who_wrote (of_table TEXT, was_owner BOOLEAN)")
    for table, (when, by) in _WATCHED.items():
        town.fleet.ask(
            f"CREATE FUNCTION note_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608  # Names of ours.
            " INSERT INTO who_wrote SELECT TG_TABLE_NAME, EXISTS (SELECT 1 FROM pg_locks"
            " JOIN leases ON CAST(objid AS BIGINT) = owner WHERE locktype = 'advisory'"
            " AND objsubid = 2 AND granted AND pid = pg_backend_pid()"
            f" AND name = 'inbox:' || NEW.{by}); RETURN NULL; END $$"
        )
        town.fleet.ask(
            f"CREATE TRIGGER noted AFTER {when} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION note_{table}()"
        )


async def test_a_process_that_is_told_to_end_hands_over_at_once_and_sockets_go_on_elsewhere(
    town: Town,
) -> None:
    left, right, worker, _ = await asyncio.to_thread(town.start, "web", "web", "worker", "worker")
    await shared_out(town)
    anna = town.sign_in(left, "anna")
    async with (
        httpx.AsyncClient(base_url=left.url, timeout=60) as http,
        Answerer.of(anna) as hers,
    ):
        writer = await Writer.arrive(http, "Соломія")
        await writer.write()
        reader = Reader(writer, right.url, writer.cursor)
        number = anna.conversation("Соломія")
        line = ConsoleLine(anna, right.url, anna.get("conversations", folder="all")["cursor"])
        async with following(reader.follow(), line.follow()):
            await until(lambda: line.presence.get("anna"))
            await hers.answer(number, "раз")
            await until(lambda: len(reader.messages) == 2)
            began = time.monotonic()
            await asyncio.to_thread(worker.stop)
            await shared_out(town, workers=1)
            assert time.monotonic() - began < 8
            await asyncio.to_thread(right.stop)
            # Service restart: come back (RFC 6455, 7.4.1; registered as 1012).
            assert line.closes == [1012]
            await hers.answer(number, "два")
            reader.url = line.url = left.url
            await hers.answer(number, "три")
            await until(lambda: len(reader.messages) == 4)
            texts = [reader.messages[one]["text"] for one in sorted(reader.messages)]
            assert texts[1:] == ["раз", "два", "три"]
            await until(lambda: len(set(line.seen)) >= 3)
            assert line.resets == 0
    assert len(town.fleet.processes()) == 2


async def test_two_whole_programs_work_side_by_side_and_know_of_each_others_visitors(
    town: Town,
) -> None:
    left, right = await asyncio.to_thread(town.start, "all", "all")
    await shared_out(town)
    anna = town.sign_in(left, "anna")
    async with (
        httpx.AsyncClient(base_url=left.url, timeout=60) as here,
        httpx.AsyncClient(base_url=right.url, timeout=60) as there,
        Answerer.of(anna) as hers,
    ):
        writers = [await Writer.arrive(here, "Соломія"), await Writer.arrive(there, "Остап")]
        for one in writers:
            await one.write()
        readers = [
            Reader(writers[0], left.url, writers[0].cursor),
            Reader(writers[1], right.url, writers[1].cursor),
        ]
        numbers = [anna.conversation(one.name) for one in writers]
        async with following(*(one.follow() for one in readers)):
            await until(lambda: present(town) == {"Соломія": True, "Остап": True})
            for number in numbers:
                await hers.answer(number, "Мы здесь")
            await until(lambda: states(town) == ["sent", "sent"], why=lambda: states(town))
            await until(lambda: all(len(one.messages) == 2 for one in readers))
            # The one whose visitor is at it dies: the visitor has left the site.
            await asyncio.to_thread(right.kill)
            await until(lambda: present(town) == {"Соломія": True, "Остап": False})
    await until(lambda: states(town) == ["failed", "failed"], seconds=90, why=lambda: states(town))
    reasons = town.fleet.ask("SELECT DISTINCT reason FROM deliveries")
    assert reasons == [("visitor_left",)]


def states(town: Town) -> list[str]:
    """Return how what was sent to the site stands."""
    found = town.fleet.ask("SELECT state FROM deliveries WHERE place = 'site' ORDER BY id")
    return [str(one) for (one,) in found]


def present(town: Town) -> dict[str, bool]:
    """Return who is on the site, as agents see it."""
    rows = town.fleet.ask(
        "SELECT p.name, v.online_since IS NOT NULL FROM visits v"
        " JOIN identities i ON i.id = v.identity_id JOIN contacts p ON p.id = i.contact_id"
    )
    return {str(name): bool(here) for name, here in rows}


def test_on_a_file_there_is_one_process_and_a_role_is_refused(tmp_path: Path) -> None:
    desk = RunningDesk(tmp_path)
    config = desk._write_config()
    done = desk.run("run", "--role", "worker", "--config", str(config))
    assert done.returncode == 1
    assert "--role worker is for several processes on one PostgreSQL server" in done.stderr
