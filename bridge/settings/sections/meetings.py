"""Video meetings: at whose address they are held, and what a customer is told of one."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.sections.said import words
from bridge.settings.texts import LocalText, Text
from bridge.settings.values import pattern_schema, say, text_of
from bridge.settings.variables import VARIABLE, refuse_unknown

TOKEN, URL = "token", "url"
_TEXTS: Mapping[str, str] = {
    "en": "Let us talk by video. Open this link: {{url}}",
    "ru": "Давайте поговорим по видеосвязи. Откройте ссылку: {{url}}",
    "uk": "Поговорімо у відеозв’язку. Відкрийте посилання: {{url}}",
    "es": "Hablemos por videollamada. Abra este enlace: {{url}}",
}


def filled(text: str, value: str) -> str:
    """Return `text` with its one variable filled in."""
    return VARIABLE.sub(lambda _: value, text)


def _meeting_url(value: object) -> str:
    text = text_of(value, "an address such as https://meet.example.com/{{token}}")
    refuse_unknown(text, known=(TOKEN,))
    if not VARIABLE.search(text):
        message = f"without {{{{{TOKEN}}}}} every meeting would be at the same address"
        raise fault("bad_meeting_url", message)
    if not _is_address(filled(text, TOKEN)) or _is_address_of_token(text):
        raise fault("bad_meeting_url", f"{say(value)} is not https://host/{{{{{TOKEN}}}}}")
    return text


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(named and "@" not in parts.netloc and text.isprintable() and " " not in text)


def _is_address_of_token(text: str) -> bool:
    """Say whether the token stands in the host, which must be that of the program."""
    return urlsplit(filled(text, "one")).netloc != urlsplit(filled(text, "other")).netloc


def _has_url(text: LocalText) -> LocalText:
    for at, said in text.each():
        refuse_unknown(said, at=at, known=(URL,))
        if not VARIABLE.search(said):
            message = f"the link is missing: write {{{{{URL}}}}} where it is to be"
            raise fault("bad_text", message, at=at)
    return text


MeetingUrl = Annotated[
    str, PlainValidator(_meeting_url), pattern_schema(r"^https?://.+\{\{\s*token\s*\}\}.*$")
]
MeetingText = Annotated[Text, AfterValidator(_has_url)]


class Meetings(Part):
    """A program for video meetings that opens a room for whoever comes to its address."""

    url: MeetingUrl = Field(
        description="The address of a meeting. `{{token}}` becomes a new random word in each "
        "link, which nobody guesses.",
        examples=["https://meet.example.com/{{token}}"],
    )
    text: MeetingText = words(_TEXTS, "`{{url}}`, which becomes the link")
