"""A part made into the one message of Viber's that carries it.

The vendor's library builds and validates it. Its sender is never used: that has no timeout,
and logs the token and the text.

Source: https://developers.viber.com/docs/api/rest-bot-api/#message-types
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from viberbot.api.messages import (  # type: ignore[import-untyped]
    FileMessage,
    PictureMessage,
    TextMessage,
    VideoMessage,
)

from bridge.channel import OutboundMedia, OutboundPart, RejectedError, TextUnit
from bridge.markup import to_plain
from channels.viber import buttons
from channels.viber.settings import LONGEST_SENDER, ViberSettings

# It would log what goes through it.
logging.getLogger("viber.bot.api").disabled = True

LONGEST_TEXT = 7000
# Which unit is not said; UTF-16 is what their servers count in, and the strictest.
TEXT_UNIT = TextUnit.UTF16
# The vendor's megabytes may have 1,000,000 bytes.
LARGEST_PICTURE = 1_000_000
LARGEST_VIDEO = 26_000_000
LARGEST_FILE = 50_000_000
_PICTURES = frozenset({"image/jpeg", "image/png"})
_LONGEST_NAME = 256

Message = dict[str, Any]
Link = Callable[[OutboundMedia], str]


class Outgoing:
    """Makes the messages of one bot."""

    def __init__(self, settings: ViberSettings, name: str, link: Link | None) -> None:
        """`name` stands where nobody else is named; `link` gives a file's public address."""
        self._settings = settings
        self._name = name
        self._link = link

    def message(self, part: OutboundPart) -> Message:
        """Return the message; raises `RejectedError` for what Viber cannot carry."""
        text = to_plain(part.text, part.format).strip()
        made = self._with_file(part, text) if part.media else _text(text, part)
        if not made.validate():
            raise RejectedError("The message has nothing in it.", reason="rejected")
        return {"receiver": part.recipient, "sender": self.sender(part.author), **_full(made)}

    def welcome(self, text: str) -> Message:
        """Return what is shown to somebody who opens the chat."""
        made = TextMessage(text=text, min_api_version=1)
        return {"sender": self.sender(None), **_full(made)}

    def sender(self, author: str | None) -> Message:
        """Return who a message is from, as the customer reads it."""
        name = self._settings.sender_name or (author or "").strip() or self._name
        sender = {"name": name[:LONGEST_SENDER], "avatar": self._settings.sender_avatar}
        return {key: value for key, value in sender.items() if value is not None}

    def _with_file(self, part: OutboundPart, text: str) -> Any:
        if len(part.media) > 1:
            raise RejectedError("Viber carries one file a message.", reason="unsupported")
        (file,) = part.media
        if file.size > LARGEST_FILE:
            raise RejectedError("Viber takes files up to 50 MB.", reason="too_large")
        if self._link is None:
            raise RejectedError("There is no public address for files.", reason="misconfigured")
        return _file(file, self._link(file), text)


def _text(text: str, part: OutboundPart) -> Any:
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_TEXT:
        raise RejectedError("The text is longer than 7,000 characters.", reason="too_long")
    return TextMessage(
        text=text or None,
        keyboard=buttons.keyboard(part.buttons),
        tracking_data=buttons.tracking(part.buttons),
        min_api_version=1,
    )


def _file(file: OutboundMedia, url: str, text: str) -> Any:
    """Return a picture or a video where Viber takes it as one, else a file."""
    if file.mime in _PICTURES and file.size <= LARGEST_PICTURE:
        return PictureMessage(text=text, media=url, min_api_version=1)
    if text:
        raise RejectedError("Viber takes words under small pictures only.", reason="unsupported")
    if file.mime == "video/mp4" and file.size <= LARGEST_VIDEO:
        return VideoMessage(media=url, size=file.size, min_api_version=1)
    return FileMessage(media=url, size=file.size, file_name=_name(file), min_api_version=1)


def _name(file: OutboundMedia) -> str:
    """Return the file's name, with an ending, which Viber wants."""
    name = file.name if "." in file.name else f"{file.name}.bin"
    return name[-_LONGEST_NAME:]


def _full(made: Any) -> Mapping[str, Any]:
    """Return the message as JSON; the library writes what is missing as `null`."""
    return {key: value for key, value in made.to_dict().items() if value is not None}
