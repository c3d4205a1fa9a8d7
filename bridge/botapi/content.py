"""What a message holds: its words, and its files.

What has no words of its own is said in some (`said.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bridge.botapi.marked import marked
from bridge.botapi.raw import Raw, UntranslatableError, integer, items, maybe, part, text
from bridge.botapi.said import SAID, name_of, story
from bridge.channel import InboundMedia, MediaKind, TextFormat
from bridge.markup import escape

# What stands around the content of a message, or beside it for old programs
# (core.telegram.org/bots/api#message).
ENVELOPE = frozenset({
    "author_signature", "business_connection_id", "caption", "caption_entities", "chat",
    "date", "direct_messages_topic", "edit_date", "effect_id", "entities",
    "ephemeral_message_id", "external_reply", "forward_date", "forward_from",
    "forward_from_chat", "forward_from_message_id", "forward_origin", "forward_sender_name",
    "forward_signature", "from", "guest_bot_caller_chat", "guest_bot_caller_user",
    "guest_query_id", "has_media_spoiler", "has_protected_content", "is_automatic_forward",
    "is_from_offline", "is_paid_post", "is_topic_message", "link_preview_options",
    "live_photo", "media_group_id", "message_id", "message_thread_id", "paid_star_count",
    "quote", "receiver_user", "reply_markup", "reply_to_checklist_task_id",
    "reply_to_message", "reply_to_poll_option_id", "reply_to_story", "sender_boost_count",
    "sender_business_bot", "sender_chat", "sender_tag", "show_caption_above_media",
    "suggested_post_info", "text", "via_bot",
})  # fmt: skip
# What Telegram itself says in a chat, and nobody wrote.
SERVICE = frozenset({
    "boost_added", "channel_chat_created", "chat_background_set", "chat_owner_changed",
    "chat_owner_left", "chat_shared", "checklist_tasks_added", "checklist_tasks_done",
    "community_chat_added", "community_chat_joined", "community_chat_removed",
    "connected_website", "delete_chat_photo", "direct_message_price_changed",
    "forum_topic_closed", "forum_topic_created", "forum_topic_edited",
    "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden",
    "giveaway_completed", "giveaway_created", "group_chat_created", "left_chat_member",
    "managed_bot_created", "message_auto_delete_timer_changed", "migrate_from_chat_id",
    "migrate_to_chat_id", "new_chat_members", "new_chat_photo", "new_chat_title",
    "paid_message_price_changed", "pinned_message", "poll_option_added",
    "poll_option_deleted", "proximity_alert_triggered", "suggested_post_approval_failed",
    "suggested_post_approved", "suggested_post_declined", "suggested_post_paid",
    "suggested_post_refunded", "supergroup_chat_created", "user_shared", "users_shared",
    "video_chat_ended", "video_chat_participants_invited", "video_chat_scheduled",
    "video_chat_started", "write_access_allowed",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A message's words and files."""

    text: str = ""
    format: TextFormat = "plain"
    media: tuple[InboundMedia, ...] = ()


def content_of(message: Raw, *, words_first: bool = False) -> Content | None:
    """Return what a message holds; `None` for what nobody wrote, a notice of Telegram's own.

    What a card says in words stands before what was written with it, unless `words_first`.
    """
    words, style = _words(message)
    media = (*_files(message), *_paid_files(message))
    said = next((say(part(message, name)) for name, say in SAID.items() if name in message), "")
    if not (words or media or said):
        if SERVICE.intersection(message):
            return None
        said = _unknown(message)
    if said:
        # A file or a card has a caption at most, never a text beside it.
        both = [words, _as_markup(said, style)] if words_first else [_as_markup(said, style), words]
        words = "\n".join(both).strip() if words else said
    return _introduced(message, Content(text=words, format=style, media=media))


def _words(message: Raw) -> tuple[str, TextFormat]:
    if "text" in message:
        return marked(text(message, "text"), items(message, "entities"))
    return marked(maybe(message, "caption"), items(message, "caption_entities"))


def _unknown(message: Raw) -> str:
    kinds = sorted(set(message) - ENVELOPE)
    return f"❔ {kinds[0].replace('_', ' ')}" if kinds else "❔"


def _introduced(message: Raw, content: Content) -> Content:
    """Say before the words whose they are, if not the customer's, and what they answer."""
    before = [*_forwarded(message), *_quoted_elsewhere(message)]
    if not before:
        return content
    head = "\n".join(_as_markup(line, content.format) for line in before)
    return Content(
        text=f"{head}\n{content.text}".rstrip("\n"), format=content.format, media=content.media
    )


def _as_markup(line: str, format: TextFormat) -> str:
    return escape(line) if format == "markdown" else line


def _forwarded(message: Raw) -> list[str]:
    if "forward_origin" not in message:
        return []
    return [f"↪ {_author(part(message, 'forward_origin'))}".rstrip()]


def _author(origin: Raw) -> str:
    """Return the name of who wrote something first, as far as they let it be known."""
    for name in ("sender_user", "sender_chat", "chat"):
        if name in origin:
            return name_of(part(origin, name))
    return maybe(origin, "sender_user_name")


def _quoted_elsewhere(message: Raw) -> list[str]:
    """Return what is answered where no id of ours leads: a story, or in another chat."""
    if "reply_to_story" in message:
        return [f"» {story(part(message, 'reply_to_story'))}"]
    if "external_reply" not in message:
        return []
    if "quote" not in message:
        return [f"» {_author(part(part(message, 'external_reply'), 'origin'))}".rstrip()]
    return [f"» {line}" for line in text(part(message, "quote"), "text").split("\n")]


# --- files ---


def _files(holder: Raw) -> list[InboundMedia]:
    return [made(holder) for name, made in MEDIA.items() if _is_first(holder, name)]


def _paid_files(message: Raw) -> list[InboundMedia]:
    """Take what was paid for; of the rest Telegram shows the size alone."""
    if "paid_media" not in message:
        return []
    found: list[InboundMedia] = []
    for one in items(part(message, "paid_media"), "paid_media"):
        found += [_moving_photo(one)] if "live_photo" in one else _files(one)
    return found


def _is_first(message: Raw, name: str) -> bool:
    # A silent film comes as a file too, for those who know no silent films.
    return name in message and not (name == "document" and "animation" in message)


def _file(kind: MediaKind, field: str, mime: str, ending: str) -> Callable[[Raw], InboundMedia]:
    def made(message: Raw) -> InboundMedia:
        return _media(part(message, field), kind, mime=mime, name=f"{field}.{ending}")

    return made


def _media(file: Raw, kind: MediaKind, *, mime: str, name: str) -> InboundMedia:
    return InboundMedia(
        kind=kind,
        ref=text(file, "file_id"),
        # One file has several ids, and one name that stays (core.telegram.org/bots/api#file).
        key=maybe(file, "file_unique_id"),
        name=maybe(file, "file_name") or name,
        mime=maybe(file, "mime_type") or mime,
        size=integer(file, "file_size") if "file_size" in file else None,
    )


def _photo(message: Raw) -> InboundMedia:
    """Take the largest of the sizes."""
    sizes = items(message, "photo")
    if not sizes:
        raise UntranslatableError("photo has no sizes")
    largest = max(sizes, key=lambda one: integer(one, "width") * integer(one, "height"))
    return _media(largest, "image", mime="image/jpeg", name="photo.jpg")


def _sticker(message: Raw) -> InboundMedia:
    """Take the sticker, or of one that moves the picture of it, which everybody can see."""
    sticker = part(message, "sticker")
    if not (sticker.get("is_animated") or sticker.get("is_video")):
        return _media(sticker, "sticker", mime="image/webp", name="sticker.webp")
    if "thumbnail" in sticker:
        thumbnail = part(sticker, "thumbnail")
        return _media(thumbnail, "sticker", mime="image/webp", name="sticker.webp")
    ending = "webm" if sticker.get("is_video") else "tgs"
    return _media(sticker, "file", mime="application/octet-stream", name=f"sticker.{ending}")


_moving_photo = _file("video", "live_photo", "video/mp4", "mp4")
MEDIA: Mapping[str, Callable[[Raw], InboundMedia]] = {
    "photo": _photo,
    "animation": _file("video", "animation", "video/mp4", "mp4"),
    "document": _file("file", "document", "application/octet-stream", "bin"),
    "voice": _file("voice", "voice", "audio/ogg", "ogg"),
    "audio": _file("audio", "audio", "audio/mpeg", "mp3"),
    "video": _file("video", "video", "video/mp4", "mp4"),
    "video_note": _file("video", "video_note", "video/mp4", "mp4"),
    "sticker": _sticker,
}
