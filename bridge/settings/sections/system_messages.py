"""What the program itself tells customers, and whether it does."""

from typing import Annotated

from pydantic import AfterValidator, Field

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.texts import LocalText, Text
from bridge.settings.values import Flag
from bridge.settings.variables import NEXT_OPEN, OPENED, refuse_unknown


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


def _names_the_opening_at_most(text: LocalText) -> LocalText:
    for at, words in text.each():
        if not words.strip():
            message = "there is nothing to say here"
            raise fault("bad_text", message, at=at, help="write a text, or enabled: false")
        refuse_unknown(words, at=at, known=(NEXT_OPEN,))
    return text


# It stands in place of the other, so it says as well that the message has come.
_OFFLINE = {
    "en": "Thank you, we have your message. Nobody is here just now: we will answer {{next_open}}.",
    "ru": "Спасибо, мы получили ваше сообщение. Сейчас никого нет на месте: "
    "мы ответим {{next_open}}.",
    "uk": "Дякуємо, ми отримали ваше повідомлення. Зараз нікого немає на місці: "
    "ми відповімо {{next_open}}.",
    "es": "Gracias, hemos recibido su mensaje. Ahora no hay nadie: le responderemos {{next_open}}.",
}


class Offline(SystemMessage):
    """What a customer is told while nobody is here."""

    text: Annotated[Text, AfterValidator(_names_the_opening_at_most)] = Field(
        default=LocalText(None, _OFFLINE),
        json_schema_extra={"default": {**_OFFLINE}},
        description="What is said, as in `begun`. `{{next_open}}` becomes when it goes on: "
        "`tomorrow at 09:00`, `on Monday at 09:00`, in the time zone of the hours; where no "
        "hours say when, `as soon as we can`, or what stands after a bar: "
        "`{{next_open|later today}}`.",
        examples=[{"en": "We reply {{next_open}}.", "ru": "Ответим {{next_open}}."}],
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
    offline: Offline = Field(
        default_factory=Offline,
        description="Said instead of `begun`, once in a conversation, when a customer begins it "
        "or opens it again and nobody is here: outside of the `hours` of the team or the inbox, "
        "or while none of the agents who might be given it is online. Only where teams, hours, "
        "rules or a strategy say who is to be here; and not where `begun` would not be said.",
        examples=[{"enabled": False}, {"text": {"en": "We reply {{next_open}}."}}],
    )
