"""What `deskbridge check` says of rules and automations: examples that fail, what never fits.

Pure.
"""

from collections.abc import Iterator
from datetime import datetime

from bridge.settings import Finding, Sample, Settings
from routing.contradictions import contradictions
from routing.rules import Facts, Taken, first, never
from routing.teams import Teams, teams_of


def review(settings: Settings) -> Iterator[Finding]:
    """Yield every example that does not hold, and a warning of each rule without effect."""
    yield from _examples(settings)
    yield from _without_effect(settings)
    yield from _never_running(settings)
    yield from _unused(settings)


def facts_of(message: Sample, settings: Settings, now: int) -> Facts:
    """Return a message of the YAML as rules see it; `now` (ms) where it has no time."""
    return Facts(
        channel=message.channel,
        at=now if message.at is None else _moment(message.at, settings),
        text=message.text,
        language=message.language,
        contact_language=message.contact_language,
        page=message.page,
        sources=[message.source] if message.source else [],
        utm={name.removeprefix("utm_"): value for name, value in message.utm.items()},
        topics=message.topic or (),
        tags=message.tag or (),
        first_message=message.first_message,
    )


def destination(taken: Taken | None, teams: Teams, channel: str) -> tuple[str, str | None]:
    """Return where a message goes: team, agent or queue, and its id, if it is anybody's."""
    if taken is not None:
        return taken.to.target
    return ("team", teams.team_at(channel))


def _moment(at: datetime, settings: Settings) -> int:
    aware = at if at.tzinfo else at.replace(tzinfo=settings.locale.timezone)
    return round(aware.timestamp() * 1000)


def _examples(settings: Settings) -> Iterator[Finding]:
    teams = teams_of(settings)
    for number, one in enumerate(settings.routing.expect):
        place = ("routing", "expect", number)
        if one.message.at is None and _by_hours(settings):
            message = "a rule goes by hours, and this example has no time"
            help = "add at, as 2027-01-04T22:00"
            yield Finding("expectation_failed", (*place, "message"), message, help, on_key=True)
            continue
        taken = first(teams.rules, facts_of(one.message, settings, 0), teams.hours)
        found = destination(taken, teams, one.message.channel)
        if found != one.gets.target:
            by = f"by rule {taken.number}" if taken else "since no rule takes it"
            message = f"it goes to {_named(*found)}, {by}"
            yield Finding("expectation_failed", (*place, "gets"), message)


def _named(kind: str, name: str | None) -> str:
    if name is None:
        return "nobody's team"
    return f"the queue of {name}" if kind == "queue" else f"the {kind} {name}"


def _by_hours(settings: Settings) -> bool:
    return any(one.when.inside or one.when.outside for one in settings.routing.rules)


def _without_effect(settings: Settings) -> Iterator[Finding]:
    for one in never(settings.routing.rules):
        place = ("routing", "rules", one.index)
        if one.why == "impossible":
            message = "this rule never fits: nothing is inside and outside of the same hours"
        elif len(one.by) == 1:
            message = f"this rule never fits: rule {one.by[0] + 1} takes all that it would"
        else:
            rules = " and ".join(str(number + 1) for number in one.by)
            message = f"this rule never fits: rules {rules} take all that it would"
        yield Finding("rule_never_fits", place, message, is_warning=True)


def _never_running(settings: Settings) -> Iterator[Finding]:
    for key, why in contradictions(settings.automations, settings.conversation.statuses):
        place = ("automations", key, "when")
        yield Finding("automation_never_runs", place, f"this never runs: {why}", is_warning=True)


def _unused(settings: Settings) -> Iterator[Finding]:
    teams = teams_of(settings)
    for key, one in settings.teams.items():
        if one.capacity is not None and teams.strategy_of(key) == "manual":
            message = "nobody of this team is given anything: its strategy is manual"
            place = ("teams", key, "capacity")
            yield Finding("capacity_unused", place, message, is_warning=True)
