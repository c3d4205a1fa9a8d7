"""The times that agents are offered to have a conversation back at. Pure.

`tomorrow` and `next_week` are when its team is there again, in the hours of the team or the
inbox; where there are none, at nine in the morning.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from routing.hours import Hours

Until = Literal["1h", "3h", "tomorrow", "next_week"]
_MORNING = 9
_HOUR = 3_600_000


def choices(now: int, hours: Hours | None, zone: ZoneInfo) -> Mapping[Until, int]:
    """Return what each choice comes to, in ms; `zone` is that of a house without hours."""
    where = zone if hours is None else hours.zone
    today = datetime.fromtimestamp(now / 1000, where).date()
    return {
        "1h": now + _HOUR,
        "3h": now + 3 * _HOUR,
        "tomorrow": _opening(datetime.combine(today + timedelta(days=1), time(), where), hours),
        "next_week": _opening(
            datetime.combine(today + timedelta(days=7 - today.weekday()), time(), where), hours
        ),
    }


def _opening(midnight: datetime, hours: Hours | None) -> int:
    """Return when somebody is there on the day of this midnight, or on a later one.

    Where it is open at midnight, that is no time to begin: then it counts from the morning.
    """
    at, morning = _ms(midnight), _ms(midnight.replace(hour=_MORNING))
    if hours is None:
        return morning
    opening = hours.next_opening(at)
    if opening == at:
        opening = hours.next_opening(morning)
    return morning if opening is None else opening


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
