"""Real processes that count by a real Redis, through its death, and that serve on without it."""

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.desk import RunningDesk
from tests.e2e.house import AgentApi, faults_of, logs_of
from tests.e2e.test_many_processes import ConsoleLine, following
from tests.e2e.test_private_listener import OF_SEVERAL
from tests.e2e.town import until
from tests.e2e.writers import Writer
from tests.fleet import Fleet, fleet
from tests.ports import free_port
from tests.redis_server import RedisServer, redis_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# Attempts that one address has in a minute (agent_console/web/console.py).
TRIES = 60
PASSWORD = "of-the-model-redis-0123456789"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server(PASSWORD) as one:
        yield one


@pytest.fixture
def desks(tmp_path: Path, redis: RedisServer) -> Iterator[Fleet]:
    """Return processes to be, which have a Redis; none of them logs its password."""
    changes: dict[str, Any] = {"redis": "${REDIS_URL}"}
    environ = {"REDIS_URL": f"unix://:{PASSWORD}@{redis.socket}"}
    with fleet(tmp_path, changes=changes, environ=environ) as one:
        yield one
        logs = [logs_of(desk) for desk in one.desks]
        assert not [line for log in logs for line in faults_of(log) if "Redis" not in line]
        assert PASSWORD not in "".join(logs)


def tries(desk: RunningDesk, times: int) -> int:
    """Try a link that is none; return how many attempts were taken."""
    with httpx.Client(base_url=desk.url, headers={"origin": desk.url}, timeout=30) as http:
        answers = [
            http.post("/api/session/link/peek", json={"token": "x" * 43}) for _ in range(times)
        ]
    assert {one.status_code for one in answers} <= {401, 429}
    return sum(one.status_code != 429 for one in answers)


def states(private: int) -> dict[str, Any]:
    """Return what a process says of itself, by what it is."""
    found = httpx.get(f"http://127.0.0.1:{private}/readyz?verbose", timeout=30).json()
    return {"state": found["state"], **{one["what"]: one for one in found["checks"]}}


def figures(private: int) -> str:
    """Return a process's figures."""
    return httpx.get(f"http://127.0.0.1:{private}/metrics", timeout=30).text


def counted_alone(private: int) -> float:
    """Return how often a process had to count by itself."""
    of_this = r'^deskbridge_budget_counts_total{by="this"} (\S+)'
    (found,) = re.findall(of_this, figures(private), re.MULTILINE)
    return float(found)


def comes(desk_says: str, private: int) -> None:
    """Wait until a process says that Redis is so."""
    waits(private, "state", desk_says)


def waits(private: int, part: str, says: str) -> None:
    """Wait until a process says this in a part of what it tells of Redis."""
    end = time.monotonic() + 30
    while states(private)["redis"].get(part) != says:
        assert time.monotonic() < end, states(private)
        time.sleep(0.1)


async def test_two_webs_let_an_address_try_as_often_as_one_would(
    desks: Fleet, redis: RedisServer
) -> None:
    ports = [free_port(), free_port()]
    made = []
    for port in ports:
        desks.changes = {**desks.changes, "server.admin_listen": f"127.0.0.1:{port}"}
        made += await asyncio.to_thread(desks.start, "all")
    for port in ports:
        await asyncio.to_thread(comes, "up", port)
    left, right = made
    began = time.monotonic()
    taken = await asyncio.gather(
        asyncio.to_thread(tries, left, TRIES), asyncio.to_thread(tries, right, TRIES)
    )
    # Another comes free every second; on a busy machine an answer of Redis may come too late.
    alone = sum(counted_alone(port) for port in ports)
    assert TRIES <= sum(taken) <= TRIES + (time.monotonic() - began) + 1 + alone
    assert alone < TRIES / 2

    redis.kill()
    await asyncio.to_thread(comes, "down", ports[0])
    # Whoever asked while it died had no answer; the next look finds nobody there.
    await asyncio.to_thread(waits, ports[0], "why", "Redis cannot be reached.")
    metrics = figures(ports[0])
    assert {"deskbridge_redis_up 0.0"} <= set(metrics.splitlines())
    assert {one.split("{")[0].split(" ")[0] for one in metrics.splitlines()} >= OF_SEVERAL
    # What was spent is still known here, and whoever else comes is served.
    async with httpx.AsyncClient(base_url=left.url, timeout=30) as http:
        opened = await http.post(
            "/widget/site_main/api/session", json={"locale": "en"}, headers={"origin": left.url}
        )
        assert opened.status_code == 200, opened.text
    redis.start()
    for port in ports:
        await asyncio.to_thread(comes, "up", port)


async def test_a_redis_that_stands_still_costs_a_visitor_a_moment(
    desks: Fleet, redis: RedisServer
) -> None:
    desks.changes = {**desks.changes, "server.admin_listen": f"127.0.0.1:{(port := free_port())}"}
    (desk,) = await asyncio.to_thread(desks.start, "all")
    await asyncio.to_thread(comes, "up", port)
    redis.stand_still()
    began = time.monotonic()
    assert await asyncio.to_thread(tries, desk, 30) == 30
    assert time.monotonic() - began < 15
    await asyncio.to_thread(comes, "down", port)
    redis.go_on()
    await asyncio.to_thread(comes, "up", port)


async def test_that_an_agent_writes_is_seen_at_the_other_process_with_redis_and_without(
    desks: Fleet, redis: RedisServer
) -> None:
    left, right = await asyncio.to_thread(desks.start, "all", "all")
    anna, pavel = AgentApi.sign_in(left, "anna"), AgentApi.sign_in(right, "pavel")
    async with httpx.AsyncClient(base_url=left.url, timeout=60) as http:
        writer = await Writer.arrive(http, "Соломія")
        await writer.write()
        number = anna.conversation("Соломія")
        line = ConsoleLine(pavel, right.url, pavel.get("conversations", folder="all")["cursor"])

        def types() -> bool:
            assert anna.post(f"conversations/{number}/typing").status_code == 204
            return bool(line.typing)

        async with following(line.follow()):
            await until(types)
            assert line.typing[0]["conversation_id"] == number
            await until(lambda: redis.listeners() == 2)
            line.typing.clear()
            with redis.overheard() as told:
                await until(types)
            assert [one for one in told if b"agent_typing" in one and b"anna" in one]
            redis.kill()
            line.typing.clear()
            await until(types)
    anna.http.close()
    pavel.http.close()


async def test_who_looks_at_a_conversation_is_one_truth_at_two_processes(
    desks: Fleet, redis: RedisServer
) -> None:
    left, right = await asyncio.to_thread(desks.start, "all", "all")
    anna, pavel = AgentApi.sign_in(left, "anna"), AgentApi.sign_in(right, "pavel")
    async with httpx.AsyncClient(base_url=left.url, timeout=60) as http:
        writer = await Writer.arrive(http, "Соломія")
        await writer.write()
    number = anna.conversation("Соломія")

    def line(agent: AgentApi, desk: RunningDesk) -> ConsoleLine:
        cursor = agent.get("conversations", folder="all")["cursor"]
        return ConsoleLine(agent, desk.url, cursor, shows=number)

    hers, his = line(anna, left), line(pavel, right)
    await until(lambda: redis.listeners() == 2)
    async with following(his.follow()):
        with redis.overheard() as told:
            async with following(hers.follow()):
                both = ["anna", "pavel"]
                await until(lambda: hers.viewing.get(number) == his.viewing.get(number) == both)
            # She has closed her console.
            await until(lambda: his.viewing[number] == ["pavel"])
        assert [one for one in told if b"looks" in one and b"anna" in one]
        redis.kill()
        hers.viewing.clear()
        async with following(hers.follow()):
            await until(lambda: hers.viewing.get(number) == his.viewing.get(number) == both)
            # With her process goes that she looks, without a word.
            await asyncio.to_thread(left.kill)
            await until(lambda: his.viewing[number] == ["pavel"])
    anna.http.close()
    pavel.http.close()
