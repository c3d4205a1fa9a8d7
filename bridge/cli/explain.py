"""`deskbridge explain message`: which rule would take a message, what it sets off, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from bridge.cli.config import DEFAULT_PATH, ConfigPath, load_or_exit
from bridge.clock import Clock
from bridge.settings import Rule, Sample, Settings
from routing.review import destination, facts_of
from routing.rules import Facts, first, tried
from routing.statused import first_open
from routing.teams import Teams, teams_of

_STRATEGIES = {
    "manual": "whoever takes it: nobody is given it",
    "round_robin": "one of those online, each in turn",
    "least_loaded": "the one of those online who has the fewest",
    "sticky": "who answered this customer before, else the one of those online who has the fewest",
}


def message(
    channel: Annotated[str, typer.Option("--channel", help="The inbox it comes by.")],
    text: Annotated[str, typer.Option("--text", help="Its words.")] = "",
    language: Annotated[
        str | None, typer.Option("--language", help="What the customer's app speaks.")
    ] = None,
    page: Annotated[str | None, typer.Option("--page", help="The page they write from.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="What brought them.")] = None,
    utm: Annotated[
        list[str] | None, typer.Option("--utm", metavar="NAME=VALUE", help="A mark of a campaign.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="When: 2027-01-04T22:00. Without it, now.")
    ] = None,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Say what becomes of a message that begins a conversation. It names each rule, and why."""
    settings = load_or_exit(config)
    if channel not in settings.channels:
        _fail(f"there is no inbox {channel}: {', '.join(settings.channels) or 'none at all'}")
    given = {
        "channel": channel,
        "text": text,
        "language": language,
        "page": page,
        "source": source,
        "utm": _marks(utm or []),
        "at": at,
    }
    for line in explained(settings, _sample(given), Clock().now()):
        print(line)


def explained(settings: Settings, sample: Sample, now: int) -> Iterator[str]:
    """Yield what becomes of a message, rule by rule; `now` (ms) where it has no time."""
    teams, facts = teams_of(settings), facts_of(sample, settings, now)
    taken = first(teams.rules, facts, teams.hours)
    looked_at = teams.rules[: taken.number] if taken else teams.rules
    for number, rule in enumerate(looked_at, 1):
        yield f"rule {number}: {_verdict(rule, facts, teams)}"
    if taken is None:
        yield "no rule takes it" if teams.rules else "there are no rules"
    kind, name = destination(taken, teams, facts.channel)
    yield from _ending(teams, facts, kind, name)
    yield from _automated(settings, teams, facts)


def _automated(settings: Settings, teams: Teams, facts: Facts) -> Iterator[str]:
    """Yield what becomes of each automation that such a message may set off."""
    status = first_open(settings.conversation.statuses)
    facts = replace(facts, by="customer", status=status)
    for key, one in settings.automations.items():
        if one.when.event not in ("opened", "message_received"):
            continue
        failed = [name for name, fits in tried(one.when, facts, teams.hours) if not fits]
        if failed:
            why = f"does not run, since {' and '.join(failed)} {_do(failed)} not fit"
        else:
            why = f"runs on {one.when.event}: {', '.join(do.deed[0] for do in one.do)}"
        yield f"automation {key}: {why}"


def _verdict(rule: Rule, facts: Facts, teams: Teams) -> str:
    conditions = list(tried(rule.when, facts, teams.hours))
    failed = [name for name, fits in conditions if not fits]
    if failed:
        return f"passed over, since {' and '.join(failed)} {_do(failed)} not fit"
    fitting = [name for name, _ in conditions]
    why = f"{' and '.join(fitting)} {'fits' if len(fitting) == 1 else 'fit'}"
    return f"takes it, since {why}" if fitting else "takes it, as it takes all"


def _do(names: Sequence[str]) -> str:
    return "does" if len(names) == 1 else "do"


def _ending(teams: Teams, facts: Facts, kind: str, name: str | None) -> Iterator[str]:
    if kind == "agent" and name is not None:
        yield f"it goes to {name}, if they are online, on their shift and have room"
        name = teams.team_at(facts.channel)
        yield f"else it goes to {_team(name)}"
    elif kind == "queue":
        yield f"it waits in the queue of {name} until somebody takes it"
        return
    else:
        yield f"it goes to {_team(name)}"
    if teams.closed(name, facts.channel, facts.at):
        yield "nobody is there at this time: it waits, and the customer is told when it goes on"
    else:
        yield f"it is for {_STRATEGIES[teams.strategy_of(name)]}"


def _team(name: str | None) -> str:
    return f"the team {name}" if name is not None else "all agents"


def _marks(given: Sequence[str]) -> dict[str, str]:
    marks = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            _fail(f"--utm wants a name and a value, as campaign=spring, not {one}")
        marks[name] = value
    return marks


def _sample(given: Mapping[str, object]) -> Sample:
    """Check what was typed as the YAML is checked; leave with what is wrong."""
    try:
        return Sample.model_validate(given)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        _fail(f"--{str(wrong['loc'][0]).replace('_', '-')}: {wrong['msg']}")


def _fail(why: str) -> NoReturn:
    typer.echo(f"deskbridge: {why}", err=True)
    raise typer.Exit(1)
