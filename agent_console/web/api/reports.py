"""Reports, and the tables of them as files."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, NamedTuple

from litestar import get
from litestar.di import Provide
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from agent_console import audit, reports
from agent_console.audit import Deed
from agent_console.cards import shapes as w
from agent_console.reports import MOST_DAYS, Period, Table, Wanted, columns
from agent_console.reports import Report as Found
from agent_console.spreadsheet import MEDIA_TYPE
from agent_console.web.api.exports import csv_file
from agent_console.web.api.given import Acting, Given, Me, Ours, Word, require
from agent_console.web.console import Console
from bridge.clock import ms
from bridge.settings import Settings
from bridge.store.reports import Rated
from bridge.web import ApiError

# More are in the file.
_MOST_COMMENTS = 100

Days = Annotated[int, QueryParameter(ge=1, le=MOST_DAYS)]


class Times(w.Shape, frozen=True, kw_only=True, gc=False):
    """How many; how long half of them and nine of ten took at most, in ms; how many in time."""

    count: int
    median: int | None
    ninety: int | None
    in_time: int | None


class Figures(w.Shape, frozen=True, kw_only=True, gc=False):
    """The figures of one line; docs/reference/reports.md defines each."""

    opened: int
    reopened: int
    closed: int
    missed: int
    blocked: int
    incoming: int
    outgoing: int
    automatic: int
    first_answers: Times
    further_answers: Times
    closings: Times
    ratings: int
    rating: float | None


class Line(w.Shape, frozen=True, kw_only=True, gc=False):
    """A line of a table: an id, `-none`, `-other`, a date, or `<weekday>-<hour>`."""

    key: str
    figures: Figures


class Scored(w.Shape, frozen=True, kw_only=True, gc=False):
    """How many ratings of this score."""

    scale: int
    score: int
    number: int


class Comment(w.Shape, frozen=True, kw_only=True, gc=False):
    """A rating with words."""

    conversation: int
    customer: str | None
    agent: str | None
    at: int
    score: int
    scale: int
    comment: str


class Report(w.Shape, frozen=True, kw_only=True, gc=False):
    """What happened from one day to another; `max_wait` is in ms."""

    since: date
    until: date
    timezone: str
    max_wait: int | None
    scale: int | None
    total: Figures
    tables: dict[Table, list[Line]]
    scores: list[Scored]
    comments: list[Comment]


class Narrowed(NamedTuple):
    """What narrows a report; `-none` stands for what has none."""

    inbox: str | None
    team: str | None
    agent: str | None
    topic: str | None
    tag: str | None
    language: str | None


def narrowed(
    inbox: Word = None,
    team: Word = None,
    agent: Word = None,
    topic: Word = None,
    tag: Word = None,
    language: Word = None,
) -> Narrowed:
    """Return what narrows a report."""
    return Narrowed(inbox, team, agent, topic, tag, language)


def period(
    console: Given,
    days: Days = 7,
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> Period:
    """Return the last so many days, or those from `since` to `until`."""
    found = reports.of_days(console.settings.locale.timezone, console.clock.now(), days)
    chosen = replace(found, first=since or found.first, last=until or found.last)
    if not 0 <= (chosen.last - chosen.first).days < MOST_DAYS:
        raise _wrong(f"A report is of 1 to {MOST_DAYS} days.")
    # The last year there is has no day after it to end at.
    if not date(1970, 1, 2) <= chosen.first <= chosen.last < date(9000, 1, 1):
        raise _wrong("There is nothing from then.")
    return chosen


def _wrong(why: str) -> ApiError:
    return ApiError(400, "invalid", "The request is not valid.", fields={"since": why})


def asked(console: Given, me: Me, period: Ours[Period], narrow: Ours[Narrowed]) -> Wanted:
    """Return what is asked for; who may see their own work alone gets that."""
    if "reports" not in require(console, me, "reports", "own_reports"):
        narrow = narrow._replace(agent=me.agent.id)
    wait = console.settings.routing.max_wait
    max_wait = None if wait is None else ms(wait)
    policy = console.desk.policy
    hours_of = policy.hours_of if "max_wait" in policy.paused_outside else None
    return Wanted(period=period, max_wait=max_wait, hours_of=hours_of, **narrow._asdict())


ASKED = {
    "period": Provide(period, sync_to_thread=False),
    "narrow": Provide(narrowed, sync_to_thread=False),
    "wanted": Provide(asked, sync_to_thread=False),
}


@get("/reports", dependencies=ASKED)
async def report(console: Given, wanted: Ours[Wanted]) -> Report:
    """Return the figures of a period; who may see their own work alone gets that."""
    return _shown(await _found(console, wanted))


@get("/reports/export", dependencies=ASKED, media_type=MEDIA_TYPE)
async def export(
    console: Given,
    me: Me,
    by: Acting,
    wanted: Ours[Wanted],
    table: FromQuery[Table | Literal["ratings"]],
) -> Stream:
    """Return one table of a report as CSV, and write down who has taken it away."""
    require(console, me, "export")
    found = await _found(console, wanted)
    first, last = wanted.period.first.isoformat(), wanted.period.last.isoformat()
    told = {"since": first, "until": last}
    await console.write(audit.record, by, Deed("exported", f"report:{table}", told))
    name = f"deskbridge-{table}-{first}-{last}"
    if table == "ratings":
        return csv_file(name, columns.RATINGS_HEAD, columns.ratings(found))
    rows = columns.table(found, table, _names(console.settings, table))
    return csv_file(name, columns.HEAD, rows)


async def _found(console: Console, wanted: Wanted) -> Found:
    async with console.reporting:
        return await console.read(reports.report, wanted)


def _names(settings: Settings, table: Table) -> Mapping[str, str]:
    """Return what the keys of a table are called, in the company's own language."""
    language = settings.locale.default
    match table:
        case "agents":
            return {key: one.name for key, one in settings.agents.items()}
        case "inboxes":
            return {key: one.name for key, one in settings.channels.items()}
        case "teams":
            labels = {key: one.label for key, one in settings.teams.items()}
            return {key: one.pick(language, "en") for key, one in labels.items() if one}
        case "topics":
            return {key: one.label.pick(language, "en") for key, one in settings.topics.items()}
        case "tags":
            return {key: one.label.pick(language, "en") for key, one in settings.tags.items()}
    return {}


# --- as the page is told ---


def _shown(found: Found) -> Report:
    period = found.wanted.period
    said = [one for one in found.ratings if one.comment]
    return Report(
        since=period.first,
        until=period.last,
        timezone=period.zone.key,
        max_wait=found.wanted.max_wait,
        scale=found.scale,
        total=_figures(found.total),
        tables={
            name: [Line(key=key, figures=_figures(one)) for key, one in sorted(lines.items())]
            for name, lines in found.tables.items()
        },
        scores=[Scored(**one._asdict()) for one in found.scores],
        comments=[_comment(one) for one in said[:_MOST_COMMENTS]],
    )


def _figures(found: reports.Figures) -> Figures:
    return Figures(
        **{name: found.counts[name] for name in columns.COUNTS},
        first_answers=_times(found.first_answers),
        further_answers=_times(found.further_answers),
        closings=_times(found.closings),
        ratings=found.ratings,
        rating=found.rating,
    )


def _times(found: reports.Times) -> Times:
    return Times(count=found.count, median=found.median, ninety=found.ninety, in_time=found.in_time)


def _comment(one: Rated) -> Comment:
    return Comment(
        conversation=one.conversation_id,
        customer=one.customer,
        agent=one.agent_id,
        at=one.at,
        score=one.score,
        scale=one.scale,
        comment=one.comment or "",
    )


HANDLERS = [report, export]
