"""What Viber refuses in a message before it carries it.

Source: https://developers.viber.com/docs/api/rest-bot-api/#message-types
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bridge.sandbox.viber import keyboards
from bridge.sandbox.viber.statuses import Refusal, Status

MB = 1024 * 1024
LARGEST_BODY = 30 * 1024
LONGEST_TEXT = 7000
LONGEST_CAPTION = 512
LONGEST_SENDER = 28
LONGEST_TRACKING = 4000
LARGEST_PICTURE = MB
LARGEST_VIDEO = 26 * MB
LARGEST_FILE = 50 * MB
_PICTURES = (".jpeg", ".jpg", ".png", ".gif")

Message = Mapping[str, Any]


def check_message(message: Any) -> None:
    """Refuse what Viber would refuse; raises `Refusal`."""
    if not isinstance(message, Mapping):
        raise Refusal(Status.BAD_DATA)
    _check_sender(message)
    tracking = message.get("tracking_data", "")
    if not isinstance(tracking, str) or len(tracking) > LONGEST_TRACKING:
        raise Refusal(Status.BAD_DATA, "tracking_data is not valid")
    version = message.get("min_api_version", 1)
    if type(version) is not int or version < 1:
        raise Refusal(Status.BAD_DATA, "min_api_version is not valid")
    if "keyboard" in message:
        keyboards.check(message["keyboard"], version)
    elif "type" not in message:
        raise Refusal(Status.MISSING_DATA, "message is missing type")
    if "type" in message:
        _check_type(message)


def _check_sender(message: Message) -> None:
    sender = message.get("sender")
    if not isinstance(sender, Mapping) or not sender.get("name"):
        raise Refusal(Status.MISSING_DATA, "sender is missing name")
    if not isinstance(sender["name"], str) or len(sender["name"]) > LONGEST_SENDER:
        raise Refusal(Status.BAD_DATA, "sender.name is too long")
    if sender.get("avatar") is not None and not is_url(sender["avatar"]):
        raise Refusal(Status.BAD_DATA, "sender.avatar is not valid")


def _check_type(message: Message) -> None:
    check = _CHECKS.get(message["type"])
    if check is None:
        raise Refusal(Status.BAD_DATA, "type is not valid")
    check(message)


def _text(message: Message) -> None:
    text = _given(message, "text", str)
    if not text:
        raise Refusal(Status.MISSING_DATA, "message is missing text")
    # Viber's servers count as Java does, in UTF-16.
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_TEXT:
        raise Refusal(Status.BAD_DATA, "text is too long")


def _picture(message: Message) -> None:
    if len(_given(message, "text", str)) > LONGEST_CAPTION:
        raise Refusal(Status.BAD_DATA, "text is too long")
    _check_media(message, _PICTURES)


def _video(message: Message) -> None:
    _check_media(message, (".mp4",))
    _check_size(message, LARGEST_VIDEO)


def _file(message: Message) -> None:
    _check_media(message, ())
    _check_size(message, LARGEST_FILE)
    name = _given(message, "file_name", str)
    if not 0 < len(name) <= 256 or "." not in name:
        raise Refusal(Status.BAD_DATA, "file_name is not valid")


def _contact(message: Message) -> None:
    contact = _given(message, "contact", Mapping)
    if len(_given(contact, "name", str)) > 28 or len(_given(contact, "phone_number", str)) > 18:
        raise Refusal(Status.BAD_DATA, "contact is not valid")


def _location(message: Message) -> None:
    location = _given(message, "location", Mapping)
    for key, most in (("lat", 90), ("lon", 180)):
        if not -most <= float(_given(location, key, (int, float, str))) <= most:
            raise Refusal(Status.BAD_DATA, "location is not valid")


def _url(message: Message) -> None:
    if len(_check_media(message, ())) > 2000:
        raise Refusal(Status.BAD_DATA, "media is too long")


def _sticker(message: Message) -> None:
    _given(message, "sticker_id", int)


def _rich_media(message: Message) -> None:
    if message.get("min_api_version", 1) < 2:
        raise Refusal(Status.INCOMPATIBLE_WITH_VERSION)
    keyboards.check({**_given(message, "rich_media", Mapping), "Type": "keyboard"}, 7)


_CHECKS: Mapping[str, Callable[[Message], None]] = {
    "text": _text,
    "picture": _picture,
    "video": _video,
    "file": _file,
    "contact": _contact,
    "location": _location,
    "url": _url,
    "sticker": _sticker,
    "rich_media": _rich_media,
}


def _given(message: Mapping[str, Any], key: str, kind: type | tuple[type, ...]) -> Any:
    value = message.get(key)
    if value is None:
        raise Refusal(Status.MISSING_DATA, f"message is missing {key}")
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Refusal(Status.BAD_DATA, f"{key} is not valid")
    return value


def _check_media(message: Message, endings: tuple[str, ...]) -> str:
    """Refuse what is no address of a file with one of these endings; return the address."""
    media: str = _given(message, "media", str)
    if not is_url(media):
        raise Refusal(Status.BAD_DATA, "media is not valid")
    if endings and not urlsplit(media).path.lower().endswith(endings):
        raise Refusal(Status.BAD_DATA, "media has not a supported extension")
    return media


def _check_size(message: Message, most: int) -> None:
    if not 0 < _given(message, "size", int) <= most:
        raise Refusal(Status.BAD_DATA, "size is out of range")


def is_url(value: object) -> bool:
    """Say whether this is an address on the web."""
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_on_this_machine(url: str) -> bool:
    """Say whether the address is of this very machine, where no certificate is asked for."""
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")
