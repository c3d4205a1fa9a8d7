"""When it opens, in words, as a native speaker would say it."""

import pytest

from bridge.settings import LocalText
from routing.hours import Hours
from routing.opening import in_words, with_opening
from tests.routing.test_hours import KYIV, NEVER, at, office

FRIDAY = "2026-11-27T19:00"


@pytest.mark.parametrize(
    ("locale", "opening", "words"),
    [
        ("en", "2026-11-27T20:30", "today at 20:30"),
        ("en", "2026-11-28T09:00", "tomorrow at 09:00"),
        ("en", "2026-11-30T09:00", "on Monday at 09:00"),
        ("en", "2027-01-04T09:00", "on 4 January at 09:00"),
        ("ru", "2026-11-28T09:00", "завтра в 09:00"),
        ("ru", "2026-12-01T09:00", "во вторник в 09:00"),
        ("ru", "2026-12-02T09:00", "в среду в 09:00"),
        ("ru", "2027-05-04T09:00", "4 мая в 09:00"),
        ("uk", "2026-11-27T20:00", "сьогодні о 20:00"),
        ("uk", "2026-11-28T11:00", "завтра об 11:00"),
        ("uk", "2026-12-02T09:00", "у середу о 09:00"),
        ("uk", "2027-01-04T11:30", "4 січня об 11:30"),
        ("es", "2026-11-28T09:00", "mañana a las 09:00"),
        ("es", "2026-11-30T01:15", "el lunes a la 01:15"),
        ("es", "2027-01-04T09:00", "el 4 de enero a las 09:00"),
        ("de", "2026-11-28T09:00", "tomorrow at 09:00"),
    ],
)
def test_an_opening_is_said_in_the_words_of_each_language(
    locale: str, opening: str, words: str
) -> None:
    assert in_words(at(opening), at(FRIDAY), KYIV, locale) == words


def test_the_same_weekday_of_the_next_week_is_said_by_its_date() -> None:
    assert in_words(at("2026-12-04T09:00"), at(FRIDAY), KYIV, "en") == "on 4 December at 09:00"


def test_today_is_that_of_the_hours_and_not_of_utc() -> None:
    assert in_words(at("2026-11-28T09:00"), at("2026-11-28T01:00"), KYIV, "en") == "today at 09:00"


TEXT = LocalText(None, {"en": "We reply {{next_open}}.", "es": "Hasta {{ next_open |pronto}}."})


def test_the_opening_is_filled_in_where_it_is_named() -> None:
    filled = with_opening(TEXT, office(), at(FRIDAY), "en")
    assert filled.by_locale == {
        "en": "We reply on Monday at 09:00.",
        "es": "Hasta el lunes a las 09:00.",
    }


@pytest.mark.parametrize("closed", [None, Hours(KYIV, NEVER)])
def test_without_an_opening_it_is_said_that_it_will_be_soon(closed: Hours | None) -> None:
    filled = with_opening(TEXT, closed, at(FRIDAY), "en")
    assert filled.by_locale == {"en": "We reply as soon as we can.", "es": "Hasta pronto."}


def test_a_text_for_everybody_names_it_in_the_main_language() -> None:
    text = LocalText("Ответим {{next_open}}", {})
    assert with_opening(text, office(), at(FRIDAY), "ru").everywhere == (
        "Ответим в понедельник в 09:00"
    )
