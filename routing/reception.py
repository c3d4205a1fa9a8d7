"""Where a conversation goes that has just begun, or was opened again by its customer.

Decided in the transaction that stores the message, and only where the YAML has anything to
decide by. Every function runs inside it.
"""

from dataclasses import dataclass

from bridge import channel as ch
from bridge.models import Conversation
from bridge.settings import Strategy
from bridge.store.transactions import Tx
from routing import conversations, giving, notices
from routing.assignment import Choice
from routing.desk import Desk
from routing.facts import asked_in, facts_about
from routing.hours import Hours
from routing.rules import Facts, Taken, first
from routing.teams import Teams


@dataclass(frozen=True, slots=True)
class Absence:
    """Nobody is here to answer: outside of these hours, or nobody is online."""

    closed: Hours | None


@dataclass(frozen=True, slots=True)
class _Way:
    """To which team it goes and who of it is given it; `by_hand`: whoever takes it."""

    team: str | None
    choice: Choice
    by_hand: bool
    rule: int | None


def welcome(tx: Tx, desk: Desk, conversation: Conversation, event: ch.InboundMessage) -> None:
    """Put a conversation that begins or comes back where it belongs; say what there is to say.

    It is told as it was found: where nothing had been said in it, this message begins it.
    """
    absence = receive(tx, desk.teams, conversation, event) if desk.teams.decides else None
    absent = absence and notices.absent(tx, desk, conversation, event, absence.closed)
    if not absent and conversation.last_message_id is None:
        notices.begun(tx, desk, conversation, event)
    if desk.teams.decides:
        notices.joined(tx, desk, conversations.get(tx, conversation.id))


def receive(
    tx: Tx, teams: Teams, conversation: Conversation, event: ch.InboundMessage
) -> Absence | None:
    """Put the conversation where it belongs; return why nobody is here for it, if so.

    Whoever had it goes on with it while they are here, however much they have. Where nobody
    is given anything and no rule speaks, it stays theirs anyhow.
    """
    asked = asked_in(one.when for one in teams.rules)
    language = event.sender.language
    facts = facts_about(tx, conversation, asked, text=event.text, language=language)
    taken = first(teams.rules, facts, teams.hours)
    if conversation.assignee_id is not None:
        if _is_here(tx, teams, conversation.assignee_id):
            return None
        if teams.strategy_of(conversation.team_id) == "manual" and taken is None:
            closed = teams.closed(conversation.team_id, conversation.inbox_id, tx.now)
            return Absence(closed) if closed else None
    way = _way(tx, teams, conversation, facts, taken)
    why: dict[str, object] = {} if way.rule is None else {"rule": way.rule}
    giving.place(
        tx, teams, conversation, way.team, way.choice, to_be_given=not way.by_hand, why=why
    )
    if way.choice.nobody != "absent":
        return None
    return Absence(teams.closed(way.team, conversation.inbox_id, tx.now))


def _is_here(tx: Tx, teams: Teams, agent: str) -> bool:
    return giving.choice_of(tx, teams, agent).nobody != "absent"


def _way(
    tx: Tx, teams: Teams, conversation: Conversation, facts: Facts, taken: Taken | None
) -> _Way:
    usual = teams.team_at(conversation.inbox_id)
    kind, name = taken.to.target if taken else ("team", usual)
    rule = taken.number if taken else None
    if kind == "agent" and name is not None:
        choice = giving.choice_of(tx, teams, name)
        by_hand = teams.strategy_of(usual) == "manual"
        if choice.agent is not None:
            return _Way(usual, choice, by_hand=by_hand, rule=rule)
        # Passed over: it goes where it would without the rule.
        name, rule = usual, None
    strategy = "manual" if kind == "queue" else teams.strategy_of(name)
    choice = _among(tx, teams, conversation, name, facts, strategy)
    return _Way(name, choice, by_hand=strategy == "manual", rule=rule)


def _among(
    tx: Tx,
    teams: Teams,
    conversation: Conversation,
    team: str | None,
    facts: Facts,
    strategy: Strategy,
) -> Choice:
    """Return who of a team is given it; nobody while the team is not there."""
    if teams.closed(team, conversation.inbox_id, tx.now):
        return Choice(nobody="absent")
    able = giving.candidates(tx, teams, team)
    language = facts.language or facts.contact_language
    return giving.choice_among(tx, strategy, conversation, able, language)
