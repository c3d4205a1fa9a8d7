"""Who is here: online, away, on a break or offline, and what follows from a change of it.

`agents.presence` is what counts, whatever made it so. Somebody is within reach while a
surface of theirs is open, for `routing.auto_offline` after the last one is gone, and after
whatever they do on one that cannot be open (a thread elsewhere). Within reach they are what
they chose: a break or offline until they choose otherwise, through any reload and restart,
and else online; or away, after `routing.away_after` without a touch.

A bot is here while a webhook tells it of its customers or it follows what happens, until it
has left some in a row waiting; it goes at once, and comes back with whatever it does.

Every function runs inside a transaction. A surface calls `arrived` when the first of an
agent's is open, `departed` when none is any more, `acted` for whatever they do, `choose` for
their own word.
"""

from typing import Literal

from bridge.models import Presence
from bridge.store import conversations as q
from bridge.store import log
from bridge.store import presence as p
from bridge.store.presence import Attendance
from bridge.store.transactions import Tx
from routing import conversations, giving, timing
from routing.desk import Desk
from routing.policy import AUTO_OFFLINE, AWAY, RELEASE_OFFLINE, Policy

# So many customers in a row whom a bot has left waiting are more than an accident.
MOST_MISSED = 3
# How long what a bot has waits for its coming back, in ms: as long as a restart takes.
BOT_GRACE = 5_000

Choice = Literal["online", "break", "offline"]
"""What agents choose; away one only becomes."""


def arrived(tx: Tx, policy: Policy, agent_id: str) -> None:
    """Take note that the first of the agent's surfaces is open (D02).

    Whoever was away stays so: a line that comes back is no sign of life.
    """
    agent = _attendance(tx, agent_id)
    tx.run(p.SET_HERE, of=agent_id, since=tx.now)
    _set_timer(tx, agent_id, AUTO_OFFLINE, None)
    if policy.bot(agent_id) is not None:
        _settle_bot(tx, policy, agent_id)
    elif agent.presence == "offline":
        _become(tx, policy, agent, _within_reach(agent))


def departed(tx: Tx, policy: Policy, agent_id: str) -> None:
    """Take note that no surface of the agent's is open any more (D03)."""
    agent = _attendance(tx, agent_id)
    tx.run(p.SET_HERE, of=agent_id, since=None)
    if policy.bot(agent_id) is not None:
        _settle_bot(tx, policy, agent_id, forgiven=False)
    elif agent.presence != "offline":
        _set_timer(tx, agent_id, AUTO_OFFLINE, _after(tx, policy.auto_offline))


def acted(tx: Tx, policy: Policy, agent_id: str, conversation_id: int | None = None) -> Presence:
    """Count what an agent does, in a conversation or anywhere; return their presence.

    It brings them back, unless they chose to be offline.
    """
    agent = _attendance(tx, agent_id)
    if conversation_id is not None:
        tx.put_off(p.WORKED_IN, of=conversation_id, agent=agent_id, at=tx.now)
    presence = _within_reach(agent)
    if policy.bot(agent_id) is not None:
        _settle_bot(tx, policy, agent_id)
        return presence
    _become(tx, policy, agent, presence)
    _go_on(tx, policy, agent, presence)
    return presence


def choose(tx: Tx, policy: Policy, agent_id: str, choice: Choice) -> None:
    """Do as the agent says, until they say otherwise (D01, R34)."""
    tx.run(p.SET_CHOSEN, of=agent_id, chosen=None if choice == "online" else choice)
    agent = _attendance(tx, agent_id)
    if policy.bot(agent_id) is not None:
        _settle_bot(tx, policy, agent_id)
        return
    _become(tx, policy, agent, choice)
    _go_on(tx, policy, agent, choice)


def restarted(tx: Tx, policy: Policy) -> None:
    """Begin a process: nobody has a surface open before it says so again.

    Whose time had begun to run keeps what is left of it.
    """
    for agent in tx.all(p.ATTENDANCE):
        settled(tx, policy, agent)


def settled(tx: Tx, policy: Policy, agent: Attendance) -> None:
    """Have somebody be gone who has no surface open, whatever is said of them."""
    if policy.bot(agent.id) is not None:
        departed(tx, policy, agent.id)
        _settle_bot(tx, policy, agent.id)
    elif agent.here_since is not None or not _has_timer(tx, agent.id, AUTO_OFFLINE):
        departed(tx, policy, agent.id)


def reconfigured(tx: Tx, policy: Policy) -> None:
    """Settle who is here by other settings than before, while the process goes on."""
    for agent in tx.all(p.ATTENDANCE):
        if policy.bot(agent.id) is not None:
            _settle_bot(tx, policy, agent.id, forgiven=False)
        elif agent.here_since is None and not _has_timer(tx, agent.id, AUTO_OFFLINE):
            departed(tx, policy, agent.id)


def missed(tx: Tx, policy: Policy, bot: str) -> None:
    """Count a customer whom a bot has left waiting; after some it is not here any more."""
    tx.run(p.COUNT_MISSED, of=bot)
    _settle_bot(tx, policy, bot, forgiven=False)


def bot_is_here(policy: Policy, bot: Attendance) -> bool:
    """Say whether a bot can be given a customer, as far as anybody can tell."""
    known = policy.bot(bot.id)
    told = known is not None and (known.hooked or bot.here_since is not None)
    return told and bot.missed < MOST_MISSED and bot.presence_chosen is None


def retired(tx: Tx, agent_id: str) -> None:
    """Let go of an agent who has left the house; nothing is kept for their coming back."""
    tx.run(p.SET_HERE, of=agent_id, since=None)
    tx.run(p.SET_CHOSEN, of=agent_id, chosen=None)
    for kind in (AUTO_OFFLINE, AWAY, RELEASE_OFFLINE):
        _set_timer(tx, agent_id, kind, None)
    _set_presence(tx, _attendance(tx, agent_id), "offline")


# --- what timers do -----------------------------------------------------------------------


def go_offline(tx: Tx, desk: Desk, agent_id: str) -> None:
    """Count somebody as gone whose last surface has been gone for long enough (D03)."""
    agent = _attendance(tx, agent_id)
    if agent.here_since is None and desk.policy.auto_offline is not None:
        _become(tx, desk.policy, agent, "offline")


def go_away(tx: Tx, desk: Desk, agent_id: str) -> None:
    """Count somebody as away who has not touched anything for long enough."""
    agent = _attendance(tx, agent_id)
    if agent.presence == "online" and desk.policy.away_after is not None:
        _become(tx, desk.policy, agent, "away")


def release_held(tx: Tx, desk: Desk, agent_id: str) -> None:
    """Put what somebody has who has been offline for long enough back into New."""
    offline = _attendance(tx, agent_id).presence == "offline"
    if not offline or desk.policy.release_offline is None:
        return
    for held in tx.all(q.HELD_BY, agent=agent_id):
        released = conversations.release(tx, held, by=None, reason="offline")
        giving.set_overflow(tx, desk.teams, released)


# --- the state itself ---------------------------------------------------------------------


def _attendance(tx: Tx, agent_id: str) -> Attendance:
    return tx.the(p.ATTENDANCE_OF, id=agent_id)


def _settle_bot(tx: Tx, policy: Policy, bot: str, *, forgiven: bool = True) -> None:
    """Make a bot's presence what the facts are; what it does makes good what it has missed."""
    if forgiven:
        tx.run(p.FORGET_MISSED, of=bot)
    agent = _attendance(tx, bot)
    here = bot_is_here(policy, agent)
    if _set_presence(tx, agent, "online" if here else agent.presence_chosen or "offline"):
        _set_timer(tx, bot, RELEASE_OFFLINE, None if here else tx.now + BOT_GRACE)


def _within_reach(agent: Attendance) -> Presence:
    """Return what an agent is who is here and at work."""
    return agent.presence_chosen or "online"


def _become(tx: Tx, policy: Policy, agent: Attendance, presence: Presence) -> None:
    """Make it their presence, tell everybody, and set the timers that a change needs."""
    if not _set_presence(tx, agent, presence):
        return
    for kind, holds, time in (
        (AWAY, presence == "online", policy.away_after),
        (RELEASE_OFFLINE, presence == "offline", policy.release_offline),
    ):
        _set_timer(tx, agent.id, kind, _after(tx, time) if holds else None)


def _set_presence(tx: Tx, agent: Attendance, presence: Presence) -> bool:
    """Make it their presence and tell everybody; say whether it was another."""
    if presence == agent.presence:
        return False
    tx.run(p.SET_PRESENCE, of=agent.id, presence=presence, at=tx.now)
    log.append(tx, "presence.changed")
    return True


def _go_on(tx: Tx, policy: Policy, agent: Attendance, presence: Presence) -> None:
    """Have the times that count from what they did last begin anew."""
    if presence == "offline":
        _set_timer(tx, agent.id, AUTO_OFFLINE, None)
    elif agent.here_since is None:
        _set_timer(tx, agent.id, AUTO_OFFLINE, _after(tx, policy.auto_offline))
    if presence == "online" and policy.away_after is not None:
        _set_timer(tx, agent.id, AWAY, _after(tx, policy.away_after))


def _after(tx: Tx, time: int | None) -> int | None:
    return None if time is None else tx.now + time


def _set_timer(tx: Tx, agent_id: str, kind: str, due_at: int | None) -> None:
    timing.set_timer(tx, f"agent:{agent_id}", kind, due_at)


def _has_timer(tx: Tx, agent_id: str, kind: str) -> bool:
    return tx.one(p.HAS_TIMER, subject=f"agent:{agent_id}", kind=kind) is not None
