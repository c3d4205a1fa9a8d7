"""The database breaks off in the middle of commits, and is killed, under the program as it runs.

Visitors write on the site and customers to a bot, an agent answers both. The model platform's
own ledger is counted, not our database. `DATABASE_SEED` repeats one run.
"""

import asyncio
import os
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest

from bridge.db import Server
from bridge.sandbox.telegram import Customer, TelegramServer
from tests import postgres
from tests.desk import RunningDesk
from tests.e2e.house import AgentApi, eventually
from tests.e2e.test_promise import (
    Crowd,
    at_work,
    check_those_who_follow,
    check_what_is_kept,
    following,
)
from tests.e2e.writers import API, Answerer, Reader, Writer
from tests.faults.between import Between
from tests.told import Tells

SEED = int(os.environ.get("DATABASE_SEED") or random.SystemRandom().randrange(1_000_000))
TOKEN = "7000000007:AAshop-0123456789012345678901234567"  # It opens nothing.
VISITORS, CUSTOMERS, READERS = 4, 3, 2
RATE, CUTS, SECONDS = 0.15, 30, 60
UNSEEN = 30.0


@pytest.fixture
def cluster() -> Iterator[postgres.Cluster]:
    """Return a server of this test's own, which is killed as one that syncs may be."""
    with postgres.running(fsync="on", full_page_writes="on") as one:
        one.execute("CREATE DATABASE desk")
        yield one


@dataclass(slots=True)
class Shop:
    """Customers who write to a bot, and what an agent has answered each."""

    people: list[Customer]
    rows: list[int] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)

    @classmethod
    def of(cls, telegram: TelegramServer) -> "Shop":
        world = telegram.world
        bot = world.add_bot(TOKEN)
        people = [Customer(world, world.add_user(f"К{n}"), bot) for n in range(CUSTOMERS)]
        return cls(people, asked=[[] for _ in people])

    def ask(self, number: int) -> None:
        text = f"питання {number}-{len(self.asked[number])}"
        self.asked[number].append(text)
        self.people[number].write(text)

    def got(self, number: int) -> list[str]:
        """Return what lies in a customer's letter box, by the platform's own ledger."""
        chat = self.people[number].chat.messages.values()
        return [str(one["text"]) for one in chat if one["from"]["is_bot"]]

    async def talk(self, answerer: Answerer, stop: asyncio.Event, chance: random.Random) -> None:
        """Have one of them ask, and the agent answer, until told to stop."""
        while not stop.is_set():
            number = chance.randrange(CUSTOMERS)
            self.ask(number)
            await answerer.answer(self.rows[number], f"відповідь {time.monotonic_ns()}")
            await asyncio.sleep(chance.uniform(0.1, 0.5))


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_commits_whose_answer_is_lost_and_a_server_that_is_killed_lose_and_double_nothing(
    cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory, tells: Tells
) -> None:
    chance = random.Random(SEED)
    between = Between(Server(cluster.url("desk")))
    async with TelegramServer() as telegram:
        changes = {
            "storage.database": "${DATABASE_URL}",
            "channels.site.messages_per_minute": 1_000_000,
            "channels.shop_tg": {
                "type": "telegram", "token": "${SHOP}", "mode": "polling",
                "api_base": telegram.url,
            },
        }  # fmt: skip
        environ = {"DATABASE_URL": between.server.url, "SHOP": TOKEN}
        desk = RunningDesk(tmp_path_factory.mktemp("desk"), changes, environ)
        await asyncio.to_thread(desk.start)
        try:
            told = await storm(desk, cluster, between, Shop.of(telegram), chance)
        finally:
            await asyncio.to_thread(desk.close)
            between.close()
    tells(f"postgresql, commits cut off, seed {SEED}: {told}")
    shutil.rmtree(desk.folder, ignore_errors=True)


async def storm(
    desk: RunningDesk,
    cluster: postgres.Cluster,
    between: Between,
    shop: Shop,
    chance: random.Random,
) -> str:
    """Have everybody write while it rains, kill the server, and count; return it in a line."""
    agent = await asyncio.to_thread(AgentApi.sign_in, desk, "anna")
    async with (
        httpx.AsyncClient(base_url=desk.url, timeout=60) as http,
        Answerer.of(agent) as answerer,
    ):
        writers = [await Writer.arrive(http, f"Відвідувач {n:02}") for n in range(VISITORS)]
        for writer in writers:
            await writer.write()
        numbers = {one.name: agent.conversation(one.name) for one in writers}
        for number in range(CUSTOMERS):
            shop.ask(number)
            found = await asyncio.to_thread(agent.conversation, f"К{number}")
            shop.rows.append(found)
        readers = [Reader(one, desk.url, one.cursor) for one in writers[:READERS]]
        crowd = Crowd(writers, readers, answerer, [])
        stop = asyncio.Event()
        async with following(readers), at_work(crowd, list(numbers.values()), chance):
            talking = asyncio.create_task(shop.talk(answerer, stop, chance))
            await rain(between, chance)
            await kill(cluster, writers[0])
            healed = time.monotonic()
            stop.set()
            await talking
        recovery = time.monotonic() - healed
        async with following(readers):
            await check_what_is_kept(crowd, numbers)
            await check_those_who_follow(crowd)
        await check_shop(agent, shop, answerer)
    agent.http.close()
    incoming = sum(len(one.taken) for one in writers) + sum(map(len, shop.asked))
    outgoing = sum(map(len, answerer.taken.values()))
    cuts = ", ".join(f"cut {how} {number}" for how, number in sorted(between.cuts.items()))
    return (
        f"in {incoming}, out {outgoing}, faults ({cuts}, server killed 1), lost 0, doubled 0, "
        f"reordered 0, misrouted 0, stuck 0, recovery {recovery:.1f} s"
    )


async def rain(between: Between, chance: random.Random) -> None:
    """Cut commits off for a while, in both ways."""
    between.rain(RATE, chance)
    end = time.monotonic() + SECONDS
    while sum(between.cuts.values()) < CUTS and time.monotonic() < end:  # noqa: ASYNC110  # Threads.
        await asyncio.sleep(0.1)
    between.rain(0.0, chance)
    assert between.cuts["before"] > 0
    assert between.cuts["after"] > 0


async def kill(cluster: postgres.Cluster, writer: Writer) -> None:
    """Kill the server: whoever hands something over is told to come again; then it goes on."""
    await asyncio.to_thread(cluster.stop, "immediate")
    body = {"client_id": str(uuid4()), "thread": writer.thread, "text": "?"}
    answer = await writer.http.post(f"{API}/messages", json=body, headers=writer.headers)
    assert answer.status_code == 503, answer.text
    await asyncio.sleep(1)
    await asyncio.to_thread(cluster.start)


async def check_shop(agent: AgentApi, shop: Shop, answerer: Answerer) -> None:
    """Check each customer's conversation, and their letter box, against what was said."""
    for number, row in enumerate(shop.rows):
        answers = [one.text for one in answerer.taken.get(row, [])]

        async def is_there(number: int = number, answers: list[str] = answers) -> bool:
            return len(shop.got(number)) >= len(answers)

        await eventually(is_there, within=UNSEEN)
        assert shop.got(number) == answers

        async def is_stored(row: int = row, number: int = number) -> bool:
            return len(agent.texts(row)) >= len(shop.asked[number])

        await eventually(is_stored, within=UNSEEN)
        assert agent.texts(row) == shop.asked[number]
