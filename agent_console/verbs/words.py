"""Saying something in one language: texts of the catalogue, labels of the YAML, times. Pure."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache

from agent_console.verbs.catalogue import CATALOGUES, Texts
from bridge.settings import LocalText

_DATES = {
    "en": "%Y-%m-%d %H:%M",
    "ru": "%d.%m.%Y %H:%M",
    "uk": "%d.%m.%Y %H:%M",
    "es": "%d/%m/%Y %H:%M",
}
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
_SLAVIC = frozenset({"ru", "uk"})
# Under a quarter of an hour each of these is told, then no more than these.
_STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 45)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a language; `fallback` is the language of the YAML's other labels."""

    language: str
    fallback: str
    _texts: Texts

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values filled in; `n` decides between plurals."""
        text = self._texts[key]
        if not isinstance(text, str):
            number = values.get("n")
            text = text[plural(self.language, number if isinstance(number, int) else 0)]
        return text.format_map(values)

    def has(self, key: str) -> bool:
        """Say whether there is such a text."""
        return key in self._texts

    def pick(self, label: str | Mapping[str, str] | LocalText | None) -> str:
        """Return what the YAML calls something, in this language where it says so."""
        if isinstance(label, LocalText):
            return label.pick(self.language, self.fallback)
        if label is None or isinstance(label, str):
            return label or ""
        for wanted in (self.language, self.fallback):
            if wanted in label:
                return label[wanted]
        return next(iter(label.values()), "")

    def moment(self, at: int, zone: tzinfo) -> str:
        """Return a time (ms) as the office's clocks show it."""
        return datetime.fromtimestamp(at / 1000, zone).strftime(_DATES[self.language])

    def read_moment(self, text: str, zone: tzinfo) -> int | None:
        """Return the time (ms) that a text names as `moment` would, `None` for none."""
        for form in (_DATES[self.language], "%Y-%m-%d %H:%M"):
            with contextlib.suppress(ValueError, OverflowError):
                read = datetime.strptime(text.strip(), form).replace(tzinfo=zone)
                return round(read.timestamp() * 1000)
        return None

    def span(self, length: int) -> str:
        """Return a length of time (ms) in its largest unit."""
        for unit, key in ((7 * _DAY, "span.weeks"), (_DAY, "span.days"), (_HOUR, "span.hours")):
            if length >= unit and (unit != 7 * _DAY or length % unit == 0):
                return self(key, n=length // unit)
        return self("span.minutes", n=max(1, length // _MINUTE))

    def steady_span(self, length: int) -> str:
        """Return a length of time (ms) in steps so wide that what shows it changes seldom."""
        minutes = length // _MINUTE
        if not 3 < minutes < 60:
            return self.span(length)
        return self("span.moreMinutes", n=max(one for one in _STEPS if one <= minutes))


@cache
def words_in(language: str, fallback: str = "en") -> Words:
    """Return the words of a language (`uk`, `uk-UA`), of `fallback` where it is none of ours."""
    asked = language.replace("_", "-").partition("-")[0].lower()
    known = next((one for one in (asked, fallback) if one in CATALOGUES), "en")
    return Words(known, fallback, CATALOGUES[known])


def plural(language: str, number: int) -> str:
    """Return the category of a whole number, as Unicode's rules have it (CLDR, cardinals)."""
    if language in _SLAVIC:
        last, two = number % 10, number % 100
        if last == 1 and two != 11:
            return "one"
        return "few" if last in (2, 3, 4) and two not in (12, 13, 14) else "many"
    if number == 1:
        return "one"
    return "many" if language == "es" and number and number % 1_000_000 == 0 else "other"


def listed(names: Iterable[str]) -> str:
    """Return several names as one text."""
    return ", ".join(names)
