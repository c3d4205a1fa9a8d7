"""Nothing secret and nothing that was said stands where it should not (RELIABILITY.md, row 27)."""

import asyncio
import re
import urllib.parse
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bridge.sandbox.viber.callbacks import SIGNATURE, sign
from tests.e2e.canaries import (
    SAID,
    VIBER_TOKEN,
    WORDS,
    Everywhere,
    changes_for,
    everywhere,
    slots,
    slots_filled,
)
from tests.e2e.house import logs_of
from tests.e2e.staff_house import until
from tests.e2e.strangers import Anybody

pytestmark = pytest.mark.slow
# Each has a test of its own, where there is a server that it opens:
# bridge/cli/test_postgresql.py, test_redis.py, test_console_oidc.py.
ELSEWHERE = {"storage.database", "redis", "staff[web].oidc.client_secret"}
# How much of a secret is a part of it that somebody could use.
PIECE = 12


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[Everywhere]:
    """Return the program, with everybody around it."""
    async with everywhere(tmp_path) as one:
        yield one


def leaks(house: Everywhere, text: str, *, words: bool = True) -> list[str]:
    """Return the names of the secrets of which a part stands in a text, however it is written."""
    plain = {text, urllib.parse.unquote(text), text.replace("\\/", "/")}
    found = []
    for name, secret in house.secrets.items():
        # What a password in an address or a token consists of; a host is no secret.
        pieces = [one[:PIECE] for one in re.split(r"[/:@]", secret) if len(one) >= PIECE]
        found += [name for one in pieces if any(one in text for text in plain)]
    return found + [one for one in SAID if words and any(one in text for text in plain)]


def _are_up(house: Everywhere) -> bool:
    """Say whether the inboxes that are written to have begun: Viber loses what comes before."""
    told = httpx.get(f"{house.private}/readyz?verbose").json()["checks"]
    states = [one["state"] for one in told if one.get("id") in house.customers]
    return states == ["up"] * len(house.customers)


async def live(house: Everywhere) -> int:
    """Have a conversation on every network be led to its end; return how many there were."""
    api = house.agents.api
    await until(lambda: _are_up(house), 60)
    for owner in house.customers.values():
        await owner.write(WORDS)
    visitor = await asyncio.to_thread(Anybody.arrive, house.desk)
    await asyncio.to_thread(visitor.write, WORDS)

    def rows() -> list[dict[str, object]]:
        found = api("anna").get("conversations", folder="all", limit=100)["rows"]
        return [one["conversation"] for one in found]

    async def all_there() -> bool:
        return len(await asyncio.to_thread(rows)) == len(house.customers) + 1

    while not await all_there():  # noqa: ASYNC110  # The program is another process.
        await asyncio.sleep(0.1)
    await until(lambda: len(house.group.topics) == len(house.customers) + 1, 60)
    for topic in house.group.topics:
        house.pavel.say(f"// {WORDS}", topic=topic)
    for card in [
        one.ts for one in house.channel.messages.values() if one.thread_ts in (None, one.ts)
    ]:
        await house.anna_in_slack.writes(house.channel.id, f"// {WORDS}", thread_ts=card)
    await house.customers["tg"].block()
    for row in await asyncio.to_thread(rows):
        await asyncio.to_thread(_led_to_its_end, house, int(str(row["id"])))
    visitor.http.close()
    return len(house.customers) + 1


def _led_to_its_end(house: Everywhere, number: int) -> None:
    anna = house.agents.api("anna")
    assert anna.post(f"conversations/{number}/take").status_code == 200
    anna.reply(number, WORDS)
    anna.post(f"conversations/{number}/suggestion")
    refused = anna.post(f"conversations/{number}/messages", {"text": WORDS * 1000, "kind": WORDS})
    assert refused.status_code == 400
    assert leaks(house, refused.text) == []


async def set_something_aside(house: Everywhere) -> None:
    """Have Viber call with what nobody understands."""
    body = f'{{"event": "message", "message_token": 5, "message": "{WORDS}"}}'.encode()
    async with httpx.AsyncClient() as http:
        hook = f"{house.desk.url}/hooks/viber"
        answer = await http.post(hook, content=body, headers={SIGNATURE: sign(VIBER_TOKEN, body)})
        assert answer.status_code == 200
        for wrong in (sign(VIBER_TOKEN, body + b"x"), VIBER_TOKEN, WORDS.encode().hex()):
            refused = await http.post(hook, content=body, headers={SIGNATURE: wrong})
            assert refused.status_code == 401
            assert leaks(house, refused.text) == []


def told(house: Everywhere) -> dict[str, str]:
    """Return everything that the program says of itself to people and to programs."""
    anna, private = house.agents.api("anna"), house.private
    pages = {
        path: httpx.get(f"{private}{path}", timeout=60).text
        for path in ("/metrics", "/readyz?verbose", "/readyz", "/livez", "/nothing")
    }
    dead = anna.get("operations/dead")
    pages["dead"] = str(dead)
    for one in dead["items"]:
        pages[f"dead {one['id']}"] = str(anna.get(f"operations/dead/{one['id']}"))
    for path in ("operations/desk", "operations/channels", "channels", "surfaces", "session"):
        pages[path] = str(anna.get(path))
    config = ("--config", str(house.desk.folder / "deskbridge.yaml"))
    commands = (
        ("config", "show"), ("doctor",), ("dead", "list"), ("check",),
    )  # fmt: skip
    for command in commands:
        done = house.desk.run(*command, *config)
        assert done.returncode != 2, done.stderr
        pages[" ".join(command)] = done.stdout + done.stderr
    for one in dead["items"]:
        done = house.desk.run("dead", "show", str(one["id"]), *config)
        assert done.returncode == 0, done.stderr
        pages[f"dead show {one['id']}"] = done.stdout + done.stderr
    return pages


def test_every_slot_that_may_hold_a_secret_holds_one(tmp_path: Path) -> None:
    class Anything:
        """Stands for any of the networks' addresses."""

        def __getattr__(self, _: str) -> "Anything":
            return self

    any_of = Anything()
    changes = changes_for("", any_of, any_of, any_of, any_of, any_of, 1, "")  # type: ignore[arg-type]
    assert slots_filled(changes) == slots() - ELSEWHERE
    assert len(slots()) > 20


@pytest.mark.timeout(240)
async def test_no_secret_and_no_word_of_a_conversation_is_in_anything_the_program_says_of_itself(
    house: Everywhere,
) -> None:
    conversations = await live(house)
    await set_something_aside(house)

    def dead() -> int:
        return len(house.agents.api("anna").get("operations/dead")["items"])

    while await asyncio.to_thread(dead) < 2:  # noqa: ASYNC110  # The program is another process.
        await asyncio.sleep(0.2)
    pages = await asyncio.to_thread(told, house)
    await asyncio.to_thread(house.desk.stop)
    log = logs_of(house.desk)

    assert conversations == 5
    assert set(leaks(house, f"{dict(house.secrets)} {WORDS}")) == {*house.secrets, *SAID}
    assert '"level": "debug"' in log or "debug" in log
    assert {name: found for name, text in pages.items() if (found := leaks(house, text))} == {}
    lines = [line for line in log.splitlines() if leaks(house, line)]
    assert lines == []
