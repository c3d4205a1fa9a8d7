"""A report: what happened is read once, put into cells, and cells are added up into tables."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from agent_console.reports.figures import Counted, Figures, Tally
from agent_console.reports.period import Period
from bridge.store import reports as r
from bridge.store.transactions import Tx

Table = Literal["days", "hours", "agents", "teams", "inboxes", "topics", "tags"]
# The key of what has no agent, no team, no topic, no tag.
NONE = "-none"
# By how much the clock may have been set for a message still to be found, in ms.
_SLACK = 24 * 3_600_000


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
    by_subject: dict[tuple[Subject, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_time: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def put(
        self, conversation_id: int, agent: str | None, quarter: int, change: Callable[[Tally], None]
    ) -> bool:
        """Count something of a conversation, unless it is not asked for; say whether it was.

        Without an agent who did it, it is of the one who answers the conversation now.
        """
        subject = self.subjects.get(conversation_id)
        if subject is None:
            return False
        agent = agent or subject.assignee
        if self.wanted.agent not in (None, agent):
            return False
        change(self.by_subject[subject, agent])
        change(self.by_time[quarter])
        return True


def report(tx: Tx, wanted: Wanted) -> Report:
    """Return what happened; everything is read in this one transaction."""
    where = r.bounds(tx, wanted.period.since, wanted.period.until, _SLACK)._asdict()
    cells = _Cells(wanted, dict(_subjects(tx.each(r.ABOUT, **where), wanted)))
    for said in tx.each(r.SAID, **where):
        _say(cells, said)
    for happened in tx.each(r.HAPPENED, **where):
        _happen(cells, happened)
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


def _say(cells: _Cells, said: r.Said) -> None:
    what: Counted = said.kind
    if said.kind == "outgoing" and said.agent_id is None:
        what = "automatic"

    def change(tally: Tally) -> None:
        tally.counts[what] += said.number

    cells.put(said.conversation_id, said.agent_id, said.quarter, change)


def _happen(cells: _Cells, one: r.Happened) -> None:
    def change(tally: Tally) -> None:
        if one.what == "out":
            (tally.first if one.first else tally.further).append(one.waited or 0)
            return
        tally.counts[one.what] += 1
        if one.what == "closed":
            tally.closings.append(one.lasted or 0)
            tally.counts["missed"] += one.first

    cells.put(one.conversation_id, one.agent_id, one.at // r.QUARTER, change)


def _rate(cells: _Cells, rated: r.Rated) -> bool:
    def change(tally: Tally) -> None:
        tally.scores.append(rated.score / rated.scale)

    return cells.put(rated.conversation_id, rated.agent_id, rated.at // r.QUARTER, change)


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
    for (subject, agent), tally in cells.by_subject.items():
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
