"""What the program itself tells customers, and whether it does."""

from typing import Annotated

from pydantic import AfterValidator, Field

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.texts import LocalText, Text
from bridge.settings.values import Flag
from bridge.settings.variables import OPENED


def _said_as_it_stands(text: LocalText) -> LocalText:
    """Refuse what would go out empty, or with a variable that nobody fills in."""
    for at, words in text.each():
        if not words.strip():
            message = "there is nothing to say here"
            raise fault("bad_text", message, at=at, help="write a text, or enabled: false")
        if OPENED in words:
            message = "no variable is filled in here"
            raise fault("unknown_variable", message, token=OPENED, at=at, help="write the words")
    return text


Said = Annotated[Text, AfterValidator(_said_as_it_stands)]

# No time is named and no one person: neither could be kept everywhere.
_BEGUN = {
    "en": "Thank you, we have your message. Our team will answer you here.",
    "ru": "Спасибо, мы получили ваше сообщение. Наши сотрудники ответят вам здесь.",
    "uk": "Дякуємо, ми отримали ваше повідомлення. Наші співробітники дадуть відповідь тут.",
    "es": "Gracias, hemos recibido su mensaje. Nuestro equipo le responderá aquí.",
}


class SystemMessage(Part):
    """One thing that the program says; each has a default text of its own."""

    enabled: Flag = Field(default=True, description="Whether it is said at all.", examples=[False])
    text: Said


class Begun(SystemMessage):
    """What a customer is told whose message begins a conversation."""

    text: Said = Field(
        # Made already: a text in a language that this shop does not offer harms nobody.
        default=LocalText(None, _BEGUN),
        json_schema_extra={"default": {**_BEGUN}},
        description="What is said, in one language or several: the customer's, else "
        "`locale.default`. It may hold the formatting that agents use, and no variables. "
        "Without it there is a text in each of the four languages.",
        examples=[{"en": "Thank you, we have your message.", "es": "Gracias por su mensaje."}],
    )


_BLOCKED = {
    "en": "At present we do not take messages from you here.",
    "ru": "Сейчас мы не принимаем от вас сообщения здесь.",
    "uk": "Наразі ми не приймаємо від вас повідомлень тут.",
    "es": "Por el momento no aceptamos mensajes suyos por aquí.",
}


class Blocked(SystemMessage):
    """What a customer is told whom an agent has blocked."""

    text: Said = Field(
        default=LocalText(None, _BLOCKED),
        json_schema_extra={"default": {**_BLOCKED}},
        description="What is said, in one language or several: the customer's, else "
        "`locale.default`. It may hold the formatting that agents use, and no variables; "
        "neither the reason nor the end of the block is told. Without it there is a text in "
        "each of the four languages.",
        examples=[{"en": "We do not take messages from you.", "es": "No aceptamos sus mensajes."}],
    )


class SystemMessages(Part):
    """What the program itself tells customers, by the occasion."""

    begun: Begun = Field(
        default_factory=Begun,
        description="Said once when a customer's message begins a new conversation, in every "
        "inbox; not when an earlier one is opened again, nor to a message that is more than an "
        "hour old when it comes in. By email an address gets one such answer a day, and none if "
        "the sender is not who they say. Customers who have left the site get it by mail, like "
        "an answer. For your team the customer waits as before.",
        examples=[{"enabled": False}, {"text": "Thank you, we have your message."}],
    )
    blocked: Blocked = Field(
        default_factory=Blocked,
        description="Said once to a customer whom an agent blocks, where it was done, and not "
        "again for what they write then. By email it is one of the automatic answers, of which "
        "an address gets one a day, and is not sent if the sender is not who they say. In the "
        "widget the box to write in is locked as well.",
        examples=[{"enabled": False}, {"text": "We do not take messages from you."}],
    )
