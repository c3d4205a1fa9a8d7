"""The vendor's own library against the model: it is true to more than our adapter."""

import asyncio
import logging
from typing import Any

import pytest
from viberbot import Api, BotConfiguration  # type: ignore[import-untyped]
from viberbot.api.messages import (  # type: ignore[import-untyped]
    ContactMessage,
    FileMessage,
    KeyboardMessage,
    LocationMessage,
    PictureMessage,
    StickerMessage,
    TextMessage,
    URLMessage,
    VideoMessage,
)
from viberbot.api.messages.data_types.contact import Contact  # type: ignore[import-untyped]
from viberbot.api.messages.data_types.location import Location  # type: ignore[import-untyped]

from tests.bridge.sandbox.viber.bot import Bot


@pytest.fixture
def api(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The library's client; its API's address is a constant."""
    configuration = BotConfiguration(auth_token=bot.viber.account.token, name="Shop", avatar=None)
    made = Api(configuration)
    monkeypatch.setattr(made._request_sender, "_viber_bot_api_url", bot.viber.url)
    logging.getLogger("viber.bot.api").addHandler(logging.NullHandler())
    return made


async def test_it_sets_a_webhook_and_asks_who_it_is(bot: Bot, api: Any) -> None:
    events = await asyncio.to_thread(api.set_webhook, f"{bot.hook.url}/hook", ["seen"])
    assert events == ["seen", "message"]
    info = await asyncio.to_thread(api.get_account_info)
    assert info["webhook"] == f"{bot.hook.url}/hook"
    await asyncio.to_thread(api.unset_webhook)
    assert bot.viber.account.webhook == ""


async def test_it_sends_every_kind_of_message(bot: Bot, api: Any) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    for name in ("a.jpeg", "a.mp4", "a.pdf"):
        bot.hook.files[name] = b"content"
    button = {"ActionType": "reply", "ActionBody": "yes", "Text": "Yes"}
    keyboard = {"Type": "keyboard", "Buttons": [button]}
    home = f"{bot.hook.url}/files"
    messages = [
        TextMessage(text="Привіт", keyboard=keyboard, tracking_data="t"),
        PictureMessage(text="look", media=f"{home}/a.jpeg"),
        VideoMessage(media=f"{home}/a.mp4", size=7),
        FileMessage(media=f"{home}/a.pdf", size=7, file_name="a.pdf"),
        URLMessage(media="https://example.com"),
        StickerMessage(sticker_id=46105),
        LocationMessage(location=Location(lat=50.45, lon=30.52)),
        ContactMessage(contact=Contact(name="Богдан", phone_number="+380501112233")),
        KeyboardMessage(keyboard=keyboard),
    ]
    tokens = await asyncio.to_thread(api.send_messages, anna.id, messages)
    await bot.viber.world.settled()
    assert [one.token for one in bot.viber.ledger.carried] == tokens
    assert len(anna.inbox) == len(messages)


async def test_it_says_what_was_refused(bot: Bot, api: Any) -> None:
    stranger = bot.viber.customer("Незнайомець")
    with pytest.raises(Exception, match="failed with status: 6, message: receiverNotSubscribed"):
        await asyncio.to_thread(api.send_messages, stranger.id, TextMessage(text="Hi"))


async def test_it_asks_who_is_online_and_for_details(bot: Bot, api: Any) -> None:
    anna = bot.viber.customer()
    await anna.writes("Hi")
    (online,) = await asyncio.to_thread(api.get_online, [anna.id])
    assert online["online_status_message"] == "online"
    details = await asyncio.to_thread(api.get_user_details, anna.id)
    assert details["name"] == "Анна Коваль"


async def test_it_verifies_and_parses_everything_the_model_tells(bot: Bot, api: Any) -> None:
    anna = bot.viber.customer()
    await anna.opens_chat("context")
    await anna.subscribes()
    await anna.writes("Привіт 🐤")
    await anna.sends_picture(b"jpeg", text="look")
    await anna.sends_video(b"mp4")
    await anna.sends_file("a.pdf", b"%PDF")
    await anna.sends_sticker()
    await anna.sends_location(50.45, 30.52)
    await anna.sends_contact("Богдан", "+380501112233")
    await anna.sends_link("https://example.com")
    token = (await bot.send(anna.id))["message_token"]
    await anna.gets(token)
    await anna.sees(token)
    await anna.cannot_show(token, "why")
    await anna.unsubscribes()
    parsed = []
    for headers, body in bot.hook.told:
        assert api.verify_signature(body, headers["X-Viber-Content-Signature"])
        parsed.append(api.parse_request(body))
    assert len(parsed) == 14
    assert parsed[2].message.text == "Привіт 🐤"
    assert parsed[2].sender.name == "Анна Коваль"
    assert parsed[10].message_token == token
    assert parsed[0].context == "context"
