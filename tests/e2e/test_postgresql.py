"""The running program on a server: what it keeps while it, or the server, is killed."""

import asyncio
import random
import shutil
from collections.abc import Iterator

import httpx
import pytest

from tests import postgres
from tests.desk import RunningDesk
from tests.e2e.house import Agents, eventually, logs_of
from tests.e2e.test_promise import Crowd, at_work, check_those_who_follow, check_what_is_kept
from tests.e2e.test_promise import following as all_following
from tests.e2e.writers import Answerer, Reader, Writer

VISITORS = 6
READERS = 2
MESSAGES = 60
PASSWORD = "s3cret-of-the-desk"


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    """Return a server of this module's own, which is killed as one that syncs may be."""
    with postgres.running(fsync="on", full_page_writes="on") as one:
        one.execute(f"CREATE ROLE owner LOGIN PASSWORD '{PASSWORD}'")
        one.execute("CREATE DATABASE desk OWNER owner")
        yield one


@pytest.fixture(scope="module")
def desk(
    cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningDesk]:
    """Run the shipped configuration there, its address and password from outside."""
    changes = {
        "storage.database": "${DATABASE_URL}",
        "channels.site.messages_per_minute": 1_000_000,
        "agents.anna.role": "owner",
    }
    url = f"postgresql://owner:{PASSWORD}@/desk?host={cluster.folder}"
    one = RunningDesk(tmp_path_factory.mktemp("desk"), changes, {"DATABASE_URL": url})
    one.start()
    yield one
    one.close()
    shutil.rmtree(one.folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_what_was_acknowledged_is_there_once_and_in_order_after_kills_of_both(
    desk: RunningDesk, cluster: postgres.Cluster, agents: Agents
) -> None:
    chance = random.Random(7)
    async with (
        httpx.AsyncClient(base_url=desk.url, timeout=60) as http,
        Answerer.of(agents.api()) as answerer,
    ):
        writers = [await Writer.arrive(http, f"Відвідувач {n:02}") for n in range(VISITORS)]
        for writer in writers:
            await writer.write()
        rows = agents.api().get("conversations", folder="all", limit=100)["rows"]
        rows = [one["conversation"] for one in rows]
        numbers = {one["contact"]["name"]: one["id"] for one in rows}
        readers = [Reader(one, desk.url, one.cursor) for one in writers[:READERS]]
        crowd = Crowd(writers, readers, answerer, [])
        async with all_following(readers):
            async with at_work(crowd, list(numbers.values()), chance):
                await busy(crowd)
                await asyncio.to_thread(cluster.stop, "immediate")
                await asyncio.sleep(0.5)
                await asyncio.to_thread(cluster.start)
                await busy(crowd)
                desk.kill()
                await asyncio.to_thread(desk.start)
                await busy(crowd)
            await check_what_is_kept(crowd, numbers)
            await check_those_who_follow(crowd)


async def busy(crowd: Crowd) -> None:
    """Wait until many more messages are acknowledged."""
    enough = crowd.acknowledged() + MESSAGES

    async def there() -> bool:
        return crowd.acknowledged() >= enough

    await eventually(there, within=60)


async def test_agents_find_words_and_administrators_the_database(
    desk: RunningDesk, agents: Agents
) -> None:
    async with httpx.AsyncClient(base_url=desk.url, timeout=60) as http:
        await (await Writer.arrive(http, "Відвідувач")).write()
    found = agents.api().get("search", q="повідомл")
    assert len(found["hits"]) >= 1
    told = agents.api().get("operations/desk")
    assert told["database"].startswith("PostgreSQL ")
    assert told["database_size"] > 1_000_000


def test_the_password_is_nowhere_in_what_the_program_has_said(desk: RunningDesk) -> None:
    told = logs_of(desk) + desk.run("config", "show").stdout
    assert PASSWORD not in told
    # That the server was away is an error in the log, and none of ours.
    assert "Traceback" not in told
