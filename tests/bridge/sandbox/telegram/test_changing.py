"""Edits, deletions, reactions and pressed buttons."""

from typing import Any

import pytest

from bridge.sandbox.telegram import Bot, Customer
from tests.bridge.sandbox.telegram.conftest import Api, picture
from tests.bridge.sandbox.telegram.virtual import VirtualTime

YES_NO = {
    "inline_keyboard": [
        [{"text": "Так", "callback_data": "yes"}, {"text": "Ні", "callback_data": "no"}]
    ]
}


async def sent(api: Api, anna: Customer, **more: Any) -> dict[str, Any]:
    result = await api.call("sendMessage", chat_id=anna.user.id, text="befor", **more)
    return {"chat_id": anna.user.id, "message_id": result["message_id"]}


async def test_a_text_is_replaced(api: Api, anna: Customer) -> None:
    edited = await api.call("editMessageText", **await sent(api, anna), text="before")
    assert anna.texts == ["before"]
    assert "edit_date" in edited


async def test_an_edit_that_changes_nothing_is_refused(api: Api, anna: Customer) -> None:
    refused = await api.refused("editMessageText", **await sent(api, anna), text="befor")
    assert refused.startswith("Bad Request: message is not modified: specified new message content")


async def test_only_an_own_message_that_is_there_can_be_edited(api: Api, anna: Customer) -> None:
    theirs = anna.write("mine")
    of = {"chat_id": anna.user.id, "text": "yours"}
    foreign = await api.refused("editMessageText", **of, message_id=theirs["message_id"])
    assert foreign == "Bad Request: message can't be edited"
    missing = await api.refused("editMessageText", **of, message_id=99)
    assert missing == "Bad Request: message to edit not found"


async def test_words_under_a_file_are_no_text_and_a_text_is_no_caption(
    api: Api, anna: Customer
) -> None:
    text = await sent(api, anna)
    wrong = await api.refused("editMessageCaption", **text, caption="a")
    assert wrong == "Bad Request: there is no caption in the message to edit"
    photo = (await api.upload("sendPhoto", {"photo": picture()}, chat_id=anna.user.id))["result"]
    of = {"chat_id": anna.user.id, "message_id": photo["message_id"]}
    wrong = await api.refused("editMessageText", **of, text="a")
    assert wrong == "Bad Request: there is no text in the message to edit"
    assert (await api.call("editMessageCaption", **of, caption="вот"))["caption"] == "вот"


async def test_messages_are_deleted_one_by_one_or_together(api: Api, anna: Customer) -> None:
    one, two, three = [await sent(api, anna) for _ in range(3)]
    assert await api.call("deleteMessage", **one)
    ids = [two["message_id"], three["message_id"], 99]
    assert await api.call("deleteMessages", chat_id=anna.user.id, message_ids=ids)
    assert anna.received == []
    gone = await api.refused("deleteMessage", **one)
    assert gone == "Bad Request: message to delete not found"


async def test_what_is_older_than_two_days_stays(
    api: Api, anna: Customer, time: VirtualTime
) -> None:
    message = await sent(api, anna)
    await time.pass_by(48 * 3600 + 1, lambda: True)
    refused = await api.refused("deleteMessage", **message)
    assert refused == "Bad Request: message can't be deleted for everyone"


@pytest.mark.parametrize(
    ("reaction", "answer"),
    [
        ([{"type": "emoji", "emoji": "👍"}], None),
        ([{"type": "emoji", "emoji": "✅"}], "Bad Request: REACTION_INVALID"),
    ],
)
async def test_a_bot_reacts_with_what_is_on_the_list(
    api: Api, anna: Customer, reaction: list[object], answer: str | None
) -> None:
    of = {"chat_id": anna.user.id, "message_id": anna.write("ok")["message_id"]}
    if answer is None:
        assert await api.call("setMessageReaction", **of, reaction=reaction)
        assert anna.chat.messages[of["message_id"]]["reactions"] == ["👍"]
    else:
        assert await api.refused("setMessageReaction", **of, reaction=reaction) == answer


async def test_a_press_is_told_and_answered_once(api: Api, anna: Customer, bot: Bot) -> None:
    message = await sent(api, anna, reply_markup=YES_NO)
    query = anna.press(message["message_id"], "Так")
    (update,) = await api.call("getUpdates")
    assert update["callback_query"]["data"] == "yes"
    assert update["callback_query"]["message"]["message_id"] == message["message_id"]
    assert await api.call("answerCallbackQuery", callback_query_id=query, text="Дякуємо")
    assert bot.queries[query] == {"text": "Дякуємо"}
    refused = await api.refused("answerCallbackQuery", callback_query_id="5")
    assert refused.startswith("Bad Request: query is too old")


async def test_a_customer_edits_and_reacts(api: Api, anna: Customer) -> None:
    await api.call("getUpdates", allowed_updates=["message", "edited_message", "message_reaction"])
    message = anna.write("befor")
    anna.edit(message["message_id"], "before")
    anna.react(message["message_id"], "👍")
    new, edited, reacted = await api.call("getUpdates")
    # Each update shows the message as it was then.
    assert new["message"]["text"] == "befor"
    assert edited["edited_message"]["text"] == "before"
    assert reacted["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]
