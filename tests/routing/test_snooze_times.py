"""The times that are offered for a snooze: soon, or when the team is there again."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bridge.settings import Span
from routing.hours import Hours
from routing.snooze_times import choices

KYIV = ZoneInfo("Europe/Kyiv")
DAY = (Span(9 * 60, 18 * 60),)
OFFICE = Hours(KYIV, [DAY, DAY, DAY, DAY, DAY, (), ()])


def ms(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=KYIV).timestamp() * 1000)  # type: ignore[arg-type,misc]


def test_hours_are_counted_from_now() -> None:
    now = ms(2026, 11, 4, 15, 30)
    found = choices(now, OFFICE, KYIV)
    assert (found["1h"], found["3h"]) == (ms(2026, 11, 4, 16, 30), ms(2026, 11, 4, 18, 30))


def test_tomorrow_is_when_the_team_opens_and_after_a_friday_on_monday() -> None:
    assert choices(ms(2026, 11, 4, 15), OFFICE, KYIV)["tomorrow"] == ms(2026, 11, 5, 9)
    assert choices(ms(2026, 11, 6, 15), OFFICE, KYIV)["tomorrow"] == ms(2026, 11, 9, 9)


def test_next_week_is_its_first_opening_after_holidays() -> None:
    assert choices(ms(2026, 11, 4, 15), OFFICE, KYIV)["next_week"] == ms(2026, 11, 9, 9)
    holiday = Hours(KYIV, OFFICE.weekly, {date(2026, 11, 9): ()})
    assert choices(ms(2026, 11, 4, 15), holiday, KYIV)["next_week"] == ms(2026, 11, 10, 9)
    # On a Monday it is not the same day's.
    assert choices(ms(2026, 11, 9, 5), OFFICE, KYIV)["next_week"] == ms(2026, 11, 16, 9)


def test_the_day_begins_at_nine_where_there_are_no_hours_or_it_never_closes() -> None:
    always = Hours(KYIV, [(Span(0, 24 * 60),)] * 7)
    for hours in (None, always):
        assert choices(ms(2026, 11, 4, 15), hours, KYIV)["tomorrow"] == ms(2026, 11, 5, 9)


def test_a_night_shift_begins_in_the_evening() -> None:
    nights = Hours(KYIV, [(Span(22 * 60, 30 * 60),)] * 7)
    assert choices(ms(2026, 11, 4, 15), nights, KYIV)["tomorrow"] == ms(2026, 11, 5, 22)


def test_the_morning_is_by_the_wall_clock_also_where_it_is_changed() -> None:
    # In the night to 25 October 2026 the clocks go back.
    found = choices(ms(2026, 10, 24, 15), None, KYIV)["tomorrow"]
    assert found == ms(2026, 10, 25, 9)
    assert found - ms(2026, 10, 24, 9) == 25 * 3_600_000
