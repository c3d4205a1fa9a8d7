"""The few words that are a bot's own to say; everything else comes in words already."""

from collections.abc import Mapping
from typing import Literal

Word = Literal[
    "again",
    "answer",
    "asked",
    "cancel",
    "choose",
    "console",
    "del",
    "done",
    "later",
    "number",
    "over",
    "skip",
    "stray",
    "uncounted",
    "unsent",
]

WORDS: Mapping[str, Mapping[Word, str]] = {
    "en": {
        "again": "may be here twice: Telegram did not answer the first time",
        "answer": "Answer this message.",
        "asked": "This question is for somebody else.",
        "cancel": "Cancel",
        "choose": "Choose something first.",
        "console": "in the console",
        "del": "Answer your own message with /del to take it back.",
        "done": "Done",
        "later": "This cannot be done just now. Try again in a moment.",
        "number": "Your number in Telegram is {id}.",
        "over": "This question is over. Ask for it again.",
        "skip": "Skip",
        "stray": "This is no conversation, so it went to nobody. Write in the topic of one.",
        "uncounted": "and {n} more",
        "unsent": "This went to nobody: a question was being asked. Write it again.",
    },
    "ru": {
        "again": "возможно, здесь дважды: в первый раз Telegram не ответил",
        "answer": "Ответьте на это сообщение.",
        "asked": "Этот вопрос задан не вам.",
        "cancel": "Отмена",
        "choose": "Сначала выберите что-нибудь.",
        "console": "в консоли",
        "del": "Чтобы удалить своё сообщение, ответьте на него командой /del.",
        "done": "Готово",
        "later": "Сейчас это не получается. Попробуйте ещё раз чуть позже.",
        "number": "Ваш номер в Telegram: {id}.",
        "over": "Этот вопрос уже закрыт. Начните заново.",
        "skip": "Пропустить",
        "stray": "Здесь нет диалога, поэтому это никому не отправлено. Пишите в теме диалога.",
        "uncounted": "и ещё {n}",
        "unsent": "Это никому не отправлено: вам как раз задавали вопрос. Напишите ещё раз.",
    },
    "uk": {
        "again": "можливо, тут двічі: першого разу Telegram не відповів",
        "answer": "Дайте відповідь на це повідомлення.",
        "asked": "Це запитання не до вас.",
        "cancel": "Скасувати",
        "choose": "Спершу виберіть щось.",
        "console": "у консолі",
        "del": "Щоб видалити своє повідомлення, дайте на нього відповідь командою /del.",
        "done": "Готово",
        "later": "Зараз це не вдається. Спробуйте ще раз трохи згодом.",
        "number": "Ваш номер у Telegram: {id}.",
        "over": "Це запитання вже закрите. Почніть заново.",
        "skip": "Пропустити",
        "stray": "Тут немає діалогу, тож це нікому не надіслано. Пишіть у темі діалогу.",
        "uncounted": "і ще {n}",
        "unsent": "Це нікому не надіслано: вам саме ставили запитання. Напишіть ще раз.",
    },
    "es": {
        "again": "puede estar aquí dos veces: Telegram no respondió la primera vez",
        "answer": "Responde a este mensaje.",
        "asked": "Esta pregunta no es para ti.",
        "cancel": "Cancelar",
        "choose": "Elige algo primero.",
        "console": "en la consola",
        "del": "Responde a tu propio mensaje con /del para retirarlo.",
        "done": "Listo",
        "later": "Ahora no se puede. Inténtalo de nuevo en un momento.",
        "number": "Tu número en Telegram es {id}.",
        "over": "Esta pregunta ya está cerrada. Empieza de nuevo.",
        "skip": "Omitir",
        "stray": "Aquí no hay conversación y no se ha enviado a nadie. Escribe en el tema de una.",
        "uncounted": "y {n} más",
        "unsent": "No se ha enviado a nadie: se te estaba preguntando algo. Escríbelo otra vez.",
    },
}


class Words:
    """Words in the language of the group, or of whoever is spoken to."""

    def __init__(self, locale: str) -> None:
        """Speak `locale` where nobody's own language is known."""
        self._locale = locale if locale in WORDS else "en"

    def __call__(self, word: Word, language: str | None = None, **values: object) -> str:
        """Return a word, with its values filled in."""
        spoken = (language or "").partition("-")[0]
        return WORDS.get(spoken, WORDS[self._locale])[word].format_map(values)
