"""What the model's REST API takes and refuses, as the vendor documents it."""

import json
from typing import Any

import aiohttp
import pytest

from tests.bridge.sandbox.viber.bot import Bot

BUTTON = {"ActionType": "reply", "ActionBody": "yes", "Text": "Yes"}


def keyboard(*buttons: Any, **more: Any) -> dict[str, Any]:
    return {"Type": "keyboard", "Buttons": list(buttons)} | more


# --- The account ---------------------------------------------------------------------


async def test_a_token_is_asked_for_by_every_method(bot: Bot) -> None:
    missing = await bot.ask("get_account_info", headers={})
    wrong = await bot.ask("get_account_info", headers={"X-Viber-Auth-Token": "no"})
    assert (missing["status"], missing["status_message"]) == (2, "missing_auth_token")
    assert (wrong["status"], wrong["status_message"]) == (2, "invalidAuthToken")


async def test_the_account_tells_its_webhook_and_its_events(bot: Bot) -> None:
    info = await bot.ask("get_account_info")
    assert info["status"] == 0
    assert info["webhook"] == f"{bot.hook.url}/hook"
    assert set(info["event_types"]) >= {"message", "delivered", "seen"}


async def test_a_method_that_does_not_exist_is_not_found(bot: Bot) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{bot.viber.url}/post_pigeon") as response,
    ):
        assert response.status == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"'])
async def test_what_is_no_object_is_bad_data(bot: Bot, body: bytes) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{bot.viber.url}/send_message", data=body) as response,
    ):
        assert (await response.json())["status"] == 3


# --- Setting the webhook -------------------------------------------------------------


async def test_a_webhook_is_called_before_it_is_set(bot: Bot) -> None:
    answer = await bot.set_webhook(event_types=["seen", "failed"])
    assert answer == {
        "status": 0,
        "status_message": "ok",
        "event_types": ["seen", "failed", "message"],
    }
    ((_, body),) = bot.hook.told
    assert json.loads(body)["event"] == "webhook"


async def test_a_webhook_that_does_not_answer_200_is_not_set(bot: Bot) -> None:
    before = bot.viber.account.webhook
    bot.hook.status = 503
    assert (await bot.set_webhook())["status"] == 1
    assert bot.viber.account.webhook == before


@pytest.mark.parametrize(
    "url", ["http://example.com/hook", "ftp://example.com", "nonsense", 5, "https://"]
)
async def test_an_address_without_https_is_no_webhook(bot: Bot, url: object) -> None:
    assert (await bot.ask("set_webhook", {"url": url}))["status"] == 1


async def test_events_nobody_knows_cannot_be_asked_for(bot: Bot) -> None:
    assert (await bot.set_webhook(event_types=["typing"]))["status"] == 3


async def test_without_a_webhook_nothing_is_sent(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    assert (await bot.ask("set_webhook", {"url": ""}))["status"] == 0
    assert (await bot.send(anna.id))["status"] == 10


# --- Sending -------------------------------------------------------------------------


async def test_a_message_reaches_the_phone_of_who_has_written(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    answer = await bot.send(anna.id, text="Привіт 🐤")
    await bot.viber.world.settled()
    assert answer["status"] == 0
    assert anna.texts == ["Привіт 🐤"]
    assert anna.inbox[0].token == answer["message_token"] > 2**53


async def test_nobody_is_written_to_who_has_not_written(bot: Bot) -> None:
    anna = bot.viber.customer()
    assert (await bot.send(anna.id))["status"] == 6
    assert (await bot.send("AAAA=="))["status"] == 5
    await anna.writes("Hi")
    await anna.unsubscribes()
    assert (await bot.send(anna.id))["status"] == 6


async def test_a_phone_without_the_app_gets_nothing(bot: Bot) -> None:
    anna = bot.viber.customer(has_device=False)
    await anna.writes("Hi")
    assert (await bot.send(anna.id))["status"] == 11


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ({"text": ""}, 4),
        ({"text": None}, 4),
        ({"text": 5}, 3),
        ({"text": "x" * 7000}, 0),
        ({"text": "x" * 7001}, 3),
        ({"text": "🐤" * 3501}, 3),
        ({"sender": None}, 4),
        ({"sender": {"name": "x" * 28}}, 0),
        ({"sender": {"name": "x" * 29}}, 3),
        ({"sender": {"name": "Shop", "avatar": "no address"}}, 3),
        ({"receiver": None}, 4),
        ({"type": None}, 4),
        ({"type": "voice"}, 3),
        ({"tracking_data": "x" * 4001}, 3),
        ({"min_api_version": "1"}, 3),
        ({"min_api_version": 11}, 13),
        ({"text": "я" * 7000, "tracking_data": "я" * 4000}, 0),
        ({"text": "я" * 7000, "tracking_data": "я" * 4000, "x": "я" * 4600}, 3),
    ],
)
async def test_a_text_is_checked(bot: Bot, message: dict[str, Any], status: int) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    body = {"receiver": anna.id, "sender": {"name": "Shop"}, "type": "text", "text": "Hello"}
    whole = {k: v for k, v in (body | message).items() if v is not None}
    raw = json.dumps(whole, ensure_ascii=False).encode()
    async with (
        aiohttp.ClientSession(headers={"X-Viber-Auth-Token": bot.viber.account.token}) as session,
        session.post(f"{bot.viber.url}/send_message", data=raw) as response,
    ):
        assert (await response.json())["status"] == status


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ({"type": "picture", "text": "", "media": "{home}/a.jpeg"}, 0),
        ({"type": "picture", "media": "{home}/a.jpeg"}, 4),
        ({"type": "picture", "text": "", "media": "{home}/a"}, 3),
        ({"type": "picture", "text": ""}, 4),
        ({"type": "picture", "text": "x" * 513, "media": "{home}/a.png"}, 3),
        ({"type": "video", "media": "{home}/a.mp4", "size": 100}, 0),
        ({"type": "video", "media": "{home}/a.mp4"}, 4),
        ({"type": "video", "media": "{home}/a.mov", "size": 100}, 3),
        ({"type": "video", "media": "{home}/a.mp4", "size": 26 * 2**20 + 1}, 3),
        ({"type": "file", "media": "{home}/a", "size": 9, "file_name": "a.pdf"}, 0),
        ({"type": "file", "media": "{home}/a", "size": 9}, 4),
        ({"type": "file", "media": "{home}/a", "size": 9, "file_name": "pdf"}, 3),
        ({"type": "file", "media": "{home}/a", "size": 50 * 2**20 + 1, "file_name": "a.z"}, 3),
        ({"type": "contact", "contact": {"name": "A", "phone_number": "+380"}}, 0),
        ({"type": "contact", "contact": {"name": "A"}}, 4),
        ({"type": "contact", "contact": {"name": "A" * 29, "phone_number": "1"}}, 3),
        ({"type": "location", "location": {"lat": 50.4, "lon": 30.5}}, 0),
        ({"type": "location", "location": {"lat": 91, "lon": 30.5}}, 3),
        ({"type": "sticker", "sticker_id": 46105}, 0),
        ({"type": "sticker", "sticker_id": True}, 3),
        ({"type": "url", "media": "https://example.com"}, 0),
        ({"type": "url", "media": "https://e.com/" + "a" * 2000}, 3),
        ({"type": "rich_media", "rich_media": {"Buttons": [BUTTON]}, "min_api_version": 7}, 0),
        ({"type": "rich_media", "rich_media": {"Buttons": [BUTTON]}}, 14),
    ],
)
async def test_other_messages_are_checked(bot: Bot, message: dict[str, Any], status: int) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    if "media" in message:
        message = message | {"media": message["media"].format(home=bot.hook.url)}
    answer = await bot.send(anna.id, **{"text": None} | message)
    assert answer["status"] == status, answer


@pytest.mark.parametrize(
    ("given", "version", "status"),
    [
        (keyboard(BUTTON), 1, 0),
        ({"Buttons": [BUTTON]}, 1, 3),
        (keyboard(), 1, 4),
        (keyboard({"Text": "Yes"}), 1, 4),
        (keyboard(BUTTON | {"ActionType": "dance"}), 1, 3),
        (keyboard(BUTTON | {"Text": "x" * 251}), 1, 3),
        (keyboard(BUTTON | {"ActionType": "share-phone"}), 1, 14),
        (keyboard(BUTTON | {"ActionType": "share-phone"}), 3, 0),
        (keyboard(BUTTON, InputFieldState="hidden"), 3, 14),
    ],
)
async def test_a_keyboard_is_checked(bot: Bot, given: Any, version: int, status: int) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    answer = await bot.send(anna.id, keyboard=given, min_api_version=version)
    assert answer["status"] == status, answer


@pytest.mark.parametrize(
    "buttons", [[BUTTON] * 13, [BUTTON | {"Columns": 7}], [BUTTON | {"Columns": 3}] * 25]
)
async def test_a_keyboard_that_no_phone_can_show_is_taken_and_fails_there(
    bot: Bot, buttons: list[Any]
) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    answer = await bot.send(anna.id, keyboard=keyboard(*buttons))
    await bot.viber.world.settled()
    assert answer["status"] == 0
    assert anna.inbox == []
    failed = json.loads(bot.hook.told[-1][1])
    assert (failed["event"], failed["message_token"]) == ("failed", answer["message_token"])


async def test_a_file_is_fetched_and_one_that_is_not_there_fails_on_the_phone(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    bot.hook.files["a.png"] = b"\x89PNG"
    picture = {"type": "picture", "text": "look"}
    await bot.send(anna.id, **picture, media=f"{bot.hook.url}/files/a.png")
    gone = await bot.send(anna.id, **picture, media=f"{bot.hook.url}/files/b.png")
    await bot.viber.world.settled()
    assert [one.file for one in anna.inbox] == [b"\x89PNG"]
    assert gone["status"] == 0
    assert json.loads(bot.hook.told[-1][1])["event"] == "failed"


async def test_a_picture_larger_than_a_megabyte_fails_on_the_phone(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    bot.hook.files["a.png"] = b"0" * (2**20 + 1)
    await bot.send(anna.id, type="picture", media=f"{bot.hook.url}/files/a.png")
    await bot.viber.world.settled()
    assert anna.inbox == []
    assert b"too large" in bot.hook.told[-1][1]


async def test_after_a_hundred_messages_without_a_word_the_next_is_too_many(bot: Bot) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    for _ in range(100):
        assert (await bot.send(anna.id))["status"] == 0
    assert (await bot.send(anna.id))["status"] == 12
    bot.clock.tick(3601)
    assert (await bot.send(anna.id))["status"] == 0
    for _ in range(99):
        await bot.send(anna.id)
    assert (await bot.send(anna.id))["status"] == 12
    await anna.writes("still here")
    assert (await bot.send(anna.id))["status"] == 0


async def test_broadcasts_are_refused(bot: Bot) -> None:
    answer = await bot.ask("broadcast_message", {"broadcast_list": ["a"], "text": "Buy"})
    assert (answer["status"], answer["status_message"]) == (20, "broadcastNotAllowed")


# --- People --------------------------------------------------------------------------


async def test_a_person_is_described_twice_in_twelve_hours(bot: Bot) -> None:
    anna = bot.viber.customer(language="es")
    for _ in range(2):
        answer = await bot.ask("get_user_details", {"id": anna.id})
        assert answer["user"]["language"] == "es"
    assert (await bot.ask("get_user_details", {"id": anna.id}))["status"] == 12
    bot.clock.tick(12 * 3600 + 1)
    assert (await bot.ask("get_user_details", {"id": anna.id}))["status"] == 0
    assert (await bot.ask("get_user_details", {}))["status"] == 4
    assert (await bot.ask("get_user_details", {"id": "AAAA=="}))["status"] == 5


async def test_who_is_online_is_told_of_subscribers_only(bot: Bot) -> None:
    anna, bohdan = bot.viber.customer(online=False), bot.viber.customer("Богдан")
    await anna.writes("Hi")
    answer = await bot.ask("get_online", {"ids": [anna.id, bohdan.id]})
    assert [one["online_status_message"] for one in answer["users"]] == ["offline", "unavailable"]
    assert (await bot.ask("get_online", {"ids": []}))["status"] == 3
    assert (await bot.ask("get_online", {"ids": ["a"] * 101}))["status"] == 3
