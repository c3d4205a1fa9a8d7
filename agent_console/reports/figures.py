"""The figures of a report, and how they are added up (docs/reference/reports.md). Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

Counted = Literal[
    "opened", "reopened", "closed", "missed", "blocked", "incoming", "outgoing", "automatic"
]
Timed = Literal["first_answers", "further_answers", "closings"]
Kind = Counted | Timed


@dataclass(frozen=True, slots=True)
class Times:
    """How long things took: how many, half of them at most, nine of ten at most; in ms.

    `in_time` is how many took no longer than allowed, if anything is.
    """

    count: int
    median: int | None
    ninety: int | None
    in_time: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened, for one line of a table."""

    counts: Counter[Kind]
    first_answers: Times
    further_answers: Times
    closings: Times
    ratings: int
    rating: float | None


@dataclass(slots=True)
class Tally:
    """What happened so far; scores are shares of their scale, so that scales can differ."""

    counts: Counter[Kind] = field(default_factory=Counter)
    lengths: Mapping[Kind, list[int]] = field(
        default_factory=lambda: {name: [] for name in get_args(Timed)}
    )
    scores: list[float] = field(default_factory=list)

    def count(self, what: Kind, lasted: int) -> None:
        """Count something more, by how long it took if that is told."""
        lengths = self.lengths.get(what)
        if lengths is None:
            self.counts[what] += 1
        else:
            lengths.append(lasted)

    def add(self, other: "Tally") -> None:
        """Take in another one."""
        self.counts.update(other.counts)
        for name, lasted in other.lengths.items():
            self.lengths[name].extend(lasted)
        self.scores += other.scores

    def figures(self, max_wait: int | None, scale: int | None) -> Figures:
        """Return the figures; `max_wait` in ms, `scale` that of the average rating."""
        average = sum(self.scores) / len(self.scores) * scale if self.scores and scale else None
        return Figures(
            counts=self.counts,
            first_answers=times(self.lengths["first_answers"], max_wait),
            further_answers=times(self.lengths["further_answers"], max_wait),
            closings=times(self.lengths["closings"], None),
            ratings=len(self.scores),
            rating=average,
        )


def times(lasted: Sequence[int], limit: int | None) -> Times:
    """Return how long these took, in ms."""
    ordered = sorted(lasted)
    in_time = None if limit is None else sum(one <= limit for one in ordered)
    return Times(len(ordered), rank(ordered, 50), rank(ordered, 90), in_time)


def rank(ordered: Sequence[int], percent: int) -> int | None:
    """Return the least value that so many per cent do not exceed, of an ordered list."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None
