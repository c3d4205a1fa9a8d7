"""Ids by which one part of the file names another: each must be there.

As in `checks.py`, plain data is looked at, and what has the wrong type is passed over.
"""

from collections.abc import Iterator, Mapping

from bridge.settings.deeds import STATUSES, deeds, impossible_deeds, statuses
from bridge.settings.faults import nearest_of
from bridge.settings.finding import Finding
from bridge.settings.source import Path, Value
from bridge.settings.values import say

Sections = dict[str, Value]
Reference = tuple[Path, str, str]
"""Where an id stands, the section that must have it, and the id."""

# What an entry of a section is called.
_ONE = {
    "agents": "agent",
    "teams": "team",
    "hours": "hours",
    "channels": "inbox",
    "topics": "topic",
    "tags": "tag",
    "webhooks": "webhook",
    STATUSES: "status",
}
# Under this name stands the place of whatever has none of its own.
_ANY_TEAM = "default"
_TARGETS = {"team": "teams", "queue": "teams", "agent": "agents"}
_CONDITIONS = {
    "channel": "channels",
    "inside": "hours",
    "outside": "hours",
    "topic": "topics",
    "tag": "tags",
}
_OF_AUTOMATION = _CONDITIONS | {"status": STATUSES, "team": "teams"}


def reference_findings(sections: Sections) -> Iterator[Finding]:
    """Yield what names something that is not there, or that cannot serve for it."""
    for path, section, name in [*_references(sections), *_told(sections)]:
        known = list(statuses(sections) if section == STATUSES else _map(sections.get(section)))
        if name not in known:
            yield _missing(path, section, name, known)
    yield from impossible_deeds(sections)
    yield from _viewers(sections)
    yield from _circles(sections)


def _missing(path: Path, section: str, name: str, known: list[str]) -> Finding:
    code = "unknown_inbox" if section == "channels" else "unknown_id"
    verb = "are" if section == "hours" else "is"
    message = f"there {verb} no {_ONE[section]} {say(name)}"
    help = f"{section} has {', '.join(known) or 'none'}"
    return Finding(code, path, message, help, nearest=nearest_of(name, known))


def _references(sections: Sections) -> Iterator[Reference]:
    for agent, entry in entries(sections, "agents"):
        yield from _of(entry, ("agents", agent), hours="hours", inboxes="channels")
        of_bot = {"hand_over_to": "teams", "webhook": "webhooks"}
        yield from _of(_map(entry.get("bot")), ("agents", agent, "bot"), **of_bot)
    for team, entry in entries(sections, "teams"):
        yield from _of(entry, ("teams", team), members="agents", hours="hours", topics="topics")
        yield from _of(_map(entry.get("overflow")), ("teams", team, "overflow"), to="teams")
    for inbox, entry in entries(sections, "channels"):
        yield from _of(entry, ("channels", inbox), team="teams", hours="hours")
    for ticket, entry in entries(sections, "tickets"):
        to = ("tickets", ticket, "to")
        yield from _of(_map(entry.get("to")), to, inbox="channels", webhook="webhooks")
    retention = _map(_map(sections.get("storage")).get("retention"))
    for inbox in _map(retention.get("inboxes")):
        yield ("storage", "retention", "inboxes", inbox), "channels", inbox
    yield from _of_staff(sections)
    routing = _map(sections.get("routing"))
    yield from _of(_map(routing.get("default")), ("routing", "default"), team="teams")
    yield from _of_rules(routing)
    begun = _map(_map(sections.get("system_messages")).get("begun"))
    yield from _of(_map(begun.get("when")), ("system_messages", "begun", "when"), **_CONDITIONS)
    yield from _of_doing(sections)


def _of_staff(sections: Sections) -> Iterator[Reference]:
    """The places of a surface may be told apart by team."""
    for surface, entry in entries(sections, "staff"):
        yield from _of(entry, ("staff", surface), via="channels")
        for key in ("channels", "groups"):
            for team in _map(entry.get(key)):
                if team != _ANY_TEAM:
                    yield ("staff", surface, key, team), "teams", team


def _of_doing(sections: Sections) -> Iterator[Reference]:
    for name, entry in entries(sections, "automations"):
        yield from _of(_map(entry.get("when")), ("automations", name, "when"), **_OF_AUTOMATION)
    for at, one in deeds(sections):
        yield from _of(one, at, tag="tags", topic="topics", status=STATUSES, webhook="webhooks")
        yield from _of(_map(one.get("assign")), (*at, "assign"), **_TARGETS)


def _told(sections: Sections) -> Iterator[Reference]:
    """Yield the agents who are told something: also those who answer nobody."""
    for at, one in deeds(sections):
        yield from _of(_map(one.get("notify")), (*at, "notify"), agents="agents")


def _of_rules(routing: Sections) -> Iterator[Reference]:
    for number, rule in _numbered(routing, "rules"):
        place = ("routing", "rules", number)
        yield from _of(_map(rule.get("when")), (*place, "when"), **_CONDITIONS)
        yield from _of(_map(rule.get("to")), (*place, "to"), **_TARGETS)
    for number, example in _numbered(routing, "expect"):
        place = ("routing", "expect", number)
        message = _map(example.get("message"))
        named = {"channel": "channels", "topic": "topics", "tag": "tags"}
        yield from _of(message, (*place, "message"), **named)
        yield from _of(_map(example.get("gets")), (*place, "gets"), **_TARGETS)


def _of(entry: Mapping[str, Value], at: Path, **keys: str) -> Iterator[Reference]:
    """Yield the ids under these keys, each with the section that its key means."""
    for key, section in keys.items():
        value = entry.get(key)
        if isinstance(value, str):
            yield (*at, key), section, value
        for number, one in enumerate(value if isinstance(value, list) else ()):
            if isinstance(one, str):
                yield (*at, key, number), section, one


def _viewers(sections: Sections) -> Iterator[Finding]:
    """Whoever only reads can be given nothing."""
    agents = dict(entries(sections, "agents"))
    for path, section, name in _references(sections):
        if section == "agents" and agents.get(name, {}).get("role") == "viewer":
            message = f"{say(name)} is a viewer, who answers nobody"
            yield Finding("cannot_answer", path, message)


def _circles(sections: Sections) -> Iterator[Finding]:
    """A queue that runs over into itself, by whatever ways, would never rest."""
    onward = {
        team: _map(entry.get("overflow")).get("to") for team, entry in entries(sections, "teams")
    }
    for team in onward:
        way = [team]
        while isinstance(following := onward.get(way[-1]), str) and following not in way:
            way.append(following)
        if following == team:
            message = f"the queue comes back to where it began: {' > '.join([*way, team])}"
            yield Finding("overflow_circle", ("teams", team, "overflow", "to"), message)


def entries(sections: Sections, section: str) -> Iterator[tuple[str, Sections]]:
    """Yield the ids of a section and what stands under each, where that is a map."""
    for name, entry in _map(sections.get(section)).items():
        if isinstance(entry, dict):
            yield name, entry


def _numbered(routing: Sections, key: str) -> Iterator[tuple[int, Sections]]:
    entries = routing.get(key)
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield number, entry


def _map(value: Value) -> Sections:
    return value if isinstance(value, dict) else {}
