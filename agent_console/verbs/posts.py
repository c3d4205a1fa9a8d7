"""What happened and what failed, as lines of a thread: the console's words, for everybody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from agent_console import cards
from agent_console.cards import shapes as w
from agent_console.verbs.asking import name_of
from agent_console.verbs.cards import stars, until_of
from agent_console.verbs.front import Front
from agent_console.verbs.words import Words, listed, words_in
from bridge.models import Message
from bridge.store import people as p
from bridge.store.conversations import CONVERSATION_BY_ID
from bridge.store.desk import AGENTS
from bridge.store.floods import FLOOD_BY_ID
from bridge.store.transactions import Tx

_HOW = ("round_robin", "least_loaded", "sticky")


@dataclass(frozen=True, slots=True)
class _Happened:
    """An activity, and what it takes to name all that is in it."""

    tx: Tx
    front: Front
    words: Words
    message: Message
    verb: str
    data: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a text that belongs to it, empty where there is none."""
        found = self.data.get(name)
        return found if isinstance(found, str) else ""

    def agent(self, name: str) -> str:
        """Return what a colleague is called whom it names."""
        found = self.text(name)
        return next((one.name for one in self.tx.all(AGENTS) if one.id == found), found)

    def customer(self) -> str:
        """Return what colleagues call the customer."""
        conversation = self.tx.the(CONVERSATION_BY_ID, id=self.message.conversation_id)
        contact = self.tx.the(p.CONTACT_BY_ID, id=conversation.contact_id)
        shown = w.RowContact(
            id=contact.id, name=contact.name, tags=[], email=contact.email or msgspec.UNSET
        )
        return name_of(shown, self.words)

    def team(self) -> str:
        """Return what the team is called that it names."""
        crew = self.front.desk.teams.crews.get(self.text("team"))
        return (self.words.pick(crew.label) if crew else "") or self.text("team")

    def tag(self) -> str:
        """Return what the tag is called."""
        return self._label(cards.tags(self.tx), self.text("tag"))

    def status(self) -> str:
        """Return what the status is called."""
        return self._label(cards.statuses(self.tx), self.text("status"))

    def _label(self, known: Sequence[w.TagRef] | Sequence[w.StatusRef], id: str) -> str:
        return next((self.words.pick(one.label) for one in known if one.id == id), id)


def event_line(tx: Tx, front: Front, message: Message, language: str) -> str | None:
    """Return what happened as a line of the thread, in the language of the place.

    `None` for what its card shows anyway: how it was opened, its topics, its link, what is
    known of the customer; and for what a later version may log.
    """
    if message.activity is None:
        return None
    told = msgspec.json.decode(message.activity, type=w.Activity)
    way = TOLD.get(told.verb)
    if way is None:
        return None
    words = words_in(language, front.locale)
    return way(_Happened(tx, front, words, message, told.verb, told.data))


def _by(event: _Happened, **values: object) -> str:
    """Return who did it, or that it was done by itself where there are words for that."""
    key = f"event.{event.verb}"
    if not event.text("by") and event.words.has(f"{key}.auto"):
        return event.words(f"{key}.auto", **values)
    return event.words(key, name=event.agent("by"), **values)


def _released(event: _Happened) -> str:
    reason = event.text("reason")
    if reason in ("idle", "offline"):
        return event.words(f"event.released.{reason}", name=event.agent("from"))
    return _by(event)


def _assigned(event: _Happened) -> str:
    to = event.agent("to")
    if event.text("bot"):
        return _of_bot(event, to=to)
    if event.text("by"):
        return _by(event, to=to)
    if isinstance(event.data.get("rule"), int):
        return event.words("event.assigned.rule", to=to, rule=event.data["rule"])
    how = event.text("how")
    return event.words(f"event.assigned.{how if how in _HOW else 'auto'}", to=to)


def _queued(event: _Happened) -> str:
    team = event.team()
    if event.text("by"):
        return _by(event, team=team)
    if event.text("bot"):
        return _of_bot(event, team=team)
    if not team:
        return event.words("event.queued.anybody")
    if event.data.get("overflow") is True:
        return event.words("event.queued.overflow", team=team)
    if isinstance(event.data.get("rule"), int):
        return event.words("event.queued.rule", team=team, rule=event.data["rule"])
    return event.words("event.queued.auto", team=team)


def _of_bot(event: _Happened, *, to: str = "", team: str = "") -> str:
    """Return that a bot left the customer waiting or has gone, and who goes on."""
    key = f"event.bot.{'silent' if event.text('bot') == 'silent' else 'gone'}"
    name = event.agent("from")
    if to:
        return event.words(f"{key}.to", name=name, to=to)
    return event.words(key if team else f"{key}.anybody", name=name, team=team)


def _closed(event: _Happened) -> str:
    reason = event.text("reason")
    if reason == "customer":
        return event.words("event.closed.customer", name=event.customer())
    if reason == "automation":
        return event.words("event.closed.automation")
    return _by(event) if event.text("by") else event.words("event.closed.inactivity")


def _reopened(event: _Happened) -> str:
    if event.text("reason") == "automation":
        return event.words("event.reopened.automation")
    if not event.text("by"):
        return event.words("event.reopened.customer", name=event.customer())
    return _by(event)


def _snoozed(event: _Happened) -> str:
    until = event.data.get("until")
    time = event.words.moment(until, event.front.zone) if isinstance(until, int) else ""
    return event.words("event.snoozed", name=event.agent("by"), time=time)


def _unsnoozed(event: _Happened) -> str:
    reason = event.text("reason")
    if reason in ("time", "customer"):
        return event.words(f"event.unsnoozed.{reason}")
    return _by(event)


def _rated(event: _Happened) -> str:
    score, scale = event.data.get("score", 0), event.data.get("scale", 0)
    said = event.words("event.rated", name=event.customer(), score=score, scale=scale)
    return f"{stars(score, scale)} {said}"


def _blocked(event: _Happened) -> str:
    scope = "contact" if event.data.get("scope") == "contact" else "identity"
    until = event.data.get("until")
    told = {
        "name": event.agent("by"),
        "end": until_of(until if isinstance(until, int) else None, event.front, event.words),
        "reason": event.text("reason"),
    }
    auto = "" if event.text("by") else ".auto"
    return event.words(f"event.blocked.{scope}{auto}", **told)


def _flood(event: _Happened) -> str:
    flood = event.tx.one(FLOOD_BY_ID, id=event.message.id)
    if flood is None or flood.ended_at is None:
        why = event.text("why")
        key = why if why in ("inbox", "address") else "sender"
        return event.words(f"event.flood.{key}", name=event.customer())
    return event.words("event.flood.over" if flood.held else "event.flood.none", n=flood.held)


def _people(event: _Happened) -> str:
    other = event.text("other") or event.words("contact.unknown")
    return _by(event, customer=event.customer(), other=other)


def _status(event: _Happened) -> str:
    if not event.text("by"):
        return event.words("event.status.auto", status=event.status())
    return event.words("event.status", name=event.agent("by"), status=event.status())


def _automated(event: _Happened) -> str | None:
    """Return what could not be done: the rest has lines of its own."""
    failed = [_deed(event, one) for one in event.data.get("failed") or ()]
    if not failed:
        return None
    if event.text("status"):
        who = event.words("event.byStatus", name=event.status())
    else:
        who = event.words("event.byAutomation", name=_automation(event))
    return event.words("event.couldNot", who=who, failed=listed(failed))


def _automation(event: _Happened) -> str:
    name = event.text("automation")
    return event.words.pick(event.front.automations.get(name, name))


def _deed(event: _Happened, name: object) -> str:
    key = f"deed.{name}"
    return event.words(key) if event.words.has(key) else str(name)


def _rests(event: _Happened) -> str:
    why = "depth" if event.text("why") == "depth" else "runs"
    return event.words(f"event.rests.{why}", name=_automation(event))


def _notified(event: _Happened) -> str:
    known = {one.id: one.name for one in event.tx.all(AGENTS)}
    names = [known.get(one, str(one)) for one in event.data.get("agents") or ()]
    text = event.words.pick(event.data.get("text"))
    return event.words("event.notified", names=listed(names), text=text)


def _ticket(event: _Happened) -> str:
    kind = event.front.desk.tickets.get(event.text("target"))
    target = (event.words.pick(kind.name) if kind else "") or event.text("target")
    return _by(event, title=event.text("title"), target=target)


TOLD: Mapping[str, Callable[[_Happened], str | None]] = {
    "taken": _by,
    "released": _released,
    "assigned": _assigned,
    "queued": _queued,
    "closed": _closed,
    "reopened": _reopened,
    "snoozed": _snoozed,
    "unsnoozed": _unsnoozed,
    "deleted": _by,
    "restored": _by,
    "joined": _by,
    "left": _by,
    "participant_added": lambda event: _by(event, agent=event.agent("agent")),
    "participant_removed": lambda event: _by(event, agent=event.agent("agent")),
    "no_questions": lambda event: event.words("event.no_questions", name=event.customer()),
    "rated": _rated,
    "commented": lambda event: event.words(
        "event.commented", name=event.customer(), comment=event.text("comment")
    ),
    "blocked": _blocked,
    "unblocked": _by,
    "block_ended": lambda event: event.words("event.block_ended"),
    "flood": _flood,
    "people_joined": _people,
    "people_parted": _people,
    "tagged": lambda event: _by(event, tag=event.tag()),
    "untagged": lambda event: _by(event, tag=event.tag()),
    "status_changed": _status,
    "automated": _automated,
    "automation_rests": _rests,
    "notified": _notified,
    "ticket": _ticket,
    "invited": lambda event: _by(event, inbox=event.text("inbox")),
    "invited_back": _by,
    "came_back": lambda event: event.words(
        f"event.came_back.{'mail' if event.text('origin') == 'mail' else 'invitation'}"
    ),
    "continued": lambda event: _by(event, inbox=event.text("inbox")),
    "continued_apart": lambda event: _by(event, inbox=event.text("inbox")),
    "continued_in": lambda event: _by(event, inbox=event.text("inbox")),
    "continued_in_apart": lambda event: _by(event, inbox=event.text("inbox")),
}
