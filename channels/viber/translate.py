"""A callback of Viber's into events of ours.

Source: https://developers.viber.com/docs/api/rest-bot-api/#callbacks
"""

import json
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from bridge.channel import (
    ButtonPressed,
    ContactReachable,
    ContactStarted,
    ContactUnreachable,
    DeliveryReport,
    InboundEvent,
    InboundMedia,
    InboundMessage,
    MediaKind,
    Sender,
)
from channels.viber.buttons import pressed

Callback = Mapping[str, Any]


class UntranslatableError(ValueError):
    """Viber has said what we do not understand; the words quote no customer."""


def read(body: bytes) -> Callback:
    """Return the JSON of a callback; raises `UntranslatableError`."""
    try:
        callback = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UntranslatableError(f"no JSON: {type(error).__name__}") from None
    if not isinstance(callback, dict):
        raise UntranslatableError("no JSON object")
    return callback


def translate(callback: Callback) -> Sequence[InboundEvent]:
    """Return what a callback tells, which may be nothing; raises `UntranslatableError`."""
    event = callback.get("event")
    way = _EVENTS.get(event) if isinstance(event, str) else None
    if way is None:
        raise UntranslatableError("an unknown event")
    return way(callback)


# --- Events --------------------------------------------------------------------------


def _message(callback: Callback) -> Sequence[InboundEvent]:
    sender = _sender(_map(callback, "sender"))
    token, at, message = _token(callback), _time(callback), _map(callback, "message")
    button = pressed(message)
    if button is not None:
        return [
            ButtonPressed(sender=sender, external_id=token, button=button.text, id=button.id, at=at)
        ]
    text, media = _content(message)
    return [InboundMessage(sender=sender, external_id=token, sent_at=at, text=text, media=media)]


def _chat_opened(callback: Callback) -> Sequence[InboundEvent]:
    """Take notice of somebody who has opened the chat; `context` is what their link carried."""
    sender, source = _sender(_map(callback, "user")), _optional(callback, "context")
    return [ContactStarted(sender=sender, at=_time(callback), source=source)]


def _back(callback: Callback) -> Sequence[InboundEvent]:
    return [ContactReachable(sender=_sender(_map(callback, "user")), at=_time(callback))]


def _left(callback: Callback) -> Sequence[InboundEvent]:
    sender = Sender(external_id=_text(callback, "user_id"))
    return [ContactUnreachable(sender=sender, at=_time(callback), reason="blocked")]


def _report(state: Literal["delivered", "read", "failed"]) -> "_Way":
    def report(callback: Callback) -> Sequence[InboundEvent]:
        return [
            DeliveryReport(
                recipient=_text(callback, "user_id"),
                external_ids=[_token(callback)],
                state=state,
                at=_time(callback),
                reason="rejected" if state == "failed" else None,
            )
        ]

    return report


def _nothing(_callback: Callback) -> Sequence[InboundEvent]:
    return []


_Way = Callable[[Callback], Sequence[InboundEvent]]
_EVENTS: Mapping[str, _Way] = {
    "message": _message,
    "subscribed": _back,
    "conversation_started": _chat_opened,
    "unsubscribed": _left,
    "delivered": _report("delivered"),
    "seen": _report("read"),
    "failed": _report("failed"),
    "webhook": _nothing,
}


# --- Messages ------------------------------------------------------------------------

_Content = tuple[str, Sequence[InboundMedia]]


def _content(message: Mapping[str, Any]) -> _Content:
    """Return the words and the files of a message of any type."""
    return _TYPES.get(_text(message, "type"), _other)(message)


def _written(message: Mapping[str, Any]) -> _Content:
    return _text(message, "text"), ()


def _picture(message: Mapping[str, Any]) -> _Content:
    return _caption(message), [_media(message, "image", "image/jpeg")]


def _video(message: Mapping[str, Any]) -> _Content:
    return _caption(message), [_media(message, "video", "video/mp4")]


def _file(message: Mapping[str, Any]) -> _Content:
    return _caption(message), [_media(message, "file", "application/octet-stream")]


def _sticker(message: Mapping[str, Any]) -> _Content:
    """Stickers come as numbers, seldom with a picture."""
    if isinstance(message.get("media"), str):
        return "", [_media(message, "sticker", "image/png")]
    return f"[sticker {_number(message.get('sticker_id')) or '?'}]", ()


def _location(message: Mapping[str, Any]) -> _Content:
    place = _map(message, "location")
    lat, lon = _degrees(place, "lat", 90), _degrees(place, "lon", 180)
    address = place.get("address")
    named = f"{address}\n" if isinstance(address, str) and address else ""
    where = f"https://www.openstreetmap.org/?mlat={lat}&mlon={lon}"
    return f"📍 {named}{lat}, {lon}\n{where}", ()


def _contact(message: Mapping[str, Any]) -> _Content:
    card = _map(message, "contact")
    said = [one for key in ("name", "phone_number") if isinstance(one := card.get(key), str)]
    if not any(said):
        raise UntranslatableError("an empty contact")
    return f"👤 {', '.join(one for one in said if one)}", ()


def _link(message: Mapping[str, Any]) -> _Content:
    url, words = _text(message, "media"), _caption(message)
    return url if url in words or not words else f"{words}\n{url}", ()


def _other(message: Mapping[str, Any]) -> _Content:
    """Name what is of a type that we do not know, with its words and its address."""
    kind = _text(message, "type").replace("_", " ")
    said = (_optional(message, name) for name in ("text", "alt_text", "media"))
    return "\n".join(filter(None, [f"❔ {kind}", *said])), ()


_TYPES: Mapping[str, Callable[[Mapping[str, Any]], _Content]] = {
    "text": _written,
    "picture": _picture,
    "video": _video,
    "file": _file,
    "sticker": _sticker,
    "location": _location,
    "contact": _contact,
    "url": _link,
}


def _media(message: Mapping[str, Any], kind: MediaKind, mime: str) -> InboundMedia:
    """Return a file that the core is to fetch at once: its address lives an hour."""
    name = message.get("file_name")
    name = name if isinstance(name, str) else ""
    size = _number(message.get("file_size")) or _number(message.get("size"))
    guessed = mimetypes.guess_type(name)[0] if kind == "file" else None
    url = _text(message, "media")
    return InboundMedia(kind=kind, ref=url, name=name, mime=guessed or mime, size=size)


# --- People --------------------------------------------------------------------------


def _sender(user: Mapping[str, Any]) -> Sender:
    """Return the person, with what Viber tells of them."""
    country = _optional(user, "country")
    return Sender(
        external_id=_text(user, "id"),
        name=_optional(user, "name"),
        language=_optional(user, "language"),
        photo=_optional(user, "avatar"),
        attributes={"country": country} if country else {},
    )


# --- Fields --------------------------------------------------------------------------


def _map(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    if not isinstance(value, dict):
        raise UntranslatableError(f"no {key}")
    return value


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise UntranslatableError(f"no {key}")
    return value


def _optional(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) and value else None


def _caption(message: Mapping[str, Any]) -> str:
    return _optional(message, "text") or ""


def _number(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 2**63 else None


def _token(callback: Callback) -> str:
    """Return the message's token, a number that a float could not hold."""
    token = callback.get("message_token")
    if type(token) is int or (isinstance(token, str) and token):
        return str(token)
    raise UntranslatableError("no message_token")


def _time(callback: Callback) -> int:
    at = _number(callback.get("timestamp"))
    if at is None:
        raise UntranslatableError("no timestamp")
    return at


def _degrees(place: Mapping[str, Any], key: str, most: int) -> float:
    value = place.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise UntranslatableError(f"no {key}")
    try:
        degrees = float(value)
    except (ValueError, OverflowError):
        raise UntranslatableError(f"no {key}") from None
    # Written so that what is no number is refused as well.
    if not -most <= degrees <= most:
        raise UntranslatableError(f"no {key}")
    return round(degrees, 6)
