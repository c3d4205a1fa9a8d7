"""The words around our questions: on buttons, where there are none, and in answers. Pure."""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from bridge.models import Notice, Occasion

YES, NO, COMMENT = "yes", "no", "comment"

_YES: Mapping[str, str] = {"en": "Yes", "ru": "Да", "uk": "Так", "es": "Sí"}
_NO: Mapping[str, str] = {"en": "No", "ru": "Нет", "uk": "Ні", "es": "No"}
_COMMENT: Mapping[str, str] = {
    "en": "Add a comment",
    "ru": "Добавить комментарий",
    "uk": "Додати коментар",
    "es": "Añadir un comentario",
}
_SAY_YES_OR_NO: Mapping[str, str] = {
    "en": "Answer with yes or no.",
    "ru": "Ответьте «да» или «нет».",
    "uk": "Дайте відповідь «так» або «ні».",
    "es": "Responda sí o no.",
}
_SAY_A_NUMBER: Mapping[str, str] = {
    "en": "Answer with a number from 1 to {scale}. A comment may stand in the lines below it.",
    "ru": "Ответьте числом от 1 до {scale}. Ниже, с новой строки, можно добавить комментарий.",
    "uk": "Дайте відповідь числом від 1 до {scale}. Нижче, з нового рядка, можна додати коментар.",
    "es": "Responda con un número del 1 al {scale}. Debajo, en otra línea, puede comentar.",
}

# What people answer such a question with, without marks and in small letters.
_MEAN_YES = frozenset({"yes", "yep", "yeah", "да", "ага", "так", "sí", "si"})
_MEAN_NO = frozenset({"no", "nope", "нет", "ні"})
_POLITE = frozenset(
    {"thanks", "thank", "you", "спасибо", "дякую", "спасибі", "gracias", "muchas", "большое"}
)
_SCORE = re.compile(r"\s*(\d{1,2})\s*(?:/\s*(\d{1,2}))?[\s.!★⭐\ufe0f]*")


def buttons(occasion: Occasion, language: str, scale: int) -> list[tuple[str, str]]:
    """Return the answers offered to a question, each as its name and its words."""
    if occasion == "still_questions":
        return [(YES, _YES[language]), (NO, _NO[language])]
    if occasion == "rating":
        return [(str(n), str(n)) for n in range(1, scale + 1)]
    return [(COMMENT, _COMMENT[language])] if occasion == "rated" else []


def offered(question: Notice) -> list[tuple[str, str]]:
    """Return the buttons of a question as they were sent: each its id and its words."""
    return msgspec.json.decode(question.buttons or "[]", type=list[tuple[str, str]])


def hint(occasion: Occasion, language: str, scale: int) -> str:
    """Return how a question is answered where there are no buttons."""
    if occasion == "still_questions":
        return _SAY_YES_OR_NO[language]
    return _SAY_A_NUMBER[language].format(scale=scale) if occasion == "rating" else ""


def yes_or_no(text: str) -> Literal["yes", "no"] | None:
    """Return what a text answers that says nothing else, but for thanks."""
    if "?" in text:
        return None
    words = [one for one in re.findall(r"\w+", text.casefold()) if one not in _POLITE]
    if len(words) != 1:
        return None
    if words[0] in _MEAN_YES:
        return "yes"
    return "no" if words[0] in _MEAN_NO else None


def score(text: str, scale: int) -> tuple[int, str] | None:
    """Return the number that a text's first line is, and the lines below it.

    Only a line that is nothing but the number: "3 parcels are missing" rates nothing.
    """
    first, _, rest = text.strip().partition("\n")
    found = _SCORE.fullmatch(first)
    if found is None or int(found[2] or scale) != scale or not 1 <= int(found[1]) <= scale:
        return None
    return int(found[1]), rest.strip()
