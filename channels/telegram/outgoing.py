"""A part as the one call that sends it, and the ids that its answer gives.

Limits: core.telegram.org/bots/api#sendmessage, #inlinekeyboardbutton.
"""

from typing import Any

from aiogram import methods as tg
from aiogram.methods import TelegramMethod
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)

from bridge.botapi.files import HTML, album_of, check, file_of
from bridge.channel import OutboundPart, RejectedError, UnreachableError
from bridge.markup import Dialect, parse, render
from channels.telegram.translate import external_id

MOST_BUTTONS = 100
# Nothing of ours may have Telegram open an address that a customer wrote.
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


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
        check(one)
    if len(part.media) == 1:
        common = _common(part) | {"reply_markup": keyboard(part)}
        return file_of(part.media[0], html(part), common)
    if part.buttons:
        raise RejectedError("Telegram puts no buttons under an album.", reason="unsupported")
    return album_of(part.media, html(part), _common(part))


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
