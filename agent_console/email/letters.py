"""The mail that brings an agent's answer back. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bridge.markup import escape
from routing.unseen_letter import Letter

_LONGEST_SAID = 5_000


class _Words(NamedTuple):
    subject: str
    nothing: str
    again: str
    open: str
    quoted: str
    lost: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        "Your answer was not sent",
        "The customer has got nothing.",
        "Answer this mail to try again. You wrote:",
        "Open the conversation",
        "Your words cannot be told from the mail you quote. Delete the quote, and write at the "
        "top.",
        "These files cannot be taken: {names}.",
    ),
    "ru": _Words(
        "Ваш ответ не отправлен",
        "Клиент ничего не получил.",
        "Чтобы попробовать снова, ответьте на это письмо. Вы написали:",
        "Открыть разговор",
        "Ваши слова не отличить от письма, которое вы цитируете. Удалите цитату и пишите вверху.",
        "Эти файлы не приняты: {names}.",
    ),
    "uk": _Words(
        "Вашу відповідь не надіслано",
        "Клієнт нічого не отримав.",
        "Щоб спробувати ще раз, дайте відповідь на цей лист. Ви написали:",
        "Відкрити розмову",
        "Ваші слова не відрізнити від листа, який ви цитуєте. Видаліть цитату й пишіть угорі.",
        "Ці файли не прийнято: {names}.",
    ),
    "es": _Words(
        "Su respuesta no se ha enviado",
        "El cliente no ha recibido nada.",
        "Responda a este correo para intentarlo de nuevo. Usted escribió:",
        "Abrir la conversación",
        "No se distinguen sus palabras del correo que cita. Borre la cita y escriba arriba.",
        "No se pueden aceptar estos archivos: {names}.",
    ),
}


def quoted(language: str) -> str:
    """Return why an answer that holds our own mail is not sent."""
    return _WORDS[language].quoted


def lost(language: str, names: Sequence[str]) -> str:
    """Return why an answer is not sent whose files could not be kept."""
    return _WORDS[language].lost.format(names=", ".join(names))


def refused(why: str, *, said: str, url: str, language: str) -> Letter:
    """Return the mail, in a language that `unseen_letter.spoken` gave."""
    words = _WORDS[language]
    text = [
        escape(why),
        escape(words.nothing),
        f"[{escape(words.open)}]({url})",
        escape(words.again),
        escape(said[:_LONGEST_SAID]),
    ]
    return Letter(words.subject, "\n\n".join(text))
