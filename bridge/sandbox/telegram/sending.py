"""Sending: texts, files, albums, and that somebody is writing."""

import copy
import secrets
from collections.abc import Callable, Mapping

from bridge.sandbox.telegram import errors, files
from bridge.sandbox.telegram.call import (
    Call,
    Method,
    answered_by,
    keyboard_of,
    topic_of,
)
from bridge.sandbox.telegram.errors import bad_request
from bridge.sandbox.telegram.files import StoredFile
from bridge.sandbox.telegram.html import units
from bridge.sandbox.telegram.world import Chat, Raw

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LARGEST_ALBUM = 10
_ALBUM_KINDS: Mapping[str, Callable[[StoredFile], Raw]] = {
    "photo": files.photo,
    "video": files.video,
    "audio": files.audio,
    "document": files.document,
}
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


async def send_message(call: Call) -> Raw:
    """Send a text."""
    chat = call.chat()
    text, entities = call.params.formatted("text")
    _check_text(text, LONGEST_TEXT, errors.TEXT_TOO_LONG)
    content: Raw = {"text": text}
    return _sent(call, chat, content | ({"entities": entities} if entities else {}))


def file_method(field: str, shown: Callable[[StoredFile], Raw], *, captions: bool = True) -> Method:
    """Return the method that sends one file, given as `field`."""

    async def send(call: Call) -> Raw:
        chat = call.chat()
        content = shown(call.world.files.given(call.params, field))
        return _sent(call, chat, content | (caption_of(call) if captions else {}))

    return send


async def send_media_group(call: Call) -> list[Raw]:
    """Send an album."""
    chat = call.chat()
    media = call.params.json("media", "input media")
    if not isinstance(media, list) or not media:
        raise bad_request("there are no messages to send")
    if len(media) > LARGEST_ALBUM:
        raise bad_request("too much messages to send as an album")
    contents = [_item(call.within(dict(one))) for one in media]
    _check_mix({str(one.get("type")) for one in media})
    group = {"media_group_id": str(secrets.randbits(53))}
    call.spend(chat)
    topic, answered = topic_of(call, chat), answered_by(call, chat)
    return [stored(call, chat, content | group, topic, answered) for content in contents]


def _item(call: Call) -> Raw:
    kind = call.params.text("type")
    if kind not in _ALBUM_KINDS:
        raise bad_request(f"type of the media must be one of {', '.join(_ALBUM_KINDS)}")
    return _ALBUM_KINDS[kind](call.world.files.given(call.params, "media")) | caption_of(call)


def _check_mix(kinds: set[str]) -> None:
    for alone in ("document", "audio"):
        if alone in kinds and len(kinds) > 1:
            raise bad_request(f"{alone} can't be mixed with other media types")


async def send_chat_action(call: Call) -> bool:
    """Show that somebody is writing; a topic that is gone is passed over, as it is there."""
    chat = call.chat()
    action = call.params.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append(action)
    return True


def caption_of(call: Call) -> Raw:
    """Return the words under a file; raises `Refusal` for too many."""
    caption, entities = call.params.formatted("caption")
    if units(caption) > LONGEST_CAPTION:
        raise bad_request(errors.CAPTION_TOO_LONG)
    told: Raw = {"caption": caption} if caption else {}
    return told | ({"caption_entities": entities} if entities else {})


def _check_text(text: str, longest: int, too_long: str) -> None:
    if not text:
        raise bad_request(errors.TEXT_EMPTY)
    if units(text) > longest:
        raise bad_request(too_long)


def _sent(call: Call, chat: Chat, content: Raw) -> Raw:
    keyboard = keyboard_of(call)
    topic, answered = topic_of(call, chat), answered_by(call, chat)
    call.spend(chat)
    if keyboard is not None:
        content = content | {"reply_markup": keyboard}
    return stored(call, chat, content, topic, answered)


def stored(call: Call, chat: Chat, content: Raw, topic: int, answered: Raw | None) -> Raw:
    """Put a message of the bot into a chat; return it as the answer shows it."""
    message: Raw = {
        "message_id": call.world.new_id(call.bot, chat),
        "from": call.bot.raw,
        "chat": chat.raw,
        "date": int(call.world.time.now()),
    }
    if topic:
        message |= {"message_thread_id": topic, "is_topic_message": True}
    if answered is not None:
        message["reply_to_message"] = without_reply(answered)
        if chat.is_forum and "message_thread_id" not in message:
            # What is answered in General carries a thread that is no topic.
            message["message_thread_id"] = answered["message_id"]
    message |= content
    chat.messages[message["message_id"]] = message
    return copy.deepcopy(message)


def without_reply(message: Raw) -> Raw:
    """Return a message as one that answers it shows it: without what it answers itself."""
    return {k: copy.deepcopy(v) for k, v in message.items() if k != "reply_to_message"}


METHODS: Mapping[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": file_method("photo", files.photo),
    "sendDocument": file_method("document", files.document),
    "sendVoice": file_method("voice", files.voice),
    "sendVideo": file_method("video", files.video),
    "sendAudio": file_method("audio", files.audio),
    "sendAnimation": file_method("animation", files.animation),
    "sendSticker": file_method("sticker", files.sticker, captions=False),
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
