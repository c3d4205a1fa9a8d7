"""Somebody is erased by real processes: nothing of them is in any file, any log, or in Redis."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from bridge.sandbox.telegram import Customer
from tests import postgres
from tests.e2e.house import KEY, AgentApi
from tests.e2e.town import TOKENS, Town, town_in, until
from tests.redis_server import RedisServer, redis_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

API = f"/widget/{KEY}/api"
NAME, LAST, MAIL = "Соломія", "Незнайко-3f9a", "solomiya.3f9a@example.net"
ASKED, ANSWERED, NOTED = "мій таємний договір 🐤", "відповідь про договір", "нотатка: боржниця"
ADDRESS = "127.0.0.73"
KINDS = {
    "string": ("SET", "a", NAME),
    "hash": ("HSET", "b", "x", LAST),
    "field": ("HSET", "c", MAIL, "x"),
    "list": ("RPUSH", "d", ASKED),
    "set": ("SADD", "e", ANSWERED),
    "sorted set": ("ZADD", "f", "1", NOTED),
    "stream": ("XADD", "g", "*", "x", ASKED),
    "key": ("SET", MAIL, "x"),
}


def found(words: Iterable[str], everything: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return which words stand where, byte for byte, as they are or as JSON has them."""
    spelled = {one: (one.encode(), one.encode("ascii", "backslashreplace")) for one in words}
    return [
        (word, where)
        for where, content in everything.items()
        for word, spellings in spelled.items()
        if any(one in content for one in spellings)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_search_through_redis_finds_what_stands_in_whatever_kind_of_value(kind: str) -> None:
    with redis_server() as server:
        server.write_down()
        with server.asked() as one:
            one.execute_command(*KINDS[kind])
        everything = server.everything()
    (word,) = {NAME, LAST, MAIL, ASKED, ANSWERED, NOTED} & set(KINDS[kind])
    where = {one for _, one in found([word], everything)}
    assert {"asked", "dump.rdb"} < where
    assert [one for one in where if one.startswith(("key", "value"))]
    assert [one for one in where if "appendonly" in one]


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """Return a Redis that writes down all it is asked."""
    with redis_server() as one:
        one.write_down()
        yield one


@pytest_asyncio.fixture
async def town(tmp_path: Path, redis: RedisServer) -> AsyncIterator[Town]:
    """Return processes to be, between two bots and that Redis."""
    slow = {"per_minute": 10, "per_hour": 20}
    # What was counted is there for longer than the test takes.
    flood = {"sender": slow, "address": dict(slow)}
    changes = {"redis": redis.url, "flood": flood, "logging.level": "debug"}
    async with town_in(tmp_path, changes) as one:
        yield one


async def on_telegram(town: Town) -> Customer:
    """Have the person write to a bot."""
    world = town.telegram.world
    user = world.add_user(NAME, last_name=LAST, username="solomiya_3f9a", language_code="uk")
    person = Customer(world, user, world.bots[TOKENS["one_tg"]])
    person.write(ASKED)
    return person


async def on_the_site(town: Town) -> str:
    """Have the same person write from the shop's page; return what they are called there."""
    home = town.fleet.desks[1].url
    line = httpx.AsyncHTTPTransport(local_address=ADDRESS)
    async with httpx.AsyncClient(base_url=home, transport=line, timeout=60) as http:
        session = (await http.post(f"{API}/session", json={"locale": "uk"})).json()
        for number in range(2):
            message = {
                "client_id": str(uuid4()),
                "thread": str(uuid4()),
                "text": f"{ASKED} {number}",
                "pre_chat": {"name": f"{NAME} {LAST}", "email": MAIL},
                "visit": {"tab": "tab-of-a-test", "url": f"{home}/demo"},
            }
            bearer = {"authorization": f"Bearer {session['token']}"}
            answer = await http.post(f"{API}/messages", json=message, headers=bearer)
            assert answer.status_code == 201, answer.text
    ((account,),) = town.fleet.ask("SELECT external_id FROM identities WHERE inbox_id = 'site'")
    return str(account)


def answered(anna: AgentApi, conversation: int) -> None:
    """Have an agent type, answer, and note something."""
    assert anna.post(f"conversations/{conversation}/typing").status_code == 204
    anna.reply(conversation, ANSWERED)
    anna.reply(conversation, NOTED, kind="note")


def erased(town: Town, anna: AgentApi) -> bool:
    """Have everybody be erased who is there; say whether the last byte of them is gone."""
    for (person,) in town.fleet.ask("SELECT id FROM contacts WHERE name IS NOT NULL"):
        done = anna.post(f"contacts/{person}/erase", {"confirm": str(person)})
        assert done.status_code == 200, done.text
    counted = town.fleet.ask("SELECT count(*), count(done_at) FROM erasures")
    return counted == [(2, 2)]


def files_of(town: Town) -> dict[str, bytes]:
    """Return the files of the processes, their logs among them, and of their database."""
    town.fleet.ask("CHECKPOINT")
    [(number,)] = town.fleet.ask("SELECT oid FROM pg_database WHERE datname = current_database()")
    there = postgres.cluster().data / "base" / str(number)
    files = [one for top in (town.fleet.folder, there) for one in top.rglob("*") if one.is_file()]
    return {str(one): one.read_bytes() for one in files}


async def test_nothing_of_who_was_erased_is_in_redis_in_a_log_or_in_a_file(
    town: Town, redis: RedisServer
) -> None:
    await asyncio.to_thread(town.start, "all", "all")
    await until(lambda: redis.listeners() == 2)
    with redis.overheard() as told:
        phone = await on_telegram(town)
        account = await on_the_site(town)
        anna = town.sign_in(town.fleet.desks[0], "anna")
        people = "SELECT id FROM conversations"
        await until(lambda: len(town.fleet.ask(people)) == 3)
        for (conversation,) in town.fleet.ask(people):
            await asyncio.to_thread(answered, anna, conversation)
        await until(lambda: ANSWERED in phone.texts)
    words = [NAME, LAST, MAIL, ASKED, ANSWERED, NOTED, ADDRESS, account, str(phone.user.id)]
    there = await asyncio.to_thread(files_of, town)
    assert {word for word, _ in found(words, there)} == set(words), "not found even before"

    await until(lambda: erased(town, anna))

    everything = await asyncio.to_thread(redis.everything)
    # It was asked, and keeps what it counts.
    assert b"EVALSHA" in everything["asked"].upper()
    assert len([one for one in everything if one.startswith("key")]) > 1
    assert found(words, everything) == []
    assert [one for one in told if b"typing" in one]
    assert found(words, {"whispers": b" ".join(told)}) == []
    assert found(words, await asyncio.to_thread(files_of, town)) == []
