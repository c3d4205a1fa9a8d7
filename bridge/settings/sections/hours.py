"""When somebody is there: weeks of opening hours, and holidays."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Any, NamedTuple, Self

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from bridge.settings.base import Part
from bridge.settings.faults import fault, nearest_of
from bridge.settings.values import Timezone, pattern_schema, say, text_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 1440
"""Minutes of a day on the wall."""

_SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s?[-–]\s?([01]?\d|2[0-4]):([0-5]\d)")
_SPAN_PATTERN = r"^([01]?\d|2[0-4]):[0-5]\d ?[-–] ?([01]?\d|2[0-4]):[0-5]\d$"


class Span(NamedTuple):
    """From `start` to before `end`, in minutes of the day in which it begins.

    An `end` above 1440 lies in the next day, at most as late there as it started.
    """

    start: int
    end: int


def _span(value: object) -> Span:
    if isinstance(value, Span):
        return value
    parts = _SPAN.fullmatch(text_of(value, "a time from and to, as 09:00-18:00,"))
    if parts is None:
        raise fault("bad_hours", f"{say(value)} is no range of times")
    start, end = (int(parts[n]) * 60 + int(parts[n + 1]) for n in (1, 3))
    if start >= DAY or end > DAY:
        raise fault("bad_hours", f"{say(value)} goes beyond the end of a day")
    if start == end:
        help = "a whole day is 00:00-24:00"
        raise fault("bad_hours", f"{say(value)} begins and ends at once", help=help)
    return Span(start, end if end > start else end + DAY)


def _write_span(span: Span) -> str:
    end = span.end if span.end <= DAY else span.end - DAY
    return f"{_clock(span.start)}-{_clock(end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def days_of(written: str) -> list[int]:
    """Return the weekdays that `mon` or `fri-mon` stands for, Monday as 0; raises a fault."""
    ends = written.split("-")
    for one in ends:
        if one not in DAYS or len(ends) > 2:
            help = f"write one of {', '.join(DAYS)}, or a range as mon-fri"
            near = nearest_of(one, DAYS)
            message = f"{say(written)} is no day of the week"
            raise fault("bad_days", message, token=one, on_key=True, help=help, nearest=near)
    first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
    return [(first + n) % 7 for n in range((last - first) % 7 + 1)]


def _days(value: object) -> str:
    written = text_of(value, "a day of the week")
    days_of(written)
    return str(written)


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(text_of(value, "a date"))
    except ValueError:
        raise fault("bad_date", f"{say(value)} is no date") from None


Hour = Annotated[
    Span, PlainValidator(_span), PlainSerializer(_write_span), pattern_schema(_SPAN_PATTERN)
]
Days = Annotated[
    str,
    PlainValidator(_days),
    pattern_schema(rf"^({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?$"),
]
Date = Annotated[
    date,
    PlainValidator(_date),
    PlainSerializer(date.isoformat),
    WithJsonSchema({"type": "string", "format": "date"}),
]


class Holiday(Part):
    """A day with hours of its own, mostly none."""

    date: Date = Field(description="The day.", examples=["2026-12-24"])
    hours: tuple[Hour, ...] = Field(
        default=(),
        description="When somebody is there on this day all the same.",
        examples=[["09:00-12:00"]],
    )

    @model_validator(mode="after")
    def _hours_are_apart(self) -> Self:
        _refuse_overlap(_placed([(0, self.hours)]), [("hours",)])
        return self


def _lifted(value: Any) -> Any:
    """Make a bare date a day without hours."""
    return value if isinstance(value, (dict, Holiday)) or value is None else {"date": value}


class OpeningHours(Part):
    """When somebody is there, week by week."""

    timezone: Timezone | None = Field(
        default=None,
        description="The time zone of these times, by its IANA name. Without it, "
        "`locale.timezone`.",
        examples=["Europe/Kyiv"],
    )
    weekly: dict[Days, tuple[Hour, ...]] = Field(
        description="The times of each day, or of several: `mon`, `mon-fri`, `fri-mon`. A day "
        "that is not named is closed. `22:00-06:00` ends on the next day, `00:00-24:00` is the "
        "whole of it.",
        examples=[{"mon-fri": ["09:00-13:00", "14:00-18:00"], "sat": ["10:00-14:00"]}],
    )
    holidays: tuple[
        Annotated[
            Holiday,
            BeforeValidator(_lifted),
            WithJsonSchema(
                {
                    "anyOf": [
                        {"type": "string", "format": "date"},
                        {
                            "type": "object",
                            "properties": {
                                "date": {"type": "string", "format": "date"},
                                "hours": {
                                    "type": "array",
                                    "items": {"type": "string", "pattern": _SPAN_PATTERN},
                                },
                            },
                            "required": ["date"],
                            "additionalProperties": False,
                        },
                    ]
                }
            ),
        ],
        ...,
    ] = Field(
        default=(),
        description="Days that are not like others of the week: closed, or with `hours` of "
        "their own. What began on the evening before goes on into them.",
        examples=[["2027-01-01", {"date": "2026-12-24", "hours": ["09:00-12:00"]}]],
    )

    @property
    def week(self) -> list[tuple[Span, ...]]:
        """Return the spans of each day, Monday first."""
        week: list[tuple[Span, ...]] = [()] * 7
        for days, spans in self.weekly.items():
            for day in days_of(days):
                week[day] = spans
        return week

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        seen: dict[int, str] = {}
        for days in self.weekly:
            for day in days_of(days):
                if day in seen:
                    message = f"the hours of {DAYS[day]} stand in {say(seen[day])} already"
                    raise fault("overlapping_hours", message, at=("weekly", days), on_key=True)
                seen[day] = days
        return self

    @model_validator(mode="after")
    def _hours_are_apart(self) -> Self:
        keys = {day: ("weekly", days) for days in self.weekly for day in days_of(days)}
        places = [keys.get(day, ("weekly",)) for day in range(7)]
        _refuse_overlap(_placed(list(enumerate(self.week)), around=7), places)
        return self

    @model_validator(mode="after")
    def _each_holiday_once(self) -> Self:
        seen = set()
        for number, holiday in enumerate(self.holidays):
            if holiday.date in seen:
                message = f"{holiday.date} stands twice"
                raise fault("duplicate_value", message, at=("holidays", number))
            seen.add(holiday.date)
        return self


_Placed = tuple[int, int, int, int]
"""Start and end in minutes of the week, the day, and which of its spans it is."""


def _placed(days: Iterable[tuple[int, Sequence[Span]]], around: int = 0) -> list[_Placed]:
    """Return every span in its order; with `around` days the first comes again at the end."""
    placed = sorted(
        (day * DAY + one.start, day * DAY + one.end, day, number)
        for day, spans in days
        for number, one in enumerate(spans)
    )
    if around and placed:
        start, end, *which = placed[0]
        placed.append((start + around * DAY, end + around * DAY, which[0], which[1]))
    return placed


def _refuse_overlap(placed: Sequence[_Placed], places: Sequence[tuple[str, ...]]) -> None:
    for before, after in pairwise(placed):
        if after[0] < before[1]:
            message = "this range begins before the one ahead of it has ended"
            raise fault("overlapping_hours", message, at=(*places[after[2]], after[3]))
