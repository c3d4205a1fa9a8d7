"""The figures of a report once more, message by message, as docs/reference/reports.md says it.

Slow and plain on purpose, and nothing of it is shared with the program.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bridge.models import Conversation, Message

COUNTED = ("opened", "reopened", "closed", "missed", "blocked", "incoming", "outgoing", "automatic")


@dataclass(frozen=True)
class Talk:
    """A conversation as it is now, with all that was said and done in it, in order."""

    conversation: Conversation
    messages: Sequence[Message]
    topics: Sequence[str]
    tags: Sequence[str]


@dataclass(frozen=True)
class Fact:
    """Something that counts: what, whose it is, when, and how long it took (ms) or its share."""

    what: str
    talk: Talk
    agent: str
    at: int
    value: float = 1


def facts(talk: Talk) -> Iterator[Fact]:
    """Yield what counts in a conversation, whenever it was."""
    asked: int | None = None
    begun, answered = 0, False
    for one in talk.messages:
        agent = one.agent_id or talk.conversation.assignee_id or "-none"
        what, at = _what(one), one.created_at
        if what in COUNTED:
            yield Fact(what, talk, agent, at)
        if what in ("opened", "reopened"):
            begun, answered = at, False
        elif what == "closed":
            yield Fact("closings", talk, agent, at, at - begun)
            if not answered:
                yield Fact("missed", talk, agent, at)
        elif what == "incoming" and asked is None:
            asked = at
        elif what == "outgoing":
            if asked is not None:
                what = "further_answers" if answered else "first_answers"
                yield Fact(what, talk, agent, at, at - asked)
            answered = True
        if what not in ("opened", "reopened", "incoming", "automatic", ""):
            asked = None


def _what(one: Message) -> str:
    """Return what a message counts as; nothing for a note and for most of what happens."""
    if one.activity:
        verb: str = msgspec.json.decode(one.activity)["verb"]
        return verb if verb in COUNTED else ""
    if one.kind == "outgoing" and one.agent_id is None:
        return "automatic"
    return one.kind if one.kind in COUNTED else ""


def passes(one: Fact, narrow: dict[str, str]) -> bool:
    """Say whether a fact is asked for."""
    keys = {
        "inbox": "inboxes",
        "team": "teams",
        "agent": "agents",
        "topic": "topics",
        "tag": "tags",
    }
    language = one.talk.conversation.language or "-none"
    if narrow.get("language", language) != language:
        return False
    zone = ZoneInfo("UTC")
    return all(
        narrow[name] in lines(one, table, zone) for name, table in keys.items() if name in narrow
    )


def lines(one: Fact, table: str, zone: ZoneInfo) -> Sequence[str]:
    """Return in which lines of a table it counts."""
    conversation = one.talk.conversation
    local = datetime.fromtimestamp(one.at / 1000, zone)
    return {
        "days": [local.date().isoformat()],
        "hours": [f"{local.weekday()}-{local.hour}"],
        "agents": [one.agent],
        "teams": [conversation.team_id or "-none"],
        "inboxes": [conversation.inbox_id],
        "topics": one.talk.topics or ["-none"],
        "tags": one.talk.tags or ["-none"],
    }[table]


def within(one: Fact, first: date, last: date, zone: ZoneInfo) -> bool:
    """Say whether it was on one of these days, where the desk is."""
    return first <= datetime.fromtimestamp(one.at / 1000, zone).date() <= last


def figures(found: Sequence[Fact], max_wait: int, scale: int) -> dict[str, Any]:
    """Return the figures of a line."""
    shares = [one.value for one in found if one.what == "rating"]
    told: dict[str, Any] = {name: sum(one.what == name for one in found) for name in COUNTED}
    for name in ("first_answers", "further_answers", "closings"):
        lasted = [one.value for one in found if one.what == name]
        told[name] = {
            "count": len(lasted),
            "median": _rank(lasted, 50),
            "ninety": _rank(lasted, 90),
            "in_time": None if name == "closings" else sum(one <= max_wait for one in lasted),
        }
    told["ratings"] = len(shares)
    told["rating"] = round(sum(shares) / len(shares) * scale, 6) if shares else None
    return told


def _rank(lasted: Sequence[float], percent: int) -> float | None:
    """Return the least that so many per cent do not exceed, by trying each."""
    for one in sorted(lasted):
        if sum(other <= one for other in lasted) * 100 >= percent * len(lasted):
            return one
    return None
