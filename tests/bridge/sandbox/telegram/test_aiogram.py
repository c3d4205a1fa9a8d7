"""aiogram's own client against the model, so that it is true to others than us."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot as AiogramBot
from aiogram import Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BufferedInputFile,
    ForumTopic,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    ReactionTypeEmoji,
    ReplyParameters,
)

from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import Bot, Customer, TelegramServer
from bridge.sandbox.telegram.errors import too_many_requests
from tests.bridge.sandbox.telegram.conftest import TOKEN, picture


@pytest.fixture
async def client(telegram: TelegramServer) -> AsyncIterator[AiogramBot]:
    """The bot of aiogram, as its own examples make one."""
    made = client_of(telegram)
    yield made
    await made.session.close()


def client_of(telegram: TelegramServer, token: str = TOKEN) -> AiogramBot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    return AiogramBot(token, session=session)


async def test_it_says_who_it_is(client: AiogramBot) -> None:
    me = await client.get_me()
    assert (me.username, me.is_bot, me.id) == ("shop_bot", True, 7000000001)


async def test_it_sends_reads_edits_and_deletes(client: AiogramBot, anna: Customer) -> None:
    asked = anna.write("Когда?")
    sent = await client.send_message(
        anna.user.id,
        "<b>Завтра</b> 🐤",
        parse_mode="HTML",
        reply_parameters=ReplyParameters(message_id=asked["message_id"]),
    )
    assert sent.html_text == "<b>Завтра</b> 🐤"
    assert sent.reply_to_message is not None
    edited = await client.edit_message_text(
        "Сьогодні", chat_id=anna.user.id, message_id=sent.message_id
    )
    assert isinstance(edited, Message)
    assert anna.texts == ["Сьогодні"]
    await client.set_message_reaction(
        anna.user.id, asked["message_id"], [ReactionTypeEmoji(emoji="👍")]
    )
    await client.delete_message(anna.user.id, sent.message_id)
    assert anna.received == []


async def test_it_sends_files_and_albums_and_fetches_them(
    client: AiogramBot, anna: Customer
) -> None:
    upload = BufferedInputFile(b"%PDF-1.7", "звіт.pdf")
    sent = await client.send_document(anna.user.id, upload, caption="звіт")
    assert sent.document is not None
    assert sent.document.file_name == "звіт.pdf"
    fetched = await client.download(sent.document.file_id)
    assert fetched is not None
    assert fetched.read() == b"%PDF-1.7"
    photos = [InputMediaPhoto(media=BufferedInputFile(picture(), f"{n}.png")) for n in range(2)]
    first, second = await client.send_media_group(anna.user.id, [*photos])
    assert first.media_group_id == second.media_group_id
    assert first.photo is not None
    assert first.photo[-1].width == 40


async def test_its_dispatcher_receives_a_message_and_a_press(
    client: AiogramBot, anna: Customer, bot: Bot
) -> None:
    dispatcher, heard = Dispatcher(), asyncio.Event()

    @dispatcher.message()
    async def answer(message: Message) -> None:
        keyboard = InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text="Так", callback_data="yes")]]
        )
        await message.answer("Все добре?", reply_markup=keyboard)
        heard.set()

    polling = asyncio.create_task(
        dispatcher.start_polling(client, handle_signals=False, polling_timeout=1)
    )
    anna.write("Привіт 🐤")
    await asyncio.wait_for(heard.wait(), 30)
    await dispatcher.stop_polling()
    await polling
    assert anna.texts == ["Все добре?"]


async def test_its_errors_are_those_it_has_for_the_real_one(
    telegram: TelegramServer, client: AiogramBot, anna: Customer
) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await client.send_message(5, "a")
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await client.send_message(anna.user.id, "<b>", parse_mode="HTML")
    anna.block()
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await client.send_message(anna.user.id, "a")
    telegram.faults.plan("getMe", Fault(error=too_many_requests(3)))
    with pytest.raises(TelegramRetryAfter) as throttled:
        await client.get_me()
    assert throttled.value.retry_after == 3
    telegram.faults.plan("getMe", Fault(reset=True))
    with pytest.raises(TelegramNetworkError):
        await client.get_me()
    stranger = client_of(telegram, "7000000001:wrong")
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()
    await stranger.session.close()


async def test_its_second_poller_is_a_conflict(
    telegram: TelegramServer, client: AiogramBot
) -> None:
    await client.set_webhook("http://127.0.0.1:9/", secret_token="s")
    assert (await client.get_webhook_info()).url == "http://127.0.0.1:9/"
    with pytest.raises(TelegramConflictError):
        await client.get_updates()
    assert await client.delete_webhook()


async def test_it_keeps_a_forum(client: AiogramBot, telegram: TelegramServer, bot: Bot) -> None:
    group = telegram.world.add_group("Staff")
    group.rights[bot.id] = {"can_manage_topics"}
    topic = await client.create_forum_topic(group.id, "Анна")
    assert isinstance(topic, ForumTopic)
    where: dict[str, Any] = {"chat_id": group.id, "message_thread_id": topic.message_thread_id}
    sent = await client.send_message(**where, text="Привет")
    assert sent.is_topic_message
    assert await client.edit_forum_topic(**where, name="Анна К.")
    assert await client.close_forum_topic(**where)
    assert await client.reopen_forum_topic(**where)
    assert await client.delete_forum_topic(**where)
    assert len(await client.get_forum_topic_icon_stickers()) == 3
