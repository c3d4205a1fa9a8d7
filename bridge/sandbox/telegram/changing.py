"""Changing what was sent: edits, deletions, reactions."""

import copy
from collections.abc import Callable, Mapping

from bridge.sandbox.telegram import errors
from bridge.sandbox.telegram.call import Call, Method, keyboard_of
from bridge.sandbox.telegram.errors import bad_request, forbidden
from bridge.sandbox.telegram.html import units
from bridge.sandbox.telegram.sending import LONGEST_TEXT, caption_of
from bridge.sandbox.telegram.world import Chat, Raw

# What was sent longer ago cannot be deleted any more: core.telegram.org/bots/api#deletemessage
DELETABLE = 48 * 3600
MOST_DELETED = 100
# Some of the fixed list of reactions that bots may give.
REACTIONS = frozenset("👍👎❤🔥🎉👏👀👌✍🤔🤷🙏💯😁😢🤯😱🤬🤩🤮💩")


async def edit_message_text(call: Call) -> Raw:
    """Replace a text."""
    return _edited(call, "text", _text, errors.NO_TEXT_TO_EDIT)


async def edit_message_caption(call: Call) -> Raw:
    """Replace the words under a file."""
    return _edited(call, "file", caption_of, errors.NO_CAPTION_TO_EDIT)


def _text(call: Call) -> Raw:
    text, entities = call.params.formatted("text")
    if not text:
        raise bad_request(errors.TEXT_EMPTY)
    if units(text) > LONGEST_TEXT:
        raise bad_request(errors.TEXT_TOO_LONG)
    return {"text": text} | ({"entities": entities} if entities else {})


def _edited(call: Call, kind: str, read: Callable[[Call], Raw], wrong: str) -> Raw:
    chat = call.chat()
    message = call.message(chat, errors.NO_MESSAGE_TO_EDIT)
    if message["from"]["id"] != call.bot.id:
        raise bad_request(errors.CANNOT_EDIT)
    if ("text" in message) != (kind == "text"):
        raise bad_request(wrong)
    content, keyboard = read(call), keyboard_of(call)
    if keyboard is not None:
        content = content | {"reply_markup": keyboard}
    parts = ("text", "entities", "caption", "caption_entities", "reply_markup")
    if {name: message[name] for name in parts if name in message} == content:
        raise bad_request(errors.NOT_MODIFIED)
    call.spend(chat)
    for name in parts:
        message.pop(name, None)
    message |= content | {"edit_date": int(call.world.time.now())}
    return copy.deepcopy(message)


async def delete_message(call: Call) -> bool:
    """Delete one message."""
    chat = call.chat()
    message = call.message(chat, errors.NO_MESSAGE_TO_DELETE)
    if not _deletable(call, chat, message):
        raise bad_request(errors.CANNOT_DELETE)
    del chat.messages[message["message_id"]]
    return True


async def delete_messages(call: Call) -> bool:
    """Delete several messages; those that are not there are passed over."""
    chat = call.chat()
    numbers = call.params.json("message_ids", "message identifiers")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= MOST_DELETED:
        raise bad_request("message identifiers are not specified")
    for number in numbers:
        message = chat.messages.get(int(number))
        if message is not None and _deletable(call, chat, message):
            del chat.messages[int(number)]
    return True


def _deletable(call: Call, chat: Chat, message: Raw) -> bool:
    own = message["from"]["id"] == call.bot.id
    if chat.is_group and "can_delete_messages" in chat.rights.get(call.bot.id, ()):
        return True
    young = call.world.time.now() - message["date"] <= DELETABLE
    return young and (own or not chat.is_group)


async def set_message_reaction(call: Call) -> bool:
    """Set the bot's reactions to a message."""
    chat = call.chat()
    message = call.message(chat, errors.NO_MESSAGE_TO_REACT)
    given = call.params.json("reaction", "reaction") or []
    emoji = [one.get("emoji", "") for one in given]
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not REACTIONS.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    message["reactions"] = emoji
    return True


async def answer_callback_query(call: Call) -> bool:
    """Answer the press of a button, in time."""
    query = call.params.text("callback_query_id")
    if query not in call.bot.queries:
        raise bad_request(errors.QUERY_TOO_OLD)
    if call.bot.queries[query] is not None:
        raise forbidden("query was answered already")
    alert = {"show_alert": True} if call.params.flag("show_alert") else {}
    call.bot.queries[query] = {"text": call.params.text("text")} | alert
    return True


METHODS: Mapping[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
    "answerCallbackQuery": answer_callback_query,
}
