"""Topics of a forum: core.telegram.org/bots/api#createforumtopic and below.

Opening a topic counts as a message of the group (tdlib/td, issue 2592).
"""

import copy
from collections.abc import Mapping

from bridge.sandbox.telegram import errors
from bridge.sandbox.telegram.call import Call, Method
from bridge.sandbox.telegram.errors import bad_request
from bridge.sandbox.telegram.world import Chat, Raw, Topic

COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
LONGEST_NAME = 128
ICONS = (
    ("5312536423851630001", "💬"),
    ("5312016608254762256", "✅"),
    ("5377316857231450742", "❓"),
)


async def create_forum_topic(call: Call) -> Raw:
    """Open a topic."""
    chat = _managed(call)
    color = call.params.integer("icon_color", COLORS[0])
    if color not in COLORS:
        raise bad_request("icon color must be one of the allowed colors")
    icon, name = _icon(call), _name(call)
    call.spend(chat)
    number = _say(call, chat, 0, "forum_topic_created", {"name": name, "icon_color": color})
    chat.topics[number] = Topic(number, name, color, icon, made_by=call.bot.id)
    told: Raw = {"message_thread_id": number, "name": name, "icon_color": color}
    return told | ({"icon_custom_emoji_id": icon} if icon else {})


async def edit_forum_topic(call: Call) -> bool:
    """Give a topic another name or icon."""
    chat, topic = _topic(call)
    name = _name(call) if "name" in call.params else topic.name
    given = "icon_custom_emoji_id" in call.params.values
    icon = _icon(call) if given else topic.icon_custom_emoji_id
    if (name, icon) == (topic.name, topic.icon_custom_emoji_id):
        raise bad_request(errors.TOPIC_NOT_MODIFIED)
    call.spend(chat)
    topic.name, topic.icon_custom_emoji_id = name, icon
    _say(call, chat, topic.id, "forum_topic_edited", {"name": name})
    return True


async def close_forum_topic(call: Call) -> bool:
    """Close a topic."""
    return _set_closed(call, "forum_topic_closed", closed=True)


async def reopen_forum_topic(call: Call) -> bool:
    """Open a closed topic again."""
    return _set_closed(call, "forum_topic_reopened", closed=False)


def _set_closed(call: Call, event: str, *, closed: bool) -> bool:
    chat, topic = _topic(call)
    if topic.closed == closed:
        raise bad_request(errors.TOPIC_NOT_MODIFIED)
    call.spend(chat)
    topic.closed = closed
    _say(call, chat, topic.id, event, {})
    return True


async def delete_forum_topic(call: Call) -> bool:
    """Delete a topic with all that was said in it."""
    chat, topic = _topic(call)
    if not _is_own(call, topic) and not _may(call, chat, "can_delete_messages"):
        raise bad_request("not enough rights to delete topics")
    chat.drop_topic(topic.id)
    return True


async def get_forum_topic_icon_stickers(call: Call) -> list[Raw]:  # noqa: ARG001  # They are the same for all.
    """Return the icons that a topic may have."""
    return [_icon_sticker(number, emoji) for number, emoji in ICONS]


def _icon_sticker(number: str, emoji: str) -> Raw:
    return {
        "file_id": f"CAACAgI{number}",
        "file_unique_id": f"AgAD{number}",
        "type": "custom_emoji",
        "width": 100,
        "height": 100,
        "is_animated": True,
        "is_video": False,
        "emoji": emoji,
        "custom_emoji_id": number,
    }


def _is_own(call: Call, topic: Topic) -> bool:
    return topic.made_by == call.bot.id


def _may(call: Call, chat: Chat, right: str) -> bool:
    return right in chat.rights.get(call.bot.id, ())


def _managed(call: Call) -> Chat:
    chat = call.chat()
    if not chat.is_forum:
        raise bad_request(errors.NO_FORUM)
    if "can_manage_topics" not in chat.rights.get(call.bot.id, ()):
        raise bad_request("not enough rights to manage topics")
    return chat


def _topic(call: Call) -> tuple[Chat, Topic]:
    chat = _managed(call)
    topic = chat.topics.get(call.params.integer("message_thread_id"))
    if topic is None:
        raise bad_request(errors.TOPIC_ID_INVALID)
    return chat, topic


def _name(call: Call) -> str:
    name = call.params.text("name").strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise bad_request("topic name must be 1 to 128 characters long")
    return name


def _icon(call: Call) -> str:
    icon = call.params.text("icon_custom_emoji_id")
    if icon and icon not in dict(ICONS):
        raise bad_request("DOCUMENT_INVALID")
    return icon


def _say(call: Call, chat: Chat, topic: int, event: str, told: Raw) -> int:
    """Put the service message into the group; return its id."""
    number = call.world.new_id(call.bot, chat)
    message: Raw = {
        "message_id": number,
        "from": call.bot.raw,
        "chat": chat.raw,
        "date": int(call.world.time.now()),
        "message_thread_id": topic or number,
        "is_topic_message": True,
        event: told,
    }
    chat.messages[number] = copy.deepcopy(message)
    # Of what a bot says it hears nothing; of what it does to a group it does.
    call.world.notice(chat, message)
    return number


METHODS: Mapping[str, Method] = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
    "getForumTopicIconStickers": get_forum_topic_icon_stickers,
}
