"""The few words that are Slack's own to say; everything else comes in words already."""

from collections.abc import Mapping
from typing import Literal

Word = Literal[
    "again",
    "cancel",
    "find",
    "late",
    "menu",
    "own_time",
    "rest",
    "search",
]

WORDS: Mapping[str, Mapping[Word, str]] = {
    "en": {
        "again": "May be here twice: Slack did not answer the first time.",
        "cancel": "Cancel",
        "find": "Find",
        "late": "That took too long, and Slack has closed the door. Press it again.",
        "menu": "More",
        "own_time": "Or any time",
        "rest": "and {count} more",
        "search": "Find conversations",
    },
    "ru": {
        "again": "Возможно, здесь дважды: в первый раз Slack не ответил.",
        "cancel": "Отмена",
        "find": "Найти",
        "late": "Прошло слишком много времени, и Slack закрыл окно. Нажмите ещё раз.",
        "menu": "Ещё",
        "own_time": "Или любое время",
        "rest": "и ещё {count}",
        "search": "Найти диалоги",
    },
    "uk": {
        "again": "Можливо, тут двічі: першого разу Slack не відповів.",
        "cancel": "Скасувати",
        "find": "Знайти",
        "late": "Минуло забагато часу, і Slack закрив вікно. Натисніть ще раз.",
        "menu": "Ще",
        "own_time": "Або будь-який час",
        "rest": "і ще {count}",
        "search": "Знайти діалоги",
    },
    "es": {
        "again": "Puede estar aquí dos veces: Slack no respondió la primera vez.",
        "cancel": "Cancelar",
        "find": "Buscar",
        "late": "Ha pasado demasiado tiempo y Slack ha cerrado la ventana. Púlsalo otra vez.",
        "menu": "Más",
        "own_time": "O cualquier momento",
        "rest": "y {count} más",
        "search": "Buscar conversaciones",
    },
}


class Words:
    """Words in the language of a place, or of whoever is spoken to."""

    def __init__(self, locale: str) -> None:
        """Speak `locale` where nobody's own language is known."""
        self._locale = locale if locale in WORDS else "en"

    def __call__(self, word: Word, language: str | None = None) -> str:
        """Return a word."""
        return WORDS.get(language or self._locale, WORDS[self._locale])[word]
