"""Several processes count by one Redis; without it each counts by itself, and nobody waits."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bridge.clock import Clock
from bridge.redis import SharedBudgets
from bridge.redis import line as lines
from bridge.web import Buckets
from tests.bridge.redis.conftest import Another, comes_to, counting
from tests.redis_server import RedisServer, redis_server

# So slow that nothing comes back while a test runs.
PER_MINUTE, BURST = 0.1, 6


def buckets(shared: SharedBudgets | None, name: str = "tries") -> Buckets:
    return Buckets(Clock(), name=name, shared=shared, per_minute=PER_MINUTE, burst=BURST)


async def passed(of: Buckets, times: int, key: str = "198.51.100.7") -> int:
    return sum([await of.spend(key) is None for _ in range(times)])


async def test_two_processes_let_as_many_through_as_one(another: Another) -> None:
    one, two = buckets(await another()), buckets(await another())
    assert await passed(one, 4) == 4
    assert await passed(two, 4) == 2
    assert await passed(one, 1) == 0


async def test_many_at_once_at_many_processes_are_counted_one_by_one(another: Another) -> None:
    desks = [buckets(await another()) for _ in range(4)]
    answers = await asyncio.gather(*(desk.spend("a") for desk in desks for _ in range(50)))
    assert sum(one is None for one in answers) == 6


async def test_who_is_refused_is_told_when_to_come_and_asks_nobody_meanwhile(
    another: Another,
) -> None:
    here, there = await another(), await another()
    await passed(buckets(here), 6)
    late = buckets(there)
    wait = await late.spend("198.51.100.7")
    assert wait is not None
    assert 590 < wait <= 600
    asked = there.answered
    assert await passed(late, 20) == 0
    assert there.answered == asked


async def test_buckets_of_other_names_keys_and_limits_are_others(another: Another) -> None:
    one, two = await another(), await another()
    await passed(buckets(one), 6)
    assert await passed(buckets(two, "token"), 6) == 6
    assert await passed(buckets(two), 6, "198.51.100.8") == 6
    wider = Buckets(Clock(), name="tries", shared=two, per_minute=0.1, burst=7)
    assert await passed(wider, 7) == 7


async def test_two_installations_on_one_server_do_not_meet(
    server: RedisServer, another: Another
) -> None:
    await passed(buckets(await another()), 6)
    async with counting(server.url, b"another installation's own secret") as stranger:
        await comes_to(stranger, "up")
        assert await passed(buckets(stranger), 6) == 6


async def test_nobodys_address_is_in_redis_and_all_of_it_goes_by_itself(
    server: RedisServer, another: Another
) -> None:
    await passed(buckets(await another(), "sign-in"), 2, "anna@example.com")
    keys = server.keys()
    assert [key for key in keys if key != b"deskbridge:proof"]
    assert all(b"anna" not in key and b"sign" not in key for key in keys)
    with server.asked() as beside:
        assert all(beside.pttl(key) > 0 for key in keys if beside.exists(key))


async def test_a_bucket_fills_again(another: Another) -> None:
    desk = Buckets(Clock(), name="quick", shared=await another(), per_minute=600, burst=1)
    assert await desk.spend("a") is None
    assert await desk.spend("a") == 1
    await asyncio.sleep(0.15)
    assert await desk.spend("a") is None


def test_a_program_without_one_does_not_load_it() -> None:
    asks = (
        "import sys, bridge.app; sys.exit(any(one.split('.')[0] == 'redis' for one in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", asks], check=False).returncode == 0


# --- faults ---


async def test_a_redis_that_was_flushed_learns_again_from_who_counts_next(
    server: RedisServer, another: Another
) -> None:
    one, two = buckets(await another()), buckets(await another())
    assert await passed(one, 4) == 4
    server.flush()
    assert await passed(one, 1) == 1
    assert await passed(two, 6) == 1


async def test_one_that_is_killed_costs_nothing_but_that_each_counts_alone(
    server: RedisServer, another: Another
) -> None:
    first, second = await another(), await another()
    one, two = buckets(first), buckets(second)
    assert await passed(one, 4) == 4
    server.kill()
    # What this process has counted before it still counts.
    assert await passed(one, 6) == 2
    assert await passed(two, 8) == 6
    assert first.line.standing.state == second.line.standing.state == "down"
    # Whoever asked while it died had no answer; the next look finds nobody there.
    await comes_to(first, "down", why="Redis cannot be reached.")
    assert first.alone
    server.start()
    await asyncio.gather(comes_to(first, "up"), comes_to(second, "up"))
    assert await passed(buckets(second), 4, "b") == 4
    assert await passed(buckets(first), 4, "b") == 2


async def test_one_that_was_started_again_learns_what_was_spent_meanwhile(
    server: RedisServer, another: Another
) -> None:
    first, second = await another(), await another()
    one = buckets(first)
    assert await passed(one, 3) == 3
    server.kill()
    assert await passed(one, 2) == 2
    server.start()
    await asyncio.gather(comes_to(first, "up"), comes_to(second, "up"))
    assert await passed(one, 2) == 1
    assert await passed(buckets(second), 3) == 0


async def test_one_that_stands_still_is_waited_for_once_and_briefly(
    server: RedisServer, another: Another
) -> None:
    shared = await another()
    desk = buckets(shared)
    server.stand_still()
    began = time.monotonic()
    answers = await asyncio.gather(*(desk.spend(str(n)) for n in range(20)))
    # All of them waited together, and nobody waits after them.
    assert time.monotonic() - began < 20 * lines.PATIENCE
    assert answers == [None] * 20
    # What it said before it stood still may still have been on its way.
    await comes_to(shared, "down")
    began = time.monotonic()
    assert await passed(desk, 6) == 6
    assert time.monotonic() - began < lines.PATIENCE
    server.go_on()
    await comes_to(shared, "up")
    assert await passed(desk, 1, "b") == 1
    assert shared.answered


async def test_one_that_was_never_there_is_found_when_it_comes(server: RedisServer) -> None:
    server.kill()
    async with counting(server.url) as shared:
        await comes_to(shared, "down")
        assert await passed(buckets(shared), 8) == 6
        server.start()
        await comes_to(shared, "up")


async def test_a_wrong_password_is_told_of_and_is_in_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with redis_server("the-right-one-0123456789") as guarded:
        wrong = f"unix://:the-wrong-one-9876543210@{guarded.socket}"
        async with counting(wrong) as shared:
            await comes_to(shared, "down")
            assert shared.line.standing.why == "Redis refuses the user or the password."
            assert await passed(buckets(shared), 8) == 6
        async with counting(guarded.url) as shared:
            await comes_to(shared, "down")
            assert shared.line.standing.why == "Redis refuses the user or the password."
        right = f"unix://:the-right-one-0123456789@{guarded.socket}"
        async with counting(right) as shared:
            await comes_to(shared, "up")
    said = " ".join(str(one.__dict__) for one in caplog.records)
    assert "refuses" in said
    assert "0123456789" not in said
    assert "9876543210" not in said


RIGHTS = "+evalsha +script|load +time +get +set +select +ping +publish +subscribe +unsubscribe"
DOCUMENTED = Path("docs/how-to/share-a-redis.md")


async def test_a_user_with_the_rights_that_are_documented_is_enough_and_fewer_are_named(
    server: RedisServer,
) -> None:
    assert RIGHTS in DOCUMENTED.read_text(encoding="utf-8")
    with server.asked() as beside:
        told = (
            "resetkeys",
            "~deskbridge:*",
            "resetchannels",
            "&deskbridge:*",
            "-@all",
            *RIGHTS.split(),
        )
        beside.execute_command("ACL", "SETUSER", "desk", "on", ">p@ss", *told)
        beside.execute_command("ACL", "SETUSER", "few", "on", ">p@ss", "-@all", "+ping")
    async with counting(f"unix://desk:p%40ss@{server.socket}") as shared:
        await comes_to(shared, "up")
        assert await passed(buckets(shared), 8) == 6
        assert shared.answered
    async with counting(f"unix://few:p%40ss@{server.socket}") as shared:
        await comes_to(shared, "down")
        assert "does not let this user do what is needed" in str(shared.line.standing.why)


async def test_a_command_whose_answer_was_lost_is_not_sent_again(
    server: RedisServer, another: Another
) -> None:
    shared = await another()
    server.stand_still()
    assert await passed(buckets(shared), 1) == 1
    server.go_on()
    await comes_to(shared, "up")
    # What stood in the socket was counted when it went on: once.
    assert await passed(buckets(await another()), 8) == 5


@pytest.mark.parametrize("answer", [b":1", b"*0", b"$-1", b"*2\r\n:1\r\n$3\r\nnan", b"$3\r\nabc"])
async def test_an_answer_that_is_none_is_no_answer_and_each_counts_alone(answer: bytes) -> None:
    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := await reader.read(1 << 16):
            of_all = answer if b"EVAL" in asked else b"+OK"
            writer.write((of_all + b"\r\n") * (1 + asked.count(b"\r\n*")))
        writer.close()

    async with await asyncio.start_server(answers, "127.0.0.1") as peer:
        host, port = peer.sockets[0].getsockname()
        async with counting(f"redis://{host}:{port}") as shared:
            await comes_to(shared, "up")
            assert await passed(buckets(shared), 8) == 6
            await comes_to(shared, "down")


@pytest.mark.parametrize(
    ("spoils", "mends", "why"),
    [
        (
            ("CONFIG", "SET", "maxmemory", "1"),
            ("CONFIG", "SET", "maxmemory", "0"),
            "Redis has no memory left.",
        ),
        (
            ("REPLICAOF", "127.0.0.1", "1"),
            ("REPLICAOF", "NO", "ONE"),
            "This Redis is a copy that takes no writing.",
        ),
    ],
    ids=["full", "a copy"],
)
async def test_one_that_takes_nothing_in_is_told_of_by_what_keeps_it_and_each_counts_alone(
    another: Another,
    server: RedisServer,
    spoils: tuple[str, ...],
    mends: tuple[str, ...],
    why: str,
) -> None:
    first, second = await another(), await another()
    one, two = buckets(first), buckets(second)
    assert await passed(one, 4) == 4
    with server.asked() as beside:
        beside.execute_command(*spoils)
        await asyncio.gather(comes_to(first, "down"), comes_to(second, "down"))
        assert first.line.standing.why == second.line.standing.why == why
        assert (await passed(one, 6), await passed(two, 8)) == (2, 6)
        beside.execute_command(*mends)
    await asyncio.gather(comes_to(first, "up"), comes_to(second, "up"))
    assert await passed(buckets(second), 4, "b") == 4
    assert await passed(buckets(first), 4, "b") == 2
