"""When somebody is there: opening hours, shifts and holidays, in a time zone. Pure.

Times outside are ms since the epoch; inside a day, minutes from its midnight on the wall. A
span opens at the first moment at which the wall clock shows its start or later, and ends so
too: at the end of an hour that is left out in spring, at the first of two in autumn.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
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

    def between(self, since: int, until: int) -> int:
        """Return for how long it is open between two moments, in ms."""
        opened = self.merged(since, until)
        return sum(min(end, until) - max(start, since) for start, end in opened)

    def before(self, until: int, length: int) -> int | None:
        """Return the latest moment from which on it has been open for `length` ms at `until`.

        `None` where it has not been open for so long in more than a year.
        """
        if length <= 0:
            return until
        days = 8
        while days <= _HORIZON:
            left = length
            for start, end in reversed(self.merged(until - days * _DAY, until)):
                left -= min(end, until) - start
                if left <= 0:
                    return min(start - left, until)
            days *= 8
        return None

    def merged(self, since: int, until: int) -> list[tuple[int, int]]:
        """Return what `spans` does, in order, and what overlaps as one."""
        found: list[tuple[int, int]] = []
        for start, end in sorted(self.spans(since, until)):
            if found and start <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], end))
            else:
                found.append((start, end))
        return found

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


class Openings:
    """When it is open in a stretch of time, for who asks often."""

    def __init__(self, hours: Hours, since: int, until: int) -> None:
        """Look at the time between two moments (ms); outside of it nothing is open."""
        self._spans = hours.merged(since, until)
        self._starts = [start for start, _ in self._spans]
        self._before = [0, *accumulate(end - start for start, end in self._spans)]

    def between(self, since: int, until: int) -> int:
        """Return for how long it is open between two moments, in ms."""
        return max(0, self._until(until) - self._until(since))

    def _until(self, at: int) -> int:
        number = bisect_right(self._starts, at)
        if not number:
            return 0
        start, end = self._spans[number - 1]
        return self._before[number - 1] + min(at, end) - start


def _seconds(moment: datetime) -> int:
    return round(moment.timestamp())


def _wall(seconds: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(seconds, zone).replace(tzinfo=None)
