"""What the YAML says of teams, hours and rules, ready to be decided by. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bridge.clock import ms
from bridge.settings import Agent, Bot, LocalText, OpeningHours, Rule, Settings, Strategy, Team
from routing.hours import Hours
from routing.policy import passed_at


@dataclass(frozen=True, slots=True)
class Helper:
    """Of a bot: the team that takes over from it, and the webhook by which it is told."""

    hand_over_to: str | None = None
    webhook: str | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """Of an agent who answers: their own limit (if they have one), shift and languages.

    A `bot` is given only what names it: a rule or a person.
    """

    limit: int | None = None
    hours: str | None = None
    languages: frozenset[str] = frozenset()
    bot: Helper | None = None


@dataclass(frozen=True, slots=True)
class Crew:
    """A team; `overflow` names the one that takes over, and after how many ms.

    `strategy` and `capacity` go before those of the house.
    """

    members: Collection[str] = ()
    hours: str | None = None
    overflow: tuple[str, int] | None = None
    label: LocalText | None = None
    topics: Collection[str] = ()
    strategy: Strategy | None = None
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """Of an inbox, the team that answers there and its hours, as far as it names them."""

    team: str | None = None
    hours: str | None = None


_COUNTER = Counter()
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """Who answers what, by the ids of the YAML; `default_team` is that of the other inboxes."""

    workers: Mapping[str, Worker] = field(default_factory=dict)
    crews: Mapping[str, Crew] = field(default_factory=dict)
    hours: Mapping[str, Hours] = field(default_factory=dict)
    inboxes: Mapping[str, Counter] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    strategy: Strategy = "manual"
    default_team: str | None = None
    capacity: int | None = None
    # Whether the time after which another team takes over runs only while a team is there.
    pauses_overflow: bool = False
    zone: ZoneInfo = _UTC

    @property
    def decides(self) -> bool:
        """Say whether anything is decided when a conversation comes in.

        Otherwise everybody sees it among the new ones, and whoever likes takes it.
        """
        named = any(one.team or one.hours for one in self.inboxes.values())
        return bool(self.rules or self.default_team or named) or self.gives

    @property
    def gives(self) -> bool:
        """Say whether anything is ever given to anybody, or all is taken."""
        every = (self.strategy, *(one.strategy for one in self.crews.values()))
        return any(one not in ("manual", None) for one in every)

    def strategy_of(self, team: str | None) -> Strategy:
        """Return who of a team is given a conversation: its own way, else that of the house."""
        crew = self.crews.get(team) if team is not None else None
        return (crew.strategy if crew else None) or self.strategy

    def limit_of(self, agent: str, team: str | None) -> int | None:
        """Return how many an agent may have and be given one more of a team; `None`: any.

        What a bot can answer at once has nothing to do with what people can.
        """
        worker = self.workers[agent]
        if worker.limit is not None or worker.bot is not None:
            return worker.limit
        crew = self.crews.get(team) if team is not None else None
        return (crew.capacity if crew else None) or self.capacity

    def team_at(self, inbox_id: str) -> str | None:
        """Return the team that answers in an inbox where no rule says otherwise."""
        return self.inboxes.get(inbox_id, _COUNTER).team or self.default_team

    def members(self, team: str | None) -> Collection[str]:
        """Return the agents of a team; all of them where there is none, or it is gone."""
        crew = self.crews.get(team) if team is not None else None
        return self.workers.keys() if crew is None else crew.members

    def people(self, team: str | None) -> list[str]:
        """Return those of a team's agents to whom a strategy may give a conversation."""
        known = ((one, self.workers.get(one)) for one in self.members(team))
        return [one for one, worker in known if worker is not None and worker.bot is None]

    def helper(self, agent: str | None) -> Helper | None:
        """Return what holds for an agent who is a bot; `None` for people."""
        worker = self.workers.get(agent) if agent is not None else None
        return worker.bot if worker is not None else None

    def hours_of(self, team: str | None, inbox_id: str) -> Hours | None:
        """Return when a conversation is answered: as its team is there, else as its inbox is."""
        crew = self.crews.get(team) if team is not None else None
        named = (crew.hours if crew else None) or self.inboxes.get(inbox_id, _COUNTER).hours
        return self.hours[named] if named else None

    def passed_on_at(self, team: str | None, inbox_id: str, since: int) -> int | None:
        """Return when another team takes over what waits for this one since then, if ever."""
        crew = self.crews.get(team) if team is not None else None
        if crew is None or crew.overflow is None:
            return None
        hours = self.hours_of(team, inbox_id) if self.pauses_overflow else None
        return passed_at(since, crew.overflow[1], hours)

    def closed(self, team: str | None, inbox_id: str, at: int) -> Hours | None:
        """Return the hours outside of which it is now for a conversation, or `None`."""
        hours = self.hours_of(team, inbox_id)
        return None if hours is None or hours.is_open(at) else hours

    def on_shift(self, agent: str, at: int) -> bool:
        """Say whether an agent's own hours, if they have any, are now."""
        shift = self.workers[agent].hours
        return shift is None or self.hours[shift].is_open(at)


def teams_of(settings: Settings) -> Teams:
    """Return what the YAML says, in routing's words and units."""
    routing = settings.routing
    return Teams(
        workers={key: _worker(one) for key, one in settings.agents.items() if one.role != "viewer"},
        crews={key: _crew(one) for key, one in settings.teams.items()},
        hours={key: _hours(one, settings) for key, one in settings.hours.items()},
        inboxes={key: Counter(one.team, one.hours) for key, one in settings.channels.items()},
        rules=routing.rules,
        strategy=routing.default.strategy,
        default_team=routing.default.team,
        capacity=routing.capacity,
        pauses_overflow="overflow" in routing.pause_outside_hours,
        zone=settings.locale.timezone,
    )


def _worker(agent: Agent) -> Worker:
    languages = frozenset(agent.languages)
    if agent.role != "bot":
        return Worker(agent.limit, agent.hours, languages)
    told = agent.bot or Bot()
    return Worker(agent.limit, agent.hours, languages, Helper(told.hand_over_to, told.webhook))


def _crew(team: Team) -> Crew:
    over = team.overflow
    overflow = (over.to, ms(over.after)) if over else None
    return Crew(
        team.members,
        team.hours,
        overflow,
        team.label,
        team.topics,
        strategy=team.strategy,
        capacity=team.capacity,
    )


def _hours(hours: OpeningHours, settings: Settings) -> Hours:
    zone = hours.timezone or settings.locale.timezone
    return Hours(zone, hours.week, {one.date: one.hours for one in hours.holidays})
