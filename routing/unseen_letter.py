"""The mail that tells an agent of what they have not seen. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bridge.channel import TextFormat
from bridge.markup import Dialect, escape, parse, render

MOST_SHOWN = 20
LONGEST_SHOWN = 5_000
"""Of one message, in code points: the console has the rest."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message, and the names of its files."""

    text: str
    format: TextFormat
    files: Sequence[str]


class Letter(NamedTuple):
    """What is mailed; the text is our own markup."""

    subject: str
    text: str


class _Words(NamedTuple):
    subject: str
    nobody: str
    earlier: str
    open: str
    how: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        "{customer} is waiting for you ({inbox})",
        "A customer",
        "{count} earlier messages are in the console.",
        "Open the conversation",
        "Answer this mail, and the customer gets your words. Begin with // to leave a note for "
        "colleagues instead.",
    ),
    "ru": _Words(
        "{customer} ждёт вашего ответа ({inbox})",
        "Клиент",
        "Более ранние сообщения ({count}) — в консоли.",
        "Открыть разговор",
        "Ответьте на это письмо, и клиент получит ваши слова. Начните с //, чтобы вместо этого "
        "оставить заметку коллегам.",
    ),
    "uk": _Words(
        "{customer} чекає на вашу відповідь ({inbox})",
        "Клієнт",
        "Раніші повідомлення ({count}) — у консолі.",
        "Відкрити розмову",
        "Дайте відповідь на цей лист, і клієнт отримає ваші слова. Почніть із //, щоб натомість "
        "залишити нотатку колегам.",
    ),
    "es": _Words(
        "{customer} espera su respuesta ({inbox})",
        "Un cliente",
        "Hay {count} mensajes anteriores en la consola.",
        "Abrir la conversación",
        "Responda a este correo y el cliente recibirá sus palabras. Empiece con // para dejar en "
        "su lugar una nota a los colegas.",
    ),
}


def spoken(*languages: str) -> str:
    """Return the first of the languages that there are words in, English if there is none."""
    codes = (one.partition("-")[0].lower() for one in languages)
    return next((code for code in codes if code in _WORDS), "en")


def written(
    said: Sequence[Said], *, language: str, customer: str | None, inbox: str, url: str
) -> Letter:
    """Return the mail in a language that `spoken` gave; of many messages, the newest."""
    words = _WORDS[language]
    who = customer or words.nobody
    left_out = len(said) - MOST_SHOWN
    text = [
        *([escape(words.earlier.format(count=left_out))] if left_out > 0 else []),
        *(part for one in said[-MOST_SHOWN:] for part in _shown(one)),
        "—",
        f"[{escape(words.open)}]({url})",
        escape(words.how),
    ]
    return Letter(words.subject.format(customer=who, inbox=inbox), "\n\n".join(text))


def _shown(one: Said) -> Iterator[str]:
    text = one.text if len(one.text) <= LONGEST_SHOWN else one.text[:LONGEST_SHOWN] + "…"
    # Read and written again, so that a mark left open ends with its own message.
    if words := render(parse(text, one.format), Dialect.MARKDOWN):
        yield words
    yield from (f"📎 {escape(name)}" for name in one.files)
