"""What a bot may send in a second and in a minute, when limits are switched on."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bridge.sandbox.telegram import Customer, TelegramServer
from tests.bridge.sandbox.telegram.conftest import TOKEN, Api
from tests.bridge.sandbox.telegram.virtual import VirtualTime


@pytest.fixture
async def telegram(time: VirtualTime) -> AsyncIterator[TelegramServer]:
    """A model server that counts."""
    server = TelegramServer(time=time, limits=True)
    server.world.add_bot(TOKEN)
    async with server:
        yield server


@pytest.fixture
async def api(telegram: TelegramServer) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as http:
        yield Api(http, telegram.url)


async def test_a_chat_takes_a_small_burst_and_then_one_message_a_second(
    api: Api, anna: Customer, time: VirtualTime
) -> None:
    to = {"chat_id": anna.user.id, "text": "a"}
    for _ in range(5):
        await api.call("sendMessage", **to)
        await time.pass_by(0.1, lambda: True)
    status, body = await api.answer("sendMessage", **to)
    assert status == 429
    assert body["description"] == "Too Many Requests: retry after 5"
    assert body["parameters"] == {"retry_after": 5}
    await time.pass_by(5, lambda: True)
    await api.call("sendMessage", **to)


async def test_all_chats_together_take_thirty_a_second(
    api: Api, telegram: TelegramServer, time: VirtualTime
) -> None:
    bot = telegram.world.bots[TOKEN]
    people = [Customer(telegram.world, telegram.world.add_user(f"N{n}"), bot) for n in range(31)]
    for one in people:
        one.chat.started = True
    for one in people[:30]:
        await api.call("sendMessage", chat_id=one.user.id, text="a")
    last = {"chat_id": people[30].user.id, "text": "a"}
    assert await api.refused("sendMessage", **last) == "Too Many Requests: retry after 1"
    await time.pass_by(1, lambda: True)
    await api.call("sendMessage", **last)


async def test_a_group_takes_twenty_a_minute_edits_and_topics_among_them(
    api: Api, telegram: TelegramServer, time: VirtualTime
) -> None:
    group = telegram.world.add_group("Staff")
    group.rights[7000000001] = {"can_manage_topics"}
    to = {"chat_id": group.id}
    topic = await api.call("createForumTopic", **to, name="Анна")
    inside = to | {"message_thread_id": topic["message_thread_id"]}
    sent = await api.call("sendMessage", **inside, text="card")
    for n in range(17):
        await api.call("sendMessage", **inside, text=str(n))
        await time.pass_by(1, lambda: True)
    await api.call("editMessageText", **to, message_id=sent["message_id"], text="x")
    refused = await api.refused("sendMessage", **inside, text="y")
    assert refused.startswith("Too Many Requests: retry after ")
    await time.pass_by(44, lambda: True)
    await api.call("sendMessage", **inside, text="y")
