"""Opening hours, against a model that looks at the clock on the wall minute by minute."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.settings import Span
from routing.hours import Hours

KYIV = ZoneInfo("Europe/Kyiv")
MINUTE = 60_000
DAY = 1440

OFFICE = (Span(9 * 60, 13 * 60), Span(14 * 60, 18 * 60))
NIGHT = (Span(22 * 60, DAY + 6 * 60),)
NEVER: Sequence[Sequence[Span]] = [()] * 7


def at(written: str, zone: ZoneInfo = KYIV) -> int:
    """Return a wall time of a zone in ms; the first one where there are two."""
    return round(datetime.fromisoformat(written).replace(tzinfo=zone).timestamp() * 1000)


def weekdays(spans: Sequence[Span]) -> list[Sequence[Span]]:
    """Return a week with these hours from Monday to Friday."""
    return [spans] * 5 + [()] * 2


def office(holidays: Mapping[date, Sequence[Span]] | None = None) -> Hours:
    """Return an office in Kyiv, with a lunch break."""
    return Hours(KYIV, weekdays(OFFICE), holidays or {})


# --- examples ---


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-11-27T08:59:59", False),
        ("2026-11-27T09:00", True),
        ("2026-11-27T12:59:59", True),
        ("2026-11-27T13:00", False),
        ("2026-11-27T14:00", True),
        ("2026-11-27T18:00", False),
        ("2026-11-28T10:00", False),
    ],
)
def test_it_is_open_from_the_first_minute_of_a_span_to_before_its_last(
    when: str, *, is_open: bool
) -> None:
    assert office().is_open(at(when)) is is_open


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-27T07:00", "2026-11-27T09:00"),
        ("2026-11-27T13:30", "2026-11-27T14:00"),
        ("2026-11-27T18:00", "2026-11-30T09:00"),
        ("2026-11-29T23:59", "2026-11-30T09:00"),
    ],
)
def test_the_next_opening_is_after_lunch_after_the_night_or_after_the_weekend(
    now: str, opens: str
) -> None:
    assert office().next_opening(at(now)) == at(opens)


def test_while_it_is_open_the_next_opening_is_now() -> None:
    assert office().next_opening(at("2026-11-27T10:10")) == at("2026-11-27T10:10")


def test_j06_a_shift_over_midnight_belongs_to_the_day_in_which_it_begins() -> None:
    friday_only = Hours(KYIV, [(), (), (), (), NIGHT, (), ()])
    assert friday_only.is_open(at("2026-11-28T05:59"))
    assert not friday_only.is_open(at("2026-11-28T06:00"))
    assert not friday_only.is_open(at("2026-11-27T05:59"))
    assert friday_only.next_opening(at("2026-11-28T06:00")) == at("2026-12-04T22:00")


def test_a_holiday_is_closed_or_has_hours_of_its_own() -> None:
    morning = (Span(9 * 60, 12 * 60),)
    hours = office({date(2026, 12, 24): morning, date(2026, 12, 25): ()})
    assert hours.is_open(at("2026-12-24T11:59"))
    assert not hours.is_open(at("2026-12-24T15:00"))
    assert hours.next_opening(at("2026-12-24T12:00")) == at("2026-12-28T09:00")


def test_what_began_on_the_evening_before_goes_on_into_a_holiday() -> None:
    hours = Hours(KYIV, weekdays(NIGHT), {date(2026, 12, 25): ()})
    assert hours.is_open(at("2026-12-25T03:00"))
    assert not hours.is_open(at("2026-12-25T22:30"))


def test_j06_the_night_shift_is_an_hour_longer_when_the_clock_is_put_back() -> None:
    hours = Hours(KYIV, [NIGHT] * 7)
    begins, ends = at("2026-10-24T22:00"), at("2026-10-25T06:00")
    assert ends - begins == 9 * 60 * MINUTE
    assert all(hours.is_open(one) for one in range(begins, ends, 10 * MINUTE))
    assert not hours.is_open(ends)


def test_j06_an_hour_that_is_left_out_opens_when_the_clock_has_passed_it() -> None:
    """On 29 March 2026 in Kyiv, 03:00 is 04:00."""
    hours = Hours(KYIV, [(Span(3 * 60 + 30, 5 * 60),)] * 7)
    assert hours.next_opening(at("2026-03-29T02:59")) == at("2026-03-29T04:00")
    assert not hours.is_open(at("2026-03-29T02:59:59"))


def test_hours_wholly_within_the_hour_that_is_left_out_are_not_on_that_day() -> None:
    hours = Hours(KYIV, [(Span(3 * 60 + 10, 3 * 60 + 50),)] * 7)
    assert hours.next_opening(at("2026-03-29T01:00")) == at("2026-03-30T03:10")


def test_hours_without_any_time_never_open() -> None:
    assert Hours(KYIV, NEVER).next_opening(at("2026-11-27T10:00")) is None


def test_a_year_of_holidays_has_no_opening_to_speak_of() -> None:
    first = date(2026, 11, 27)
    closed = {first + timedelta(days=n): () for n in range(-1, 500)}
    assert office(closed).next_opening(at("2026-11-27T10:00")) is None


# --- the model ---

ZONES = ("Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "America/Havana", "UTC")
# Around a change of the clock in one or another of these, and a plain week.
WEEKS = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01")


@cache
def _walls(zone: str, day: date) -> tuple[tuple[int, datetime], ...]:
    """Return every minute of five days around one, and what the wall shows."""
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    start = round(first.timestamp() * 1000)
    minutes = range(start, start + 5 * DAY * MINUTE, MINUTE)
    place = ZoneInfo(zone)
    return tuple(
        (one, datetime.fromtimestamp(one / 1000, place).replace(tzinfo=None)) for one in minutes
    )


def _reaches(zone: str, day: date, minute: int) -> int:
    """Return the first minute at which the wall shows this one of a day or a later one."""
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001
    # From the day before on: a clock put back never shows again what lies a day ahead.
    return next(one for one, wall in _walls(zone, day) if wall >= wanted)


def _is_open(hours: Hours, zone: str, now: int) -> bool:
    today = datetime.fromtimestamp(now / 1000, hours.zone).date()
    for number in (-1, 0, 1):
        day = today + timedelta(days=number)
        for span in hours.holidays.get(day, hours.weekly[day.weekday()]):
            if _reaches(zone, day, span.start) <= now < _reaches(zone, day, span.end):
                return True
    return False


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    """Draw the hours of a day: at most two spans that lie apart, the last over midnight."""
    marks = draw(st.lists(st.integers(0, 287), min_size=0, max_size=4, unique=True))
    times = [5 * one for one in sorted(marks)]
    spans = [Span(*times[n : n + 2]) for n in range(0, len(times) - 1, 2)]
    if spans and (over := draw(st.integers(-1, spans[0].start // 5))) >= 0:
        spans[-1] = Span(spans[-1].start, DAY + over * 5)
    return tuple(spans)


@given(
    zone=st.sampled_from(ZONES),
    week=st.lists(days(), min_size=7, max_size=7),
    holiday=st.none() | days(),
    day=st.sampled_from(WEEKS).map(date.fromisoformat),
    minutes=st.lists(st.integers(0, 2 * DAY - 1), min_size=1, max_size=8),
)
@example("Europe/Kyiv", [(Span(0, 3 * 60 + 30),)] * 7, None, date(2026, 10, 25), [4 * 60])
@example("America/Havana", [(Span(0, 5),)] * 7, None, date(2026, 3, 8), [0, 55, 60, 65])
@settings(deadline=None)
def test_j06_hours_are_those_that_the_clock_on_the_wall_shows_minute_by_minute(
    zone: str,
    week: list[tuple[Span, ...]],
    holiday: tuple[Span, ...] | None,
    day: date,
    minutes: list[int],
) -> None:
    holidays = {} if holiday is None else {day: holiday}
    hours = Hours(ZoneInfo(zone), week, holidays)
    midnight = at(day.isoformat(), hours.zone)
    for minute in minutes:
        now = midnight + (minute - DAY // 2) * MINUTE
        assert hours.is_open(now) is _is_open(hours, zone, now)


@given(
    zone=st.sampled_from(ZONES),
    week=st.lists(days(), min_size=7, max_size=7),
    day=st.sampled_from(WEEKS).map(date.fromisoformat),
    minute=st.integers(0, DAY - 1),
)
@settings(deadline=None)
def test_j06_the_next_opening_is_the_first_minute_that_is_open(
    zone: str, week: list[tuple[Span, ...]], day: date, minute: int
) -> None:
    hours = Hours(ZoneInfo(zone), week)
    now = at(day.isoformat(), hours.zone) + minute * MINUTE
    opening = hours.next_opening(now)
    if opening is None:
        assert not any(week)
        return
    assert hours.is_open(opening)
    before = range(now, min(opening, now + 2 * DAY * MINUTE), 5 * MINUTE)
    assert not any(hours.is_open(one) for one in before)
