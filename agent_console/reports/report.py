"""A report: what happened is read once, put into cells, and cells are added up into tables."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple, get_args

from agent_console.reports.facts import Fact, Waited, by_the_clock, facts
from agent_console.reports.figures import Figures, Tally
from agent_console.reports.period import Period
from bridge.store import reports as r
from bridge.store.transactions import Tx
from routing.hours import Hours, Openings

Table = Literal["days", "hours", "agents", "teams", "inboxes", "topics", "tags"]
# The key of what has no agent, no team, no topic, no tag.
NONE = "-none"
# By how much the clock may have been set for a message still to be found, in ms.
_SLACK = 24 * 3_600_000
# Whoever wrote earlier than so long before a period has waited since then, in ms.
_LONGEST_WAIT = 60 * 24 * 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: a period, and what narrows it; `NONE` stands for what has none."""

    period: Period
    inbox: str | None = None
    team: str | None = None
    agent: str | None = None
    topic: str | None = None
    tag: str | None = None
    language: str | None = None
    max_wait: int | None = None
    # Outside of which hours a customer's wait stands still, by team and inbox.
    hours_of: Callable[[str | None, str], Hours | None] | None = field(default=None, compare=False)


class Subject(NamedTuple):
    """What a conversation is sorted by."""

    inbox: str
    team: str
    assignee: str
    language: str
    topics: tuple[str, ...]
    tags: tuple[str, ...]


class Score(NamedTuple):
    """How many customers have given this score, of so much."""

    scale: int
    score: int
    number: int


@dataclass(slots=True)
class Report:
    """The figures of everything together, and of each line of each table by its key.

    The keys of days are ISO dates; those of hours are `<weekday>-<hour>`, Monday being 0.
    """

    wanted: Wanted
    scale: int | None
    total: Figures
    tables: Mapping[Table, Mapping[str, Figures]]
    scores: list[Score]
    ratings: list[r.Rated]


@dataclass(slots=True)
class _Cells:
    """What happened, twice: by subject and agent, and by quarters of an hour."""

    wanted: Wanted
    subjects: Mapping[int, Subject]
    by_subject: dict[Subject, dict[str, Tally]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Tally))
    )
    by_time: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    _waits: dict[tuple[str, str], Waited] = field(default_factory=dict)

    def waited_by(self, subject: Subject) -> Waited:
        """Return what tells for how long customers of such conversations have waited."""
        of = (subject.team, subject.inbox)
        if of not in self._waits:
            self._waits[of] = self._waited_by(*of)
        return self._waits[of]

    def _waited_by(self, team: str, inbox: str) -> Waited:
        hours_of, period = self.wanted.hours_of, self.wanted.period
        hours = hours_of(None if team == NONE else team, inbox) if hours_of else None
        if hours is None:
            return by_the_clock
        return Openings(hours, period.since - _LONGEST_WAIT, period.until + _SLACK).between

    def of(self, subject: Subject) -> Callable[[str | None, int], Sequence[Tally]]:
        """Return what tells in which two something counts, by whom and when it was.

        Without an agent who did it, it is of the one who answers the conversation now. In none
        where it is not asked for.
        """
        of_agent, by_time, wanted = self.by_subject[subject], self.by_time, self.wanted.agent

        def places(agent: str | None, at: int) -> Sequence[Tally]:
            agent = agent or subject.assignee
            if wanted is not None and wanted != agent:
                return ()
            return of_agent[agent], by_time[at // r.QUARTER]

        return places

    def __iter__(self) -> Iterator[tuple[Subject, str, Tally]]:
        """Yield what happened by subject and agent."""
        for subject, agents in self.by_subject.items():
            for agent, tally in agents.items():
                yield subject, agent, tally


def report(tx: Tx, wanted: Wanted) -> Report:
    """Return what happened; everything is read in this one transaction."""
    where = r.bounds(tx, wanted.period.since, wanted.period.until, _SLACK)._asdict()
    cells = _Cells(wanted, dict(_subjects(tx.each(r.ABOUT, **where), wanted)))
    for conversation_id, moves in groupby(tx.each(r.MOVES, **where), attrgetter("conversation_id")):
        if (subject := cells.subjects.get(conversation_id)) is not None:
            _count(cells, subject, facts(moves, cells.waited_by(subject)))
    rated = tx.each(r.RATED, since=where["since"], until=where["until"])
    return _summed(cells, [one for one in rated if _rate(cells, one)])


def _subjects(rows: Iterable[r.About], wanted: Wanted) -> Iterator[tuple[int, Subject]]:
    """Yield what is asked for: one object for all that is sorted alike, since that is most."""
    known: dict[Subject, Subject | None] = {}
    for row in rows:
        subject = Subject(
            row.inbox_id,
            row.team_id or NONE,
            row.assignee_id or NONE,
            row.language or NONE,
            _listed(row.topics),
            _listed(row.tags),
        )
        if subject not in known:
            known[subject] = subject if _is_wanted(subject, wanted) else None
        if (found := known[subject]) is not None:
            yield row.id, found


def _listed(ids: str | None) -> tuple[str, ...]:
    return tuple(sorted(ids.split(","))) if ids else (NONE,)


def _is_wanted(subject: Subject, wanted: Wanted) -> bool:
    return (
        wanted.inbox in (None, subject.inbox)
        and wanted.team in (None, subject.team)
        and wanted.language in (None, subject.language)
        and (wanted.topic is None or wanted.topic in subject.topics)
        and (wanted.tag is None or wanted.tag in subject.tags)
    )


# --- what happened, into cells ---


def _count(cells: _Cells, subject: Subject, found: Iterable[Fact]) -> None:
    since, places = cells.wanted.period.since, cells.of(subject)
    for what, agent_id, at, lasted in found:
        if at >= since:
            for tally in places(agent_id, at):
                tally.count(what, lasted)


def _rate(cells: _Cells, rated: r.Rated) -> bool:
    """Count a rating; say whether it is one that is asked for."""
    subject = cells.subjects.get(rated.conversation_id)
    tallies = cells.of(subject)(rated.agent_id, rated.at) if subject else ()
    for tally in tallies:
        tally.scores.append(rated.score / rated.scale)
    return bool(tallies)


# --- cells, into tables ---


def _summed(cells: _Cells, rated: list[r.Rated]) -> Report:
    wanted, scale = cells.wanted, rated[0].scale if rated else None
    tallies: dict[Table, dict[str, Tally]] = {name: defaultdict(Tally) for name in get_args(Table)}
    total = Tally()
    for day in wanted.period.days:
        tallies["days"][day.isoformat()] = Tally()
    for quarter, tally in cells.by_time.items():
        local = wanted.period.local(quarter * r.QUARTER)
        tallies["days"][local.date().isoformat()].add(tally)
        tallies["hours"][f"{local.weekday()}-{local.hour}"].add(tally)
    for subject, agent, tally in cells:
        total.add(tally)
        for name, key in _lines(subject, agent):
            tallies[name][key].add(tally)
    scores = Counter((one.scale, one.score) for one in rated)
    return Report(
        wanted,
        scale,
        total.figures(wanted.max_wait, scale),
        {
            name: {key: one.figures(wanted.max_wait, scale) for key, one in lines.items()}
            for name, lines in tallies.items()
        },
        [Score(*of, number) for of, number in sorted(scores.items(), reverse=True)],
        rated,
    )


def _lines(subject: Subject, agent: str) -> Iterator[tuple[Table, str]]:
    """Yield each line that something counts in: of several topics or tags, in each."""
    yield "agents", agent
    yield "teams", subject.team
    yield "inboxes", subject.inbox
    for topic in subject.topics:
        yield "topics", topic
    for tag in subject.tags:
        yield "tags", tag
