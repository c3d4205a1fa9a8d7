"""Webhooks: the secret, the order, the schedule of retries, and what is given up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bridge.sandbox.telegram import Bot, Customer, TelegramServer
from tests.bridge.sandbox.telegram.conftest import Api
from tests.bridge.sandbox.telegram.virtual import VirtualTime
from tests.channels.rig import eventually

SECRET = "the-secret_1"


@dataclass(slots=True)
class Hook:
    """A program that is called, and answers as it is told."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    received: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.received.append(await request.json())
        await self.gate.wait()
        return web.Response(status=self.status, headers=self.headers)

    @property
    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.received]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    hook.gate.set()
    app = web.Application()
    app.router.add_post("/hook", hook.handle)
    async with TestServer(app) as server:
        hook.url = str(server.make_url("/hook"))
        yield hook


def settled(bot: Bot) -> bool:
    """Say whether nothing is on the wire and every queue waits for its time."""
    return bot.courier.busy == 0


async def test_an_update_comes_with_the_secret_and_is_gone_when_taken(
    api: Api, anna: Customer, hook: Hook, bot: Bot
) -> None:
    await api.call("setWebhook", url=hook.url, secret_token=SECRET)
    anna.write("hello")
    await eventually(lambda: not bot.updates.pending)
    assert (hook.texts, hook.secrets) == (["hello"], [SECRET])


async def test_what_waited_for_a_poller_comes_by_the_new_webhook(
    api: Api, anna: Customer, hook: Hook, bot: Bot
) -> None:
    anna.write("early")
    await api.call("setWebhook", url=hook.url)
    await eventually(lambda: not bot.updates.pending)
    assert hook.texts == ["early"]


async def test_of_one_chat_one_update_at_a_time_and_of_several_side_by_side(
    api: Api, telegram: TelegramServer, anna: Customer, hook: Hook, bot: Bot
) -> None:
    hook.gate.clear()
    await api.call("setWebhook", url=hook.url)
    bohdan = Customer(telegram.world, telegram.world.add_user("Богдан"), bot)
    for text in ("a1", "a2"):
        anna.write(text)
    bohdan.write("b1")
    await eventually(lambda: len(hook.received) == 2)
    await asyncio.sleep(0.05)
    assert sorted(hook.texts) == ["a1", "b1"]
    hook.gate.set()
    await eventually(lambda: not bot.updates.pending)
    assert hook.texts[-1] == "a2"


async def test_retries_follow_the_servers_schedule(
    api: Api, anna: Customer, hook: Hook, bot: Bot, telegram: TelegramServer, time: VirtualTime
) -> None:
    hook.status = 500
    await api.call("setWebhook", url=hook.url)
    anna.write("hello")
    await time.pass_by(600, lambda: settled(bot))
    began = telegram.ledger.attempts[0].at
    after = [round(one.at - began) for one in telegram.ledger.attempts]
    pauses = [later - earlier for earlier, later in pairwise(after)]
    assert pauses[:6] == [0, 2, 4, 8, 16, 32]
    assert all(60 <= pause <= 120 for pause in pauses[6:])
    assert len(pauses) > 8


async def test_an_update_that_is_not_taken_holds_up_its_own_chat_only(
    api: Api, telegram: TelegramServer, anna: Customer, hook: Hook, bot: Bot, time: VirtualTime
) -> None:
    hook.status = 500
    await api.call("setWebhook", url=hook.url)
    anna.write("poisoned")
    anna.write("behind it")
    await time.pass_by(30, lambda: settled(bot))
    assert set(hook.texts) == {"poisoned"}
    hook.status = 200
    bohdan = Customer(telegram.world, telegram.world.add_user("Богдан"), bot)
    bohdan.write("beside it")
    await eventually(lambda: "beside it" in hook.texts)
    await time.pass_by(120, lambda: settled(bot))
    assert hook.texts[-2:] == ["poisoned", "behind it"]


async def test_retry_after_is_obeyed(
    api: Api, anna: Customer, hook: Hook, bot: Bot, telegram: TelegramServer, time: VirtualTime
) -> None:
    hook.status, hook.headers = 503, {"Retry-After": "7"}
    await api.call("setWebhook", url=hook.url)
    anna.write("hello")
    await time.pass_by(15, lambda: settled(bot))
    first, *_ = at = [one.at for one in telegram.ledger.attempts]
    assert [round(one - first) for one in at] == [0, 7, 14]


async def test_what_is_not_taken_for_a_day_is_lost(
    api: Api, anna: Customer, hook: Hook, bot: Bot, telegram: TelegramServer, time: VirtualTime
) -> None:
    hook.status, hook.headers = 503, {"Retry-After": "3600"}
    await api.call("setWebhook", url=hook.url)
    anna.write("lost")
    await time.pass_by(25 * 3600, lambda: settled(bot))
    assert bot.updates.pending == []
    assert len(telegram.ledger.dropped) == 1


async def test_a_day_of_gone_removes_the_webhook_and_keeps_what_is_young(
    api: Api, anna: Customer, hook: Hook, bot: Bot, time: VirtualTime
) -> None:
    hook.status, hook.headers = 410, {"Retry-After": "3600"}
    await api.call("setWebhook", url=hook.url)
    anna.write("hello")
    await time.pass_by(25 * 3600, lambda: settled(bot))
    assert (await api.call("getWebhookInfo"))["url"] == ""


async def test_the_info_tells_what_waits_and_why(
    api: Api, anna: Customer, hook: Hook, bot: Bot
) -> None:
    hook.status = 503
    await api.call("setWebhook", url=hook.url, allowed_updates=["message"], max_connections=7)
    anna.write("hello")
    await eventually(lambda: hook.received and settled(bot))
    info = await api.call("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (hook.url, 1)
    assert (info["allowed_updates"], info["max_connections"]) == (["message"], 7)
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 503 Service Unavailable"
    )


async def test_nobody_at_the_address_is_an_error_like_others(
    api: Api, anna: Customer, bot: Bot
) -> None:
    await api.call("setWebhook", url="http://127.0.0.1:9/")
    anna.write("hello")
    await eventually(lambda: bot.courier.last_error == "Connection refused")
    assert len(bot.updates.pending) == 1


@pytest.mark.parametrize(
    ("params", "why"),
    [
        (
            {"url": "http://example.com/"},
            "bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            {"url": "https://example.com:8080/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            {"url": "https://example.com/", "secret_token": "секрет"},
            "secret token contains unallowed characters",
        ),
        (
            {"url": "https://example.com/", "secret_token": "x" * 257},
            "secret token is too long",
        ),
    ],
)
async def test_a_webhook_that_telegram_would_not_call_is_refused(
    api: Api, telegram: TelegramServer, params: dict[str, str], why: str
) -> None:
    telegram.world.local = False
    assert await api.refused("setWebhook", **params) == f"Bad Request: {why}"


async def test_an_empty_address_removes_the_webhook(api: Api, hook: Hook) -> None:
    await api.call("setWebhook", url=hook.url)
    await api.call("setWebhook", url="")
    assert (await api.call("getWebhookInfo"))["url"] == ""
