"""The days of a report, as the desk's own time zone has them. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# More days in one report would keep everybody else waiting.
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, the first and the last included, where the desk is."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> int:
        """Return when the first day begins, in ms."""
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> int:
        """Return when the last day is over, in ms."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> list[date]:
        """Return every day, whatever happened on it."""
        return [self.first + timedelta(n) for n in range((self.last - self.first).days + 1)]

    def local(self, at: int) -> datetime:
        """Return a moment (ms) as the clock on the desk's wall shows it."""
        return datetime.fromtimestamp(at / 1000, self.zone)


def of_days(zone: ZoneInfo, now: int, days: int) -> Period:
    """Return the last so many days, today included."""
    today = datetime.fromtimestamp(now / 1000, zone).date()
    return Period(today - timedelta(days=days - 1), today, zone)


def _midnight(day: date, zone: ZoneInfo) -> int:
    """Return when a day begins: where the clock jumps over midnight, after the jump."""
    return round(datetime.combine(day, time.min, zone).timestamp() * 1000)
