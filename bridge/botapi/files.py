"""Files as the one call that sends them: core.telegram.org/bots/api#sending-files."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiogram import methods as tg
from aiogram.methods import TelegramMethod
from aiogram.types import (
    FSInputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
)

from bridge.channel import OutboundMedia, RejectedError

LARGEST_FILE = 50 * 1024 * 1024
LARGEST_PICTURE = 10 * 1024 * 1024
# Of a picture, in pixels, both sides together; and how much longer one may be.
MOST_SIDES = 10_000
MOST_LONGER = 20
HTML = "HTML"
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
_SOUNDS = frozenset({"audio/mpeg", "audio/mp4"})


def check(media: OutboundMedia) -> None:
    """Raise `RejectedError` for a file that is gone, or too large for a bot."""
    path = Path(media.path)
    if not path.is_file():
        raise RejectedError("The file is not there any more.", reason="media_gone")
    if path.stat().st_size > LARGEST_FILE:
        limit = LARGEST_FILE // 1024**2
        raise RejectedError(
            f"The file is larger than {limit} MB, the most a Telegram bot can send.",
            reason="too_large",
        )


def file_of(media: OutboundMedia, words: str, common: Mapping[str, Any]) -> TelegramMethod[Any]:
    """Return the call that sends a file with `words` (HTML) under it."""
    kind = _as(media)
    if kind == "sticker" and not words:
        return tg.SendSticker(**common, sticker=_upload(media))
    if kind == "sticker":
        # A sticker has no words under it, a picture has.
        kind = "photo" if _fits_a_photo(media) else "document"
    caption = {"caption": words, "parse_mode": HTML}
    return _SENT_AS[kind](**common, **caption, **{kind: _upload(media)})


def album_of(
    media: Sequence[OutboundMedia], words: str, common: Mapping[str, Any]
) -> TelegramMethod[Any]:
    """Return the call that sends files together, with `words` (HTML) under the first."""
    caption = {"caption": words, "parse_mode": HTML}
    items = [
        kind(media=_upload(one), **({} if number else caption))
        for number, (kind, one) in enumerate(zip(_kinds(media), media, strict=True))
    ]
    return tg.SendMediaGroup(**common, media=items)


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
