"""A part as the one call that sends it, and the ids that its answer gives.

Limits: core.telegram.org/bots/api#sending-files, #sendmediagroup, #inlinekeyboardbutton.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiogram import methods as tg
from aiogram.methods import TelegramMethod
from aiogram.types import (
    FSInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReplyParameters,
)

from bridge.channel import OutboundMedia, OutboundPart, RejectedError, UnreachableError
from bridge.markup import Dialect, parse, render
from channels.telegram.translate import external_id

LARGEST_FILE = 50 * 1024 * 1024
LARGEST_PICTURE = 10 * 1024 * 1024
# Of a picture, in pixels, both sides together; and how much longer one may be.
MOST_SIDES = 10_000
MOST_LONGER = 20
MOST_BUTTONS = 100
HTML = "HTML"
# Nothing of ours may have Telegram open an address that a customer wrote.
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
_SOUNDS = frozenset({"audio/mpeg", "audio/mp4"})


def message_of(part: OutboundPart) -> TelegramMethod[Any]:
    """Return the call that sends a part; raises `RejectedError` before anything goes out."""
    if not part.media:
        return tg.SendMessage(
            **_common(part),
            text=html(part),
            parse_mode=HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=keyboard(part),
        )
    for one in part.media:
        _check(one)
    if len(part.media) > 1:
        return _album(part)
    return _file(part, part.media[0])


def edit_of(part: OutboundPart) -> TelegramMethod[Any]:
    """Return the call that replaces the words of what was sent."""
    chat, numbers = _sent(part)
    common: dict[str, Any] = {"chat_id": chat, "message_id": numbers[0], "parse_mode": HTML}
    if part.media:
        return tg.EditMessageCaption(**common, caption=html(part), reply_markup=keyboard(part))
    return tg.EditMessageText(
        **common,
        text=html(part),
        link_preview_options=_NO_PREVIEW,
        reply_markup=keyboard(part),
    )


def deletion_of(part: OutboundPart) -> TelegramMethod[Any]:
    """Return the call that takes back what was sent."""
    chat, numbers = _sent(part)
    if len(numbers) > 1:
        return tg.DeleteMessages(chat_id=chat, message_ids=numbers)
    return tg.DeleteMessage(chat_id=chat, message_id=numbers[0])


def ids_of(result: Any) -> list[str]:
    """Return the ids of the message, or of the album, that Telegram answers with."""
    sent = result if isinstance(result, list) else [result]
    return [external_id(one["chat"]["id"], one["message_id"]) for one in sent]


def chat_of(recipient: str) -> int:
    """Return the number of a customer's chat; raises `UnreachableError` for what is none."""
    try:
        return int(recipient)
    except ValueError:
        message = "This is no Telegram chat."
        raise UnreachableError(message, reason="no_such_recipient") from None


def html(part: OutboundPart) -> str:
    """Return the words in Telegram's HTML."""
    return render(parse(part.text, part.format), Dialect.HTML)


def keyboard(part: OutboundPart) -> InlineKeyboardMarkup | None:
    """Return the buttons, one a row, so that none is cut short on a phone."""
    if not part.buttons:
        return None
    rows = [[InlineKeyboardButton(text=one.text, callback_data=one.id)] for one in part.buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _common(part: OutboundPart) -> dict[str, Any]:
    chat = chat_of(part.recipient)
    return {"chat_id": chat, "reply_parameters": _answered(part, chat)}


def _answered(part: OutboundPart, chat: int) -> ReplyParameters | None:
    """Name the message that is answered, if it is one of this chat; it may be gone by now."""
    where, _, number = (part.reply_to or "").partition("/")
    if where != str(chat) or not number.isdigit():
        return None
    return ReplyParameters(message_id=int(number), allow_sending_without_reply=True)


def _sent(part: OutboundPart) -> tuple[int, list[int]]:
    chats, numbers = zip(*(one.split("/") for one in part.external_ids), strict=True)
    return int(chats[0]), [int(one) for one in numbers]


# --- files ---


def _check(media: OutboundMedia) -> None:
    path = Path(media.path)
    if not path.is_file():
        raise RejectedError("The file is not there any more.", reason="media_gone")
    if path.stat().st_size > LARGEST_FILE:
        limit = LARGEST_FILE // 1024**2
        raise RejectedError(
            f"The file is larger than {limit} MB, the most a Telegram bot can send.",
            reason="too_large",
        )


def _upload(media: OutboundMedia) -> FSInputFile:
    return FSInputFile(media.path, filename=media.name)


def _as(media: OutboundMedia) -> str:
    """Return as what Telegram can show a file; anything can be sent as a document."""
    if media.kind == "sticker" and media.mime == "image/webp":
        return "sticker"
    if media.kind in ("image", "sticker") and _fits_a_photo(media):
        return "photo"
    if media.mime == "image/gif":
        return "animation"
    if media.kind == "voice" and media.mime == "audio/ogg":
        return "voice"
    if media.kind in ("voice", "audio") and media.mime in _SOUNDS:
        return "audio"
    return "video" if media.kind == "video" and media.mime == "video/mp4" else "document"


def _fits_a_photo(media: OutboundMedia) -> bool:
    """Say whether Telegram takes a picture as one; a long screenshot goes as a document.

    One that is broken further in is refused by Telegram, and the agent is told.
    """
    if media.mime not in _PICTURES or media.size > LARGEST_PICTURE:
        return False
    if not media.width or not media.height:
        return False
    shorter, longer = sorted((media.width, media.height))
    return shorter + longer <= MOST_SIDES and longer <= MOST_LONGER * shorter


def _file(part: OutboundPart, media: OutboundMedia) -> TelegramMethod[Any]:
    kind, common = _as(media), _common(part) | {"reply_markup": keyboard(part)}
    if kind == "sticker" and not part.text:
        return tg.SendSticker(**common, sticker=_upload(media))
    if kind == "sticker":
        # A sticker has no words under it, a picture has.
        kind = "photo" if _fits_a_photo(media) else "document"
    words = {"caption": html(part), "parse_mode": HTML}
    return _SENT_AS[kind](**common, **words, **{kind: _upload(media)})


def _album(part: OutboundPart) -> TelegramMethod[Any]:
    if part.buttons:
        raise RejectedError("Telegram puts no buttons under an album.", reason="unsupported")
    words = {"caption": html(part), "parse_mode": HTML}
    media = [
        kind(media=_upload(one), **({} if number else words))
        for number, (kind, one) in enumerate(zip(_kinds(part.media), part.media, strict=True))
    ]
    return tg.SendMediaGroup(**_common(part), media=media)


def _kinds(media: Sequence[OutboundMedia]) -> list[Callable[..., Any]]:
    """Return as what the items of an album go: pictures and films mix, all else as files."""
    kinds = [_as(one) for one in media]
    if set(kinds) <= {"photo", "video"} or set(kinds) == {"audio"}:
        return [_INPUTS[kind] for kind in kinds]
    return [InputMediaDocument] * len(media)


_SENT_AS: Mapping[str, Callable[..., TelegramMethod[Any]]] = {
    "photo": tg.SendPhoto,
    "animation": tg.SendAnimation,
    "voice": tg.SendVoice,
    "audio": tg.SendAudio,
    "video": tg.SendVideo,
    "document": tg.SendDocument,
}
_INPUTS: Mapping[str, Callable[..., Any]] = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "audio": InputMediaAudio,
}
