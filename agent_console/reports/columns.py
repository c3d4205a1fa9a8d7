"""Reports as tables of numbers, for a spreadsheet: times in seconds. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from agent_console.reports.figures import Counted, Figures, Times
from agent_console.reports.report import Report, Table
from agent_console.spreadsheet import Cell

COUNTS: Sequence[Counted] = get_args(Counted)
_TIMES = ("first_answers", "further_answers", "closings")
HEAD: Sequence[str] = (
    "key",
    "name",
    *COUNTS,
    *(f"{name}{of}" for name in _TIMES for of in ("", "_median_s", "_90_percent_s", "_in_time")),
    "ratings",
    "average_rating",
)
RATINGS_HEAD: Sequence[str] = (
    "at", "conversation", "customer", "agent", "score", "scale", "comment",
)  # fmt: skip


def table(report: Report, name: Table, names: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    """Yield the lines of a table; `names` says what its keys are called."""
    for key, figures in sorted(report.tables[name].items()):
        yield (key, names.get(key, key), *_figures(figures))


def ratings(report: Report) -> Iterator[Sequence[Cell]]:
    """Yield every rating, the latest first."""
    for one in report.ratings:
        at = report.wanted.period.local(one.at).isoformat(" ", "seconds")
        yield (
            at,
            one.conversation_id,
            one.customer,
            one.agent_id,
            one.score,
            one.scale,
            one.comment,
        )


def _figures(figures: Figures) -> Iterator[Cell]:
    yield from (figures.counts[name] for name in COUNTS)
    for times in (figures.first_answers, figures.further_answers, figures.closings):
        yield from _times(times)
    yield figures.ratings
    yield None if figures.rating is None else round(figures.rating, 2)


def _times(times: Times) -> Iterator[Cell]:
    yield times.count
    for one in (times.median, times.ninety):
        yield None if one is None else round(one / 1000)
    yield times.in_time
