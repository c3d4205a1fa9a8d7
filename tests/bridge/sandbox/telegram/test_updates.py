"""`getUpdates`: what is handed out, until it is confirmed or dies."""

import asyncio

import pytest

from bridge.sandbox.telegram import Bot, Customer, TelegramServer
from tests.bridge.sandbox.telegram.conftest import Api
from tests.bridge.sandbox.telegram.virtual import VirtualTime
from tests.channels.rig import eventually


async def test_an_update_is_handed_out_until_it_is_confirmed(api: Api, anna: Customer) -> None:
    anna.write("one")
    anna.write("two")
    first, second = await api.call("getUpdates")
    assert await api.call("getUpdates") == [first, second]
    assert await api.call("getUpdates", offset=second["update_id"]) == [second]
    assert await api.call("getUpdates", offset=second["update_id"] + 1) == []
    assert await api.call("getUpdates") == []


async def test_a_negative_offset_keeps_only_the_newest(api: Api, anna: Customer) -> None:
    for n in range(5):
        anna.write(str(n))
    kept = await api.call("getUpdates", offset=-2)
    assert [one["message"]["text"] for one in kept] == ["3", "4"]


async def test_so_many_come_at_once_as_are_asked_for(api: Api, anna: Customer) -> None:
    for n in range(101):
        anna.write(str(n))
    assert len(await api.call("getUpdates", limit=7)) == 7
    assert len(await api.call("getUpdates", limit=500)) == 100


async def test_a_question_waits_for_news(api: Api, anna: Customer) -> None:
    asking = asyncio.create_task(api.call("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    assert not asking.done()
    anna.write("news")
    assert (await asking)[0]["message"]["text"] == "news"


async def test_a_question_is_answered_with_nothing_when_its_time_is_up(api: Api) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await api.call("getUpdates", timeout=1) == []
    assert 0.9 < loop.time() - began < 3


async def test_a_second_poller_ends_the_first(
    api: Api, telegram: TelegramServer, anna: Customer
) -> None:
    first = asyncio.create_task(api.refused("getUpdates", timeout=5))
    await eventually(lambda: telegram.arrived["getUpdates"] == 1)
    second = asyncio.create_task(api.call("getUpdates", timeout=5))
    assert await first == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    anna.write("for the second")
    assert len(await second) == 1


async def test_nobody_polls_while_a_webhook_is_set(api: Api) -> None:
    await api.call("setWebhook", url="http://127.0.0.1:9/")
    assert await api.refused("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    await api.call("deleteWebhook")
    assert await api.call("getUpdates") == []


async def test_setting_a_webhook_ends_a_poll(api: Api, telegram: TelegramServer) -> None:
    polling = asyncio.create_task(api.refused("getUpdates", timeout=5))
    await eventually(lambda: telegram.arrived["getUpdates"] == 1)
    await api.call("setWebhook", url="http://127.0.0.1:9/")
    assert await polling == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("asked", "heard"), [(None, []), (["message_reaction"], ["message_reaction"])]
)
async def test_reactions_come_only_to_those_who_asked(
    api: Api, anna: Customer, asked: list[str] | None, heard: list[str]
) -> None:
    number = anna.write("ok")["message_id"]
    await api.call("getUpdates", offset=-1, **({"allowed_updates": asked} if asked else {}))
    anna.react(number, "👍")
    updates = await api.call("getUpdates")
    assert [kind for one in updates for kind in one if kind == "message_reaction"] == heard


async def test_what_nobody_fetches_for_a_day_is_lost(
    api: Api, anna: Customer, time: VirtualTime, telegram: TelegramServer
) -> None:
    anna.write("old")
    await time.pass_by(86_400, lambda: True)
    assert len(await api.call("getUpdates")) == 1
    anna.write("young")
    await time.pass_by(1, lambda: True)
    (young,) = await api.call("getUpdates")
    assert young["message"]["text"] == "young"
    (lost,) = telegram.ledger.dropped
    assert lost.update_id == young["update_id"] - 1


async def test_each_bot_has_its_own_chats_and_updates(
    api: Api, telegram: TelegramServer, bot: Bot, anna: Customer
) -> None:
    other = telegram.world.add_bot("7000000002:another", username="other_bot")
    there = Customer(telegram.world, anna.user, other)
    here, elsewhere = anna.write("here"), there.write("there")
    assert here["chat"]["id"] == elsewhere["chat"]["id"]
    (update,) = await api.call("getUpdates")
    assert update["message"]["text"] == "here"
    assert [one.body["message"]["text"] for one in other.updates.pending] == ["there"]
