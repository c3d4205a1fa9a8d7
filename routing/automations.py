"""Automations: what happens in a transaction sets them off, and they act in the same one.

`follow` looks at what a transaction has brought about, at its end; what one automation does
may set off the next, so far as `routing.automations` lets it. Where they wait for something to
have gone on for a while, timers wait for them (`due`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import asdict, replace

from bridge.models import AutomationRun, Conversation, Event, Timer
from bridge.settings import Automation
from bridge.store import conversations as q
from bridge.store import doing as d
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import conversations, doing, statused
from routing.desk import Desk
from routing.facts import facts_about
from routing.happenings import Happened, happenings
from routing.rules import Facts, fits
from routing.triggers import AUTOMATION, begun_at, length_of

# What may make something go on, or end it.
_CHANGES = frozenset({"message.added", "conversation.changed"})


@dataclass(slots=True)
class _Chain:
    """How many automations have followed from one another, and where that was cut."""

    depth: int = 0
    cut: set[tuple[int, str]] = field(default_factory=set)


def follow(tx: Tx, desk: Desk) -> None:
    """Run what this transaction has set off, and what that sets off in turn.

    It ends: after `depth` automations in a row the next is only told of, and what is told
    sets off nothing.
    """
    if not desk.automations:
        return
    looked, chain = 0, _Chain()
    while looked < len(tx.news.events):
        news = tx.news.events[looked:]
        looked = len(tx.news.events)
        for happened in happenings(tx, news):
            _set_off(tx, desk, happened, chain)
        chain.depth += 1
    _wait(tx, desk, tx.news.events)


def _set_off(tx: Tx, desk: Desk, happened: Happened, chain: _Chain) -> None:
    wanted = list(desk.automations.on(happened.event))
    conversation = tx.one(q.CONVERSATION_BY_ID, id=happened.conversation_id) if wanted else None
    if conversation is None:
        return
    # All are looked at before any runs: what one does is news, and sets off others by itself.
    facts = _facts(tx, desk, conversation, happened)
    fitting = [(key, one) for key, one in wanted if fits(one.when, facts, desk.teams.hours)]
    for key, one in fitting:
        if chain.depth < desk.automations.depth:
            _run(tx, desk, key, one, conversation)
        elif (conversation.id, key) not in chain.cut:
            chain.cut.add((conversation.id, key))
            _rests(tx, conversation, key, "depth")


def _facts(tx: Tx, desk: Desk, conversation: Conversation, happened: Happened) -> Facts:
    return facts_about(
        tx,
        conversation,
        desk.automations.asked,
        text=happened.text or _last_words(tx, desk, conversation),
        language=conversation.language,
        by=happened.by,
        status=statused.current(desk.statuses, conversation),
    )


def _last_words(tx: Tx, desk: Desk, conversation: Conversation) -> str:
    """Return what the customer wrote last, where anybody asks for words."""
    if "text" not in desk.automations.asked:
        return ""
    last = tx.one(m.LAST_INCOMING, conversation_id=conversation.id)
    return "" if last is None else tx.the(m.MESSAGE_BY_ID, id=last).text


def _run(tx: Tx, desk: Desk, key: str, automation: Automation, conversation: Conversation) -> None:
    """Do what it does, unless it has done so too often here, and tell of it."""
    known = _known(tx, conversation.id, key)
    if tx.now - known.since >= desk.automations.per:
        known = replace(known, since=tx.now, runs=0, rested_at=None)
    if known.runs >= desk.automations.runs:
        if known.rested_at is None:
            _put(tx, replace(known, rested_at=tx.now))
            _rests(tx, conversation, key, "runs")
        return
    _put(tx, replace(known, runs=known.runs + 1))
    outcome = doing.carry_out(tx, desk, conversation.id, automation.do, by=None, automation=key)
    doing.tell(tx, conversation, outcome, automation=key)


def _rests(tx: Tx, conversation: Conversation, key: str, why: str) -> None:
    conversations.activity(tx, conversation, "automation_rests", automation=key, why=why)


# --- what has gone on for a while -------------------------------------------------------------


def _wait(tx: Tx, desk: Desk, events: Iterable[Event]) -> None:
    """Set the timers of the automations that wait, where what they wait for may have changed."""
    if not desk.automations.lasting:
        return
    changed = {one.conversation_id for one in events if one.kind in _CHANGES}
    for conversation_id in sorted(one for one in changed if one is not None):
        conversation = tx.one(q.CONVERSATION_BY_ID, id=conversation_id)
        if conversation is not None:
            _wait_in(tx, desk, conversation)


def _wait_in(tx: Tx, desk: Desk, conversation: Conversation) -> None:
    known = {one.automation_id: one for one in tx.all(d.RUNS_OF, conversation_id=conversation.id)}
    for key, one in desk.automations.lasting.items():
        since = begun_at(one.when, conversation)
        if key in known and since is not None and known[key].ran_for == since:
            continue
        due_at = None if since is None else since + length_of(one.when)
        conversations.set_timer(tx, conversation, AUTOMATION + key, due_at)


def due(tx: Tx, desk: Desk, timer: Timer) -> None:
    """Run an automation whose time has come: the timer's action.

    It runs once for each time that something goes on; one that the YAML has no more does not.
    """
    key = timer.kind.removeprefix(AUTOMATION)
    automation = desk.automations.lasting.get(key)
    conversation_id = int(timer.subject.partition(":")[2])
    conversation = tx.one(q.CONVERSATION_BY_ID, id=conversation_id)
    if automation is None or conversation is None:
        return
    since = begun_at(automation.when, conversation)
    if since is None or since + length_of(automation.when) > tx.now:
        # It ended, or began anew: whatever changed it has set the timer, or sets it now.
        _wait_in(tx, desk, conversation)
        return
    _put(tx, replace(_known(tx, conversation.id, key), ran_for=since))
    happened = Happened(automation.when.event, conversation.id, "program")
    facts = _facts(tx, desk, conversation, happened)
    if fits(automation.when, facts, desk.teams.hours):
        _run(tx, desk, key, automation, conversation)


# --- what is remembered -----------------------------------------------------------------------


def _known(tx: Tx, conversation_id: int, key: str) -> AutomationRun:
    found = tx.all(d.RUNS_OF, conversation_id=conversation_id)
    fresh = AutomationRun(conversation_id, key, tx.now, 0, None, None)
    return next((one for one in found if one.automation_id == key), fresh)


def _put(tx: Tx, run: AutomationRun) -> None:
    tx.run(d.PUT_RUN, **asdict(run))
