"""Giving conversations to agents: what is known of these, and what a choice changes.

Every function runs inside a transaction.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from bridge.models import Conversation
from bridge.settings import Strategy
from bridge.store import teams as t
from bridge.store.transactions import Tx
from routing import conversations, sight
from routing.assignment import Candidate, Choice, choose, named
from routing.policy import MAIL_AGENT, OVERFLOW, RELEASE_IDLE, waits_for_others
from routing.teams import Teams

QUEUE_TOPIC = "queue"
"""What is to be woken where somebody may be given what waits."""


def candidates(tx: Tx, teams: Teams, team: str | None) -> list[Candidate]:
    """Return those of a team who are online, without bots; without a team, of all."""
    return _known(tx, teams, teams.people(team), team)


def _known(tx: Tx, teams: Teams, agents: Sequence[str], team: str | None = None) -> list[Candidate]:
    given = msgspec.json.encode(agents).decode()
    return [_candidate(teams, hand, team, tx.now) for hand in tx.all(t.HANDS, ids=given)]


def _candidate(teams: Teams, hand: t.Hand, team: str | None, now: int) -> Candidate:
    worker = teams.workers[hand.id]
    return Candidate(
        id=hand.id,
        here=teams.on_shift(hand.id, now),
        load=hand.load,
        limit=teams.limit_of(hand.id, team),
        given_at=hand.given_at,
        languages=worker.languages,
    )


def choice_of(tx: Tx, teams: Teams, agent: str) -> Choice:
    """Return whether the agent whom a rule names can be given a conversation now."""
    known = _known(tx, teams, [agent]) if agent in teams.workers else []
    return named(known[0] if known else None)


def choice_among(
    tx: Tx,
    strategy: Strategy,
    conversation: Conversation,
    able: Sequence[Candidate],
    language: str | None,
) -> Choice:
    """Return who of these is given the conversation."""
    last = None
    if strategy == "sticky":
        last = tx.one(t.LAST_AGENT, contact_id=conversation.contact_id, besides=conversation.id)
    return choose(
        strategy,
        able,
        language=language,
        last=last,
        given_back_by=conversation.given_back_by,
    )


def place(
    tx: Tx,
    teams: Teams,
    conversation: Conversation,
    team: str | None,
    choice: Choice,
    *,
    to_be_given: bool,
    by: str | None = None,
    why: Mapping[str, object],
) -> bool:
    """Put the conversation where a choice says: to an agent, or into the queue of a team.

    `to_be_given` says whether one of the team is given it later on, or people take it
    themselves. `by` is the agent who says so, if one does; `why` goes into the activity.
    Returns whether it was still as it was read.
    """
    queued_at = (conversation.queued_at or tx.now) if to_be_given else None
    sight.changing(tx, conversation, to=choice.agent, handed_on=True)
    moved = tx.run(
        t.PLACE,
        of=conversation.id,
        expected=conversation.assignee_id,
        agent=choice.agent,
        team=team,
        queued_at=queued_at,
        at=tx.now,
    )
    if not moved:
        return False
    before = conversation.assignee_id
    if choice.agent is not None:
        told = {"to": choice.agent, "from": before, "how": choice.how, "team": team, **why}
        conversations.activity(tx, conversation, "assigned", by=by, **told)
    elif to_be_given or why or before is not None:
        # Not where it only stands where every one of its inbox does, for whoever takes it.
        told = {"from": before, "team": team, **why}
        conversations.activity(tx, conversation, "queued", by=by, **told)
    if choice.agent is not None:
        tx.run(t.PUT_TURN, agent=choice.agent, at=tx.now)
        if conversation.waiting_since is not None:
            conversations.set_timer(tx, conversation, MAIL_AGENT, tx.now)
        # As it is now: the message that brought it here may have been stored since.
        conversations.watched(tx, conversations.get(tx, conversation.id))
    else:
        conversations.set_timer(tx, conversation, RELEASE_IDLE, None)
        set_overflow(tx, teams, replace(conversation, assignee_id=None, team_id=team))
    conversations.changed(tx, conversation)
    return True


def set_overflow(tx: Tx, teams: Teams, conversation: Conversation) -> None:
    """Have the time begin anew after which a conversation, as it is now, goes to another team."""
    runs = waits_for_others(
        state=conversation.state,
        assignee=conversation.assignee_id,
        paused=conversation.paused_at is not None,
    )
    due_at = passed_on_at(teams, conversation, tx.now) if runs else None
    since = tx.now if due_at is not None else None
    if since != conversation.passed_on_from:
        tx.run(t.PASS_ON_FROM, of=conversation.id, at=since)
    conversations.set_timer(tx, conversation, OVERFLOW, due_at)


def passed_on_at(teams: Teams, conversation: Conversation, since: int) -> int | None:
    """Return when another team takes over what waits since then, if ever."""
    return teams.passed_on_at(conversation.team_id, conversation.inbox_id, since)
