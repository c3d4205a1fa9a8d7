"""What a bot sends, as the model takes or refuses it."""

import json

import pytest

from bridge.sandbox.telegram import Bot, Customer, TelegramServer
from tests.bridge.sandbox.telegram.conftest import Api, picture
from tests.bridge.sandbox.telegram.virtual import VirtualTime


async def test_a_text_reaches_the_phone_with_its_marks(api: Api, anna: Customer) -> None:
    sent = await api.call(
        "sendMessage", chat_id=anna.user.id, text="<b>Привет</b> 🐤", parse_mode="HTML"
    )
    assert anna.texts == ["Привет 🐤"]
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 6}]
    assert sent["chat"]["id"] == anna.user.id
    assert sent["from"]["is_bot"]


@pytest.mark.parametrize(
    ("token", "status"), [("7000000001:wrong", 401), ("nonsense", 404), ("1:x", 401)]
)
async def test_a_wrong_token_is_refused(api: Api, token: str, status: int) -> None:
    api.token = token
    answered, body = await api.answer("getMe")
    assert answered == status
    assert body["description"] == {401: "Unauthorized", 404: "Not Found"}[status]


async def test_methods_are_found_in_any_case_and_others_are_not(api: Api) -> None:
    assert (await api.call("GETME"))["username"] == "shop_bot"
    assert await api.refused("sendNothing") == "Not Found: method not found"


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "ж" * 4097}, "message is too long"),
        ({"text": "🐤" * 2049}, "message is too long"),
        ({"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "a", "reply_markup": "[]"}, "object expected as reply markup"),
        ({"text": "a", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "Yes"}]]}},
            "text buttons are unallowed in the inline keyboard",
        ),
        (
            {
                "text": "a",
                "reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_data": "ж" * 33}]]},
            },
            "BUTTON_DATA_INVALID",
        ),
    ],
)
async def test_what_telegram_would_not_take_is_refused(
    api: Api, anna: Customer, params: dict[str, object], why: str
) -> None:
    assert await api.refused("sendMessage", chat_id=anna.user.id, **params) == f"Bad Request: {why}"
    assert anna.received == []


async def test_marks_do_not_count_for_the_length_of_a_text(api: Api, anna: Customer) -> None:
    text = f"<b>{'🐤' * 2048}</b>"
    sent = await api.call("sendMessage", chat_id=anna.user.id, text=text, parse_mode="HTML")
    assert sent["entities"][0]["length"] == 4096


async def test_a_quoted_message_that_is_gone_may_be_passed_over(api: Api, anna: Customer) -> None:
    told = {"message_id": 99, "allow_sending_without_reply": True}
    sent = await api.call("sendMessage", chat_id=anna.user.id, text="a", reply_parameters=told)
    assert "reply_to_message" not in sent


async def test_an_answer_shows_what_it_answers(api: Api, anna: Customer) -> None:
    asked = anna.write("Когда?")
    sent = await api.call(
        "sendMessage",
        chat_id=anna.user.id,
        text="Завтра",
        reply_parameters={"message_id": asked["message_id"]},
    )
    assert sent["reply_to_message"]["text"] == "Когда?"


async def test_a_bot_may_not_write_first_nor_after_it_was_blocked(
    api: Api, telegram: TelegramServer, bot: Bot
) -> None:
    new = Customer(telegram.world, telegram.world.add_user("Богдан"), bot)
    to = {"chat_id": new.user.id, "text": "a"}
    initiated = await api.refused("sendMessage", **to)
    assert initiated == "Forbidden: bot can't initiate conversation with a user"
    new.start()
    await api.call("sendMessage", **to)
    new.block()
    assert await api.refused("sendMessage", **to) == "Forbidden: bot was blocked by the user"
    new.unblock()
    await api.call("sendMessage", **to)
    new.leave_telegram()
    assert await api.refused("sendMessage", **to) == "Forbidden: user is deactivated"


async def test_a_chat_must_be_named_and_exist(api: Api) -> None:
    assert await api.refused("sendMessage", text="a") == "Bad Request: chat_id is empty"
    unknown = await api.refused("sendMessage", chat_id=5, text="a")
    assert unknown == "Bad Request: chat not found"


async def test_one_album_is_several_messages_of_one_group(api: Api, anna: Customer) -> None:
    media = [
        {"type": "photo", "media": "attach://one", "caption": "<i>обе</i>", "parse_mode": "HTML"},
        {"type": "photo", "media": "attach://two"},
    ]
    answered = await api.upload(
        "sendMediaGroup",
        {"one": picture(), "two": picture()},
        chat_id=anna.user.id,
        media=json.dumps(media),
    )
    first, second = answered["result"]
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], "caption" in second) == ("обе", False)


@pytest.mark.parametrize(
    ("media", "why"),
    [
        ([], "there are no messages to send"),
        (
            [{"type": "photo", "media": "attach://one"}] * 11,
            "too much messages to send as an album",
        ),
        (
            [
                {"type": "document", "media": "attach://one"},
                {"type": "photo", "media": "attach://one"},
            ],
            "document can't be mixed with other media types",
        ),
        (
            [{"type": "photo", "media": "attach://missing"}],
            "wrong file identifier/HTTP URL specified",
        ),
        (
            [{"type": "sticker", "media": "attach://one"}],
            "type of the media must be one of photo, video, audio, document",
        ),
        (
            [{"type": "photo", "media": "attach://one", "caption": "🐤" * 513}],
            "message caption is too long",
        ),
    ],
)
async def test_an_album_that_telegram_would_not_take_is_refused(
    api: Api, anna: Customer, media: list[object], why: str
) -> None:
    answered = await api.upload(
        "sendMediaGroup", {"one": picture()}, chat_id=anna.user.id, media=json.dumps(media)
    )
    assert answered["description"] == f"Bad Request: {why}"
    assert anna.received == []


async def test_that_somebody_is_writing_is_shown(api: Api, anna: Customer) -> None:
    assert await api.call("sendChatAction", chat_id=anna.user.id, action="typing")
    assert anna.chat.actions == ["typing"]
    refused = await api.refused("sendChatAction", chat_id=anna.user.id, action="dancing")
    assert refused == "Bad Request: wrong parameter action in request"


async def test_everything_is_in_the_ledger(
    api: Api, telegram: TelegramServer, anna: Customer, time: VirtualTime
) -> None:
    await api.call("sendMessage", chat_id=anna.user.id, text="one")
    await api.refused("sendMessage", chat_id=anna.user.id, text="")
    one, two = telegram.ledger.of("sendMessage")
    assert (one.ok, one.params["text"], one.at) == (True, "one", time.now())
    assert (two.ok, two.description) == (False, "Bad Request: message text is empty")


async def test_a_group_that_became_another_one_names_it(api: Api, telegram: TelegramServer) -> None:
    group = telegram.world.add_group("Staff", type="group", forum=False)
    group.rights[7000000001] = set()
    group.migrated_to = -1001234567890
    status, body = await api.answer("sendMessage", chat_id=group.id, text="a")
    assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": -1001234567890})


async def test_a_group_lets_only_its_members_write(api: Api, telegram: TelegramServer) -> None:
    group = telegram.world.add_group("Staff")
    to = {"chat_id": group.id, "text": "a"}
    assert await api.refused("sendMessage", **to) == (
        "Forbidden: bot is not a member of the supergroup chat"
    )
    group.kicked.add(7000000001)
    kicked = await api.refused("sendMessage", **to)
    assert kicked == "Forbidden: bot was kicked from the supergroup chat"
    group.deleted = True
    assert await api.refused("sendMessage", **to) == "Forbidden: the group chat was deleted"
