"""The next opening in words: "tomorrow at 09:00", as each language says it. Pure.

Slavic languages put the day into the accusative after "on" ("в среду", "у середу"), and
CLDR, from which libraries take their names of days, has no accusatives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bridge.settings import VARIABLE, LocalText
from routing.hours import Hours


@dataclass(frozen=True, slots=True)
class _Words:
    """How a language says when; `days` begin with Monday, `months` with January."""

    today: str
    tomorrow: str
    on_day: str
    on_date: str
    unknown: str
    days: tuple[str, ...]
    months: tuple[str, ...]


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        "today at {time}",
        "tomorrow at {time}",
        "on {day} at {time}",
        "on {number} {month} at {time}",
        "as soon as we can",
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        (
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
    ),
    "ru": _Words(
        "сегодня в {time}",
        "завтра в {time}",
        "{day} в {time}",
        "{number} {month} в {time}",
        "как только сможем",
        (
            *("в понедельник", "во вторник", "в среду", "в четверг"),
            *("в пятницу", "в субботу", "в воскресенье"),
        ),
        (
            *("января", "февраля", "марта", "апреля", "мая", "июня"),
            *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
        ),
    ),
    "uk": _Words(
        "сьогодні {time}",
        "завтра {time}",
        "{day} {time}",
        "{number} {month} {time}",
        "щойно зможемо",
        (
            *("у понеділок", "у вівторок", "у середу", "у четвер"),
            *("у п’ятницю", "у суботу", "у неділю"),
        ),
        (
            *("січня", "лютого", "березня", "квітня", "травня", "червня"),
            *("липня", "серпня", "вересня", "жовтня", "листопада", "грудня"),
        ),
    ),
    "es": _Words(
        "hoy a {time}",
        "mañana a {time}",
        "el {day} a {time}",
        "el {number} de {month} a {time}",
        "en cuanto podamos",
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        (
            *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
            *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        ),
    ),
}
# A weekday alone names a day of the next ones only.
_WEEK = 7


def with_opening(words: LocalText, closed: Hours | None, now: int, default: str) -> LocalText:
    """Return a text with its `{{next_open|…}}` filled in, in each language it has.

    `closed` are the hours that say when it goes on, `default` the language of a text that is
    one for everybody.
    """
    opening = closed.next_opening(now) if closed else None

    def filled(text: str, locale: str) -> str:
        when = in_words(opening, now, closed.zone, locale) if closed and opening else None
        soon = _words(locale).unknown
        return VARIABLE.sub(lambda variable: when or variable[2] or soon, text)

    everywhere = None if words.everywhere is None else filled(words.everywhere, default)
    return LocalText(everywhere, {key: filled(one, key) for key, one in words.by_locale.items()})


def in_words(opening: int, now: int, zone: ZoneInfo, locale: str) -> str:
    """Return when it opens, both times in ms.

    A language that we have no words of is spoken to in English.
    """
    words = _words(locale)
    then = datetime.fromtimestamp(opening / 1000, zone)
    days = (then.date() - datetime.fromtimestamp(now / 1000, zone).date()).days
    return _form(words, days).format(
        time=_time(then, locale),
        day=words.days[then.weekday()],
        number=then.day,
        month=words.months[then.month - 1],
    )


def _words(locale: str) -> _Words:
    return _WORDS.get(locale, _WORDS["en"])


def _form(words: _Words, days: int) -> str:
    if days == 0:
        return words.today
    if days == 1:
        return words.tomorrow
    return words.on_day if days < _WEEK else words.on_date


def _time(then: datetime, locale: str) -> str:
    """Return the time of day with what agrees with its hour: an article, a preposition."""
    shown = f"{then:%H:%M}"
    if locale == "es":
        return f"{'la' if then.hour == 1 else 'las'} {shown}"
    if locale == "uk":
        return f"{'об' if then.hour == 11 else 'о'} {shown}"
    return shown
