"""The few words of the bot's own, where nobody's verb is asked."""

from collections.abc import Mapping
from typing import Literal

Key = Literal["again", "not_yours", "nowhere"]
_TEXTS: Mapping[Key, Mapping[str, str]] = {
    "again": {
        "en": "This question is too old. Press the button again.",
        "ru": "Этот вопрос устарел. Нажмите кнопку ещё раз.",
        "uk": "Це питання застаріло. Натисніть кнопку ще раз.",
        "es": "Esta pregunta ya caducó. Pulse el botón de nuevo.",
    },
    "not_yours": {
        "en": "Somebody else was asked this.",
        "ru": "Этот вопрос задан другому.",
        "uk": "Це питання поставлено іншому.",
        "es": "Esta pregunta es para otra persona.",
    },
    "nowhere": {
        "en": "There is no conversation here, so nobody outside reads this. Write in a topic.",
        "ru": "Здесь нет диалога, и клиент этого не прочтёт. Пишите в теме диалога.",
        "uk": "Тут немає діалогу, і клієнт цього не прочитає. Пишіть у темі діалогу.",
        "es": "Aquí no hay ninguna conversación: ningún cliente lo lee. Escriba en un tema.",
    },
}


def said(key: Key, language: str | None, default: str) -> str:
    """Return a text in somebody's language, or in the desk's."""
    texts = _TEXTS[key]
    wanted = (language or "").partition("-")[0]
    return texts.get(wanted) or texts.get(default) or texts["en"]
