"""Topics of a staff group, and the people in it."""

import pytest

from bridge.sandbox.telegram import Bot, Chat, Member, TelegramServer
from tests.bridge.sandbox.telegram.conftest import Api


@pytest.fixture
def group(telegram: TelegramServer, bot: Bot) -> Chat:
    """A forum in which the bot is an administrator."""
    made = telegram.world.add_group("Підтримка")
    made.rights[bot.id] = {"can_manage_topics", "can_delete_messages"}
    return made


@pytest.fixture
def pavel(telegram: TelegramServer, group: Chat) -> Member:
    """An agent in the group."""
    return Member(telegram.world, telegram.world.add_user("Павел"), group)


async def opened(api: Api, group: Chat, name: str = "Анна Коваль") -> dict[str, int]:
    topic = await api.call("createForumTopic", chat_id=group.id, name=name)
    return {"chat_id": group.id, "message_thread_id": topic["message_thread_id"]}


async def test_what_is_sent_into_a_topic_says_so(api: Api, group: Chat) -> None:
    topic = await opened(api, group)
    sent = await api.call("sendMessage", **topic, text="Привет")
    assert sent["message_thread_id"] == topic["message_thread_id"]
    assert sent["is_topic_message"]


async def test_a_closed_topic_takes_nothing_until_it_is_open_again(api: Api, group: Chat) -> None:
    topic = await opened(api, group)
    await api.call("closeForumTopic", **topic)
    assert await api.refused("sendMessage", **topic, text="a") == "Bad Request: TOPIC_CLOSED"
    assert await api.refused("closeForumTopic", **topic) == "Bad Request: TOPIC_NOT_MODIFIED"
    await api.call("reopenForumTopic", **topic)
    await api.call("sendMessage", **topic, text="a")


async def test_a_deleted_topic_is_not_found_and_its_messages_are_gone(
    api: Api, group: Chat
) -> None:
    topic = await opened(api, group)
    sent = await api.call("sendMessage", **topic, text="a")
    await api.call("deleteForumTopic", **topic)
    refused = await api.refused("sendMessage", **topic, text="a")
    assert refused == "Bad Request: message thread not found"
    assert await api.refused("editForumTopic", **topic, name="b") == "Bad Request: TOPIC_ID_INVALID"
    gone = await api.refused(
        "editMessageText", chat_id=group.id, message_id=sent["message_id"], text="b"
    )
    assert gone == "Bad Request: message to edit not found"
    # It says so of no topic when somebody types in it, so this is no way to ask.
    assert await api.call("sendChatAction", **topic, action="typing")


async def test_a_topic_gets_another_name_and_icon(api: Api, group: Chat) -> None:
    topic = await opened(api, group)
    icon = (await api.call("getForumTopicIconStickers"))[0]["custom_emoji_id"]
    await api.call("editForumTopic", **topic, name="✅ Анна", icon_custom_emoji_id=icon)
    kept = group.topics[topic["message_thread_id"]]
    assert (kept.name, kept.icon_custom_emoji_id) == ("✅ Анна", icon)
    same = await api.refused("editForumTopic", **topic, name="✅ Анна")
    assert same == "Bad Request: TOPIC_NOT_MODIFIED"


@pytest.mark.parametrize("name", ["", " ", "я" * 129])
async def test_a_topic_has_a_name_of_128_characters_at_most(
    api: Api, group: Chat, name: str
) -> None:
    refused = await api.refused("createForumTopic", chat_id=group.id, name=name)
    assert refused == "Bad Request: topic name must be 1 to 128 characters long"


async def test_only_a_bot_with_the_right_opens_topics_and_only_in_a_forum(
    api: Api, telegram: TelegramServer, group: Chat, bot: Bot
) -> None:
    group.rights[bot.id] = set()
    refused = await api.refused("createForumTopic", chat_id=group.id, name="a")
    assert refused == "Bad Request: not enough rights to manage topics"
    plain = telegram.world.add_group("Plain", forum=False)
    plain.rights[bot.id] = {"can_manage_topics"}
    refused = await api.refused("createForumTopic", chat_id=plain.id, name="a")
    assert refused == "Bad Request: the chat is not a forum"


async def test_an_icon_has_one_of_six_colors(api: Api, group: Chat) -> None:
    refused = await api.refused("createForumTopic", chat_id=group.id, name="a", icon_color=1)
    assert refused == "Bad Request: icon color must be one of the allowed colors"


async def test_an_answer_in_general_carries_a_thread_that_is_no_topic(
    api: Api, group: Chat
) -> None:
    first = await api.call("sendMessage", chat_id=group.id, text="a")
    assert "message_thread_id" not in first
    reply = {"message_id": first["message_id"]}
    second = await api.call("sendMessage", chat_id=group.id, text="b", reply_parameters=reply)
    assert second["message_thread_id"] == first["message_id"]
    assert "is_topic_message" not in second


async def test_an_agents_words_reach_the_bot_with_their_topic(
    api: Api, group: Chat, pavel: Member
) -> None:
    topic = (await opened(api, group))["message_thread_id"]
    pavel.say("Здравствуйте", topic=topic)
    pavel.say("кто возьмёт?")
    made, inside, general = [one["message"] for one in await api.call("getUpdates")]
    assert "forum_topic_created" in made, "of what a bot does to a group it is told"
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (topic, True)
    assert "is_topic_message" not in general
    assert inside["chat"] == {
        "id": group.id,
        "type": "supergroup",
        "title": "Підтримка",
        "is_forum": True,
    }


async def test_a_bot_that_is_no_administrator_hears_commands_and_answers_only(
    api: Api, group: Chat, pavel: Member, bot: Bot
) -> None:
    group.rights[bot.id] = set()
    own = await api.call("sendMessage", chat_id=group.id, text="hello")
    pavel.say("unheard")
    pavel.say("/take")
    pavel.say("answer", reply_to=own["message_id"])
    heard = [one["message"]["text"] for one in await api.call("getUpdates")]
    assert heard == ["/take", "answer"]


async def test_an_agent_presses_a_button_and_reacts(
    api: Api, group: Chat, pavel: Member, bot: Bot
) -> None:
    await api.call("getUpdates", allowed_updates=["callback_query", "message_reaction"])
    button = {"inline_keyboard": [[{"text": "Взять", "callback_data": "take:1"}]]}
    card = await api.call("sendMessage", chat_id=group.id, text="a", reply_markup=button)
    query = pavel.press(card["message_id"], "Взять")
    pavel.react(card["message_id"], "👀")
    pressed, reacted = await api.call("getUpdates")
    assert pressed["callback_query"]["data"] == "take:1"
    assert pressed["callback_query"]["from"]["first_name"] == "Павел"
    assert reacted["message_reaction"]["chat"]["id"] == group.id
    assert query in bot.queries


def test_a_member_writes_into_no_topic_that_is_not_there(pavel: Member) -> None:
    with pytest.raises(LookupError):
        pavel.say("a", topic=99)
