"""What the model tells a webhook, and how often."""

import hashlib
import hmac
import json
from typing import Any

import aiohttp
import pytest

from bridge.sandbox.faults import Fault
from bridge.sandbox.viber.callbacks import RETRY_AFTER
from bridge.sandbox.viber.statuses import Refusal
from tests.bridge.sandbox.viber.bot import Bot


def last(bot: Bot) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(bot.hook.told[-1][1])
    return told


async def test_a_callback_is_signed_over_its_raw_body(bot: Bot) -> None:
    await bot.viber.customer().writes("Привіт")
    headers, body = bot.hook.told[-1]
    signed = hmac.new(bot.viber.account.token.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Viber-Content-Signature"] == signed


async def test_a_text_comes_as_the_documents_show_it(bot: Bot) -> None:
    anna = bot.viber.customer(avatar="https://avatars.example/anna.jpg")
    told = await anna.writes("Привіт 🐤")
    event = last(bot)
    assert told.answered
    assert (event["event"], event["message_token"]) == ("message", told.token)
    assert event["timestamp"] == bot.clock.now()
    assert event["sender"] == {
        "id": anna.id,
        "name": "Анна Коваль",
        "avatar": "https://avatars.example/anna.jpg",
        "language": "uk",
        "country": "UA",
        "api_version": 10,
    }
    assert event["message"] == {"type": "text", "text": "Привіт 🐤"}


async def test_a_name_and_a_picture_come_only_if_the_webhook_asked_for_them(bot: Bot) -> None:
    await bot.set_webhook()
    await bot.viber.customer(avatar="https://avatars.example/anna.jpg").writes("Hi")
    assert {"name", "avatar"}.isdisjoint(last(bot)["sender"])


async def test_everything_people_send_comes(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.sends_picture(b"jpeg", text="look")
    await anna.sends_video(b"mp4")
    await anna.sends_file("рахунок.pdf", b"%PDF")
    await anna.sends_sticker()
    await anna.sends_location(50.45, 30.52)
    await anna.sends_contact("Богдан", "+380501112233")
    await anna.sends_link("https://example.com")
    kinds = [json.loads(body)["message"]["type"] for _, body in bot.hook.told]
    assert kinds == ["picture", "video", "file", "sticker", "location", "contact", "url"]


async def test_coming_going_and_reading_come(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.opens_chat("from-the-site")
    await anna.subscribes()
    token = (await bot.send(anna.id))["message_token"]
    for told in (anna.gets(token), anna.sees(token), anna.cannot_show(token, "why")):
        await told
    await anna.unsubscribes()
    events = [json.loads(body) for _, body in bot.hook.told]
    assert [one["event"] for one in events] == [
        "conversation_started",
        "subscribed",
        "delivered",
        "seen",
        "failed",
        "unsubscribed",
    ]
    assert events[0]["context"] == "from-the-site"
    assert {one["message_token"] for one in events[2:5]} == {token}
    assert {one["user_id"] for one in events[2:]} == {anna.id}


async def test_events_nobody_asked_for_do_not_come_but_messages_always_do(bot: Bot) -> None:
    await bot.set_webhook(event_types=[])
    bot.hook.told.clear()
    anna = bot.viber.customer()
    await anna.subscribes()
    await anna.writes("Hi")
    assert [json.loads(body)["event"] for _, body in bot.hook.told] == ["message"]


async def test_a_phone_reports_by_itself_where_a_person_plays(bot: Bot) -> None:
    bot.viber.world.automatic = True
    anna = bot.viber.customer()
    await anna.writes("Hi")
    token = (await bot.send(anna.id))["message_token"]
    await bot.viber.world.settled()
    assert (last(bot)["event"], last(bot)["message_token"]) == ("delivered", token)


async def test_a_callback_is_brought_again_until_it_is_answered_with_200(bot: Bot) -> None:
    bot.hook.status, bot.mended_after = 503, 3
    told = await bot.viber.customer().writes("Hi")
    assert not told.answered
    await bot.viber.world.settled()
    assert len(bot.hook.told) > 1
    bodies = [body for _, body in bot.hook.told]
    assert len(set(bodies)) == 1
    assert bot.viber.ledger.attempts[-1].answered == 200
    assert bot.viber.ledger.lost == []


async def test_after_an_hour_it_is_lost(bot: Bot) -> None:
    bot.hook.status = 500
    before = bot.clock.now()
    told = await bot.viber.customer().writes("Hi")
    await bot.viber.world.settled()
    assert bot.viber.ledger.lost == [told.token]
    assert len(bot.hook.told) == 1 + len(RETRY_AFTER)
    assert 3_000_000 < bot.clock.now() - before <= 3_600_000


async def test_an_answer_that_takes_too_long_counts_as_none(bot: Bot) -> None:
    bot.viber.world.callbacks.patience, bot.hook.delay = 0.05, 0.2
    told = await bot.viber.customer().writes("Hi")
    assert not told.answered
    assert bot.viber.ledger.attempts[-1].answered is None
    await bot.viber.world.stop()


async def test_the_same_message_can_be_brought_twice(bot: Bot) -> None:
    anna = bot.viber.customer()
    told = await anna.writes("Hi")
    assert (await anna.writes("Hi", token=told.token)) == told
    first, second = (body for _, body in bot.hook.told)
    assert first == second


async def test_what_the_webhook_answers_to_an_opened_chat_is_a_welcome(bot: Bot) -> None:
    bot.hook.welcome = {"sender": {"name": "Shop"}, "type": "text", "text": "Welcome!"}
    anna = bot.viber.customer()
    await anna.opens_chat()
    assert anna.texts == ["Welcome!"]


async def test_a_welcome_is_checked_like_any_message(bot: Bot) -> None:
    bot.hook.welcome = {"type": "text", "text": "Welcome!"}
    with pytest.raises(Refusal):
        await bot.viber.customer().opens_chat()


async def test_a_press_comes_as_the_buttons_body_with_what_the_message_tracked(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    button = {"ActionType": "reply", "ActionBody": "yes-please", "Text": "Yes"}
    keyboard = {"Type": "keyboard", "Buttons": [button]}
    await bot.send(anna.id, keyboard=keyboard, tracking_data="order 7")
    await bot.viber.world.settled()
    await anna.presses("Yes")
    assert last(bot)["message"] == {
        "type": "text",
        "text": "yes-please",
        "tracking_data": "order 7",
    }


async def test_a_customers_file_can_be_fetched_for_an_hour(bot: Bot) -> None:
    await bot.viber.customer().sends_file("a.pdf", b"%PDF")
    url = last(bot)["message"]["media"]
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            assert await response.read() == b"%PDF"
        bot.clock.tick(3600)
        async with session.get(url) as response:
            assert response.status == 404


# --- Faults --------------------------------------------------------------------------


async def test_a_connection_can_break_before_or_after_the_effect(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    for carried in (0, 1):
        bot.viber.faults.plan("send_message", Fault(reset=True, after_effect=carried == 1))
        with pytest.raises(aiohttp.ClientError):
            await bot.send(anna.id)
        assert len(bot.viber.ledger.carried) == carried


async def test_calls_can_be_refused_and_answered_late(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    bot.viber.faults.plan("send_message", Fault(error=7), times=2)
    bot.viber.faults.plan("send_message", Fault(delay=0.05, after_effect=True))
    assert [(await bot.send(anna.id))["status"] for _ in range(3)] == [7, 7, 0]
    assert [one.status for one in bot.viber.ledger.of("send_message")] == [7, 7, 0]


async def test_while_it_is_down_nobody_answers_and_afterwards_at_the_same_address(
    bot: Bot,
) -> None:
    url = bot.viber.url
    await bot.viber.go_down()
    with pytest.raises(aiohttp.ClientError):
        await bot.ask("get_account_info")
    await bot.viber.come_up()
    assert bot.viber.url == url
    assert (await bot.ask("get_account_info"))["status"] == 0
