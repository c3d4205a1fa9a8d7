"""Which conversations an agent may see, and what happens where that changes.

`sees` is pure; `bridge.store.sight.condition` is the same in SQL.
"""

import msgspec

from bridge.models import Agent, Conversation
from bridge.store import log
from bridge.store import sight as s
from bridge.store.sight import Facts, Sight
from bridge.store.transactions import Tx
from routing.access import sees_deleted
from routing.policy import Policy
from routing.teams import Teams

CHANGED = "sight.changed"
"""The event: who sees a conversation is decided by something else than before, or, where it
names no conversation, what the agent sees to whom it is private."""

_META = "sight_narrowed"


class _Wishes(msgspec.Struct):
    """Of an agent's preferences, the one that says what they see."""

    other_teams: bool = False


_wishes = msgspec.json.Decoder(_Wishes).decode


def sight_of(policy: Policy, teams: Teams, agent: Agent) -> Sight:
    """Return which conversations an agent may see. Pure."""
    if agent.role == "bot":
        return Sight(agent=agent.id, see="mine")
    deleted = sees_deleted(agent.role, policy)
    if not is_narrowed(policy) or agent.role != "agent":
        return Sight(agent=agent.id, deleted=deleted)
    see = "all" if _sees_others(policy, agent) else policy.agent_sees
    if see == "all":
        return Sight(agent=agent.id, see=see, hides=policy.hide_history, deleted=deleted)
    theirs = {key: crew for key, crew in teams.crews.items() if agent.id in crew.members}
    return Sight(
        agent=agent.id,
        see=see,
        hides=policy.hide_history,
        deleted=deleted,
        teams=frozenset(theirs),
        topics=frozenset(topic for crew in theirs.values() for topic in crew.topics),
        every_team=frozenset(teams.crews),
        every_topic=frozenset(topic for crew in teams.crews.values() for topic in crew.topics),
    )


def teams_shown(sight: Sight, teams: Teams) -> list[str]:
    """Return the teams whose conversations an agent may see, in the YAML's order. Pure."""
    return [one for one in teams.crews if sight.see == "all" or one in sight.teams]


def is_narrowed(policy: Policy) -> bool:
    """Say whether anything can be out of anybody's sight. Pure."""
    return policy.agent_sees != "all" or policy.hide_history or bool(policy.bots)


def may_choose(policy: Policy, agent: Agent) -> bool:
    """Say whether the agent may choose to see everybody's, and would see more by it. Pure."""
    narrowed = policy.agent_sees != "all" and agent.role == "agent"
    return narrowed and policy.agent_may_see_others


def _sees_others(policy: Policy, agent: Agent) -> bool:
    """Say whether the agent has chosen to see everybody's, where they may (O34)."""
    if not policy.agent_may_see_others:
        return False
    try:
        return _wishes(agent.preferences).other_teams
    except msgspec.DecodeError:
        return False


def sees(sight: Sight, of: Facts) -> bool:
    """Say whether the conversation is in sight (R03, R54, R55, S06). Pure."""
    if sight.whole or sight.agent == of.assignee or sight.agent in of.participants:
        return True
    if sight.hides and sight.agent in of.handed_on:
        return False
    if sight.see == "teams":
        return of.team in sight.teams or bool(of.topics & sight.topics) or _is_nobodys(sight, of)
    return sight.see == "all" or (sight.see == "own" and of.assignee is None)


def _is_nobodys(sight: Sight, of: Facts) -> bool:
    """Say whether a conversation is of no team, nor about any team's topic."""
    return of.team not in sight.every_team and not of.topics & sight.every_topic


def declare(tx: Tx, policy: Policy) -> None:
    """Keep in the database whether anything can be out of sight.

    What changes a conversation asks there, and does no more where everybody sees everything.
    """
    tx.run(log.PUT_META, key=_META, value=str(int(is_narrowed(policy))))


def changing(
    tx: Tx, conversation: Conversation, *, to: str | None = None, handed_on: bool = False
) -> None:
    """Say that what decides who sees the conversation is about to change: call it before.

    `to` is who has it from then on; `handed_on` says that somebody took it from whoever has
    it now. Nobody has ever seen what has only just begun, so nothing is told of that.
    """
    if tx.one(log.GET_META, key=_META) != "1":
        return
    if not _has_just_begun(tx, conversation.id):
        event_id = log.append(
            tx, CHANGED, conversation_id=conversation.id, contact_id=conversation.contact_id
        )
        tx.run(s.KEEP_BEFORE, event_id=event_id, of=conversation.id)
    if handed_on and conversation.assignee_id is not None:
        tx.run(s.HAND_ON, of=conversation.id, agent=conversation.assignee_id, at=tx.now)
    if to is not None:
        tx.run(s.HAVE_AGAIN, of=conversation.id, agent=to)


def _has_just_begun(tx: Tx, conversation_id: int) -> bool:
    first = tx.one(s.FIRST_MESSAGE, conversation_id=conversation_id)
    return any(event.message_id == first for event in tx.news.events if first is not None)
