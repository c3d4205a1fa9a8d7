"""The Callback API: confirmation, the secret, and trying again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bridge.sandbox.vk import VkPlatform
from tests.channels.rig import eventually


@dataclass
class Server:
    """A server that answers as a test says: `answers` first, then `ok`."""

    url: str = ""
    code: str = ""
    answers: list[web.Response] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    retries: list[str | None] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["type"] == "confirmation":
            return web.Response(text=self.code)
        self.told.append(body)
        self.retries.append(request.headers.get("X-Retry-Counter"))
        return self.answers.pop(0) if self.answers else web.Response(text="ok")


@dataclass
class Pauses:
    """Time that passes at once, and is written down."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def platform(pauses: Pauses) -> AsyncIterator[VkPlatform]:
    async with VkPlatform(sleep=pauses) as platform:
        yield platform


@pytest.fixture
async def server(platform: VkPlatform) -> AsyncIterator[Server]:
    server = Server(code=platform.callback.code)
    app = web.Application()
    app.router.add_post("/", server.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield server
    await runner.cleanup()


async def test_only_who_answers_with_the_code_is_told_anything(
    platform: VkPlatform, server: Server
) -> None:
    server.code = "wrong"
    assert not await platform.callback.connect(server.url, "s3cret")
    platform.customer().write("nobody hears")
    server.code = platform.callback.code
    assert await platform.callback.connect(server.url, "s3cret")
    platform.customer().write("heard")
    await eventually(lambda: server.told)
    (told,) = server.told
    assert told["object"]["message"]["text"] == "heard"
    assert (told["secret"], told["group_id"]) == ("s3cret", platform.world.group_id)
    assert told["event_id"]


async def test_ok_is_the_end_of_it(platform: VkPlatform, server: Server, pauses: Pauses) -> None:
    await platform.callback.connect(server.url, "s3cret")
    for n in range(3):
        platform.customer().write(str(n))
    await eventually(lambda: len(server.told) == 3)
    assert [one["object"]["message"]["text"] for one in server.told] == ["0", "1", "2"]
    assert pauses.seconds == []


@pytest.mark.parametrize("text", ["OK", "ok\n", '"ok"', "", "remove"])
async def test_any_other_answer_makes_it_come_again(
    platform: VkPlatform, server: Server, text: str
) -> None:
    await platform.callback.connect(server.url, "s3cret")
    server.answers = [web.Response(text=text)]
    platform.customer().write("twice")
    await eventually(lambda: len(server.told) == 2)
    assert server.told[0]["event_id"] == server.told[1]["event_id"]
    assert server.retries == [None, "1"]


@pytest.mark.parametrize("status", [410, 429, 503])
async def test_retry_after_says_when(
    platform: VkPlatform, server: Server, pauses: Pauses, status: int
) -> None:
    await platform.callback.connect(server.url, "s3cret")
    server.answers = [web.Response(status=status, headers={"Retry-After": "42"})]
    platform.customer().write("later")
    await eventually(lambda: len(server.told) == 2)
    assert pauses.seconds == [42.0]


async def test_retry_after_counts_for_some_statuses_and_less_than_three_hours(
    platform: VkPlatform, server: Server, pauses: Pauses
) -> None:
    await platform.callback.connect(server.url, "s3cret")
    server.answers = [
        web.Response(status=500, headers={"Retry-After": "42"}),
        web.Response(status=503, headers={"Retry-After": "99999"}),
    ]
    platform.customer().write("later")
    await eventually(lambda: len(server.told) == 3)
    assert pauses.seconds == [2.0, 3 * 3600]


async def test_one_event_that_is_refused_holds_up_no_other(
    platform: VkPlatform, server: Server
) -> None:
    await platform.callback.connect(server.url, "s3cret")
    server.answers = [web.Response(status=500)]
    platform.customer().write("refused")
    platform.customer().write("taken")
    await eventually(lambda: len(server.told) == 3)
    texts = [one["object"]["message"]["text"] for one in server.told]
    assert sorted(texts) == ["refused", "refused", "taken"]


async def test_an_event_is_given_up_in_the_end_and_the_ledger_says_so(
    platform: VkPlatform, server: Server
) -> None:
    await platform.callback.connect(server.url, "s3cret")
    server.answers = [web.Response(status=500) for _ in range(20)]
    event = platform.customer().write("never").event
    await eventually(lambda: platform.ledger.dropped)
    assert platform.ledger.dropped == [event.id]
    assert len(platform.ledger.notices) == 10


async def test_nobody_there_is_status_0(platform: VkPlatform, server: Server) -> None:
    await platform.callback.connect(server.url, "s3cret")
    platform.callback._url = "http://127.0.0.1:1/"
    platform.customer().write("hello?")
    await eventually(lambda: platform.ledger.notices)
    assert (platform.ledger.notices[0].status, platform.ledger.notices[0].taken) == (0, False)
