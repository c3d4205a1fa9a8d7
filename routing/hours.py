"""When somebody is there: opening hours, shifts and holidays, in a time zone. Pure.

Times outside are ms since the epoch; inside a day, minutes from its midnight on the wall. A
span opens at the first moment at which the wall clock shows its start or later, and ends so
too: at the end of an hour that is left out in spring, at the first of two in autumn.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.settings import Span

_DAY = 86_400_000
# After so many days without an opening there is none to speak of.
_HORIZON = 400


@dataclass(frozen=True, slots=True)
class Hours:
    """The spans of each weekday, Monday first; a holiday has its own, which may be none.

    What begins on the evening before a holiday runs on into it.
    """

    zone: ZoneInfo
    weekly: Sequence[Sequence[Span]]
    holidays: Mapping[date, Sequence[Span]] = field(default_factory=dict)

    def is_open(self, at: int) -> bool:
        """Say whether it is open at `at`."""
        # The day after as well: where the clock goes back at midnight it has begun before.
        return any(start <= at < end for start, end in self._intervals(at, days=3))

    def next_opening(self, at: int) -> int | None:
        """Return when it opens next: `at` itself if it is open, `None` if it never does."""
        later: int | None = None
        for start, end in self._intervals(at, days=_HORIZON):
            if start <= at < end:
                return at
            if later is not None and start > later + 2 * _DAY:
                break
            if start > at:
                later = start if later is None else min(later, start)
        return later

    def after(self, since: int, length: int) -> int | None:
        """Return when it has been open for `length` ms from `since` on.

        `None` where it closes for good before; a moment at which it closes still counts.
        """
        at, left = since, length
        while (opening := self.next_opening(at)) is not None:
            end = self._closing(opening)
            if opening + left <= end:
                return opening + left
            left -= end - opening
            at = end
        return None

    def _closing(self, at: int) -> int:
        """Return when the last of the spans that are open at `at` ends."""
        return max(end for start, end in self._intervals(at, days=3) if start <= at < end)

    def spans(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        """Yield from when until when it is open between two moments, as far as it goes."""
        days = (until - since) // _DAY + 3
        for start, end in self._intervals(since, days=days):
            if end > since and start < until:
                yield start, end

    def _intervals(self, at: int, *, days: int) -> Iterator[tuple[int, int]]:
        """Yield from when until when it is open, from the day before `at` on."""
        first = datetime.fromtimestamp(at / 1000, self.zone).date() - timedelta(days=1)
        for number in range(days):
            day = first + timedelta(days=number)
            for span in self._spans(day):
                start, end = self._moment(day, span.start), self._moment(day, span.end)
                if start < end:
                    yield start, end

    def _spans(self, day: date) -> Sequence[Span]:
        own = self.holidays.get(day)
        return self.weekly[day.weekday()] if own is None else own

    def _moment(self, day: date, minute: int) -> int:
        """Return the first moment at which the wall shows this minute or a later one."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        early, late = (_seconds(wall.replace(tzinfo=self.zone, fold=fold)) for fold in (0, 1))
        if early <= late:
            return early * 1000
        # There is no such time on this day: the clock is put forward somewhere between.
        seconds = range(late, early + 1)
        at = bisect_left(seconds, wall, key=lambda one: _wall(one, self.zone))
        return seconds[at] * 1000


def _seconds(moment: datetime) -> int:
    return round(moment.timestamp())


def _wall(seconds: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(seconds, zone).replace(tzinfo=None)
