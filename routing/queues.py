"""The queues of the teams: given out when somebody has room, passed on when they take too long.

A conversation that nobody could be given waits in its team's queue. Whatever may have made
room (somebody came online, closed one, gave one back, a shift began) wakes `Queues`, and the
longest waiting go first.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from bridge.channel import StorageUnavailableError
from bridge.models import Conversation, Event
from bridge.store import teams as t
from bridge.store.transactions import Store, Tx
from bridge.waking import woken
from routing import conversations, giving, notices
from routing.assignment import Candidate, Choice
from routing.desk import Desk
from routing.policy import OVERFLOW, waits_for_others
from routing.refusal import RefusedError
from routing.rules import base_of
from routing.teams import Teams

_log = logging.getLogger(__name__)

# A shift begins, and hours open, without anybody doing anything. In seconds.
_LOOK_EVERY = 15.0
# What happens at once is answered by one look.
_GATHER = 0.1
_PAUSE = 1.0
# More at a time would keep those who write waiting; the rest follow at once.
_GIVEN_AT_ONCE = 50
# Events after which somebody may have room who had none.
_MAKES_ROOM = frozenset({"conversation.changed", "agents.changed", "presence.changed"})


class Queues:
    """Gives out what waits."""

    def __init__(self, store: Store, desk: Desk) -> None:
        """Serve the queues of this desk."""
        self._store = store
        self._desk = desk
        self._awake = asyncio.Event()

    @property
    def _gives(self) -> bool:
        return self._desk.teams.gives

    def wake(self) -> None:
        """Say that somebody may be given something."""
        self._awake.set()

    def committed(self, events: Iterable[Event]) -> None:
        """Look at what has happened: whether anybody may have room now."""
        if self._gives and any(one.kind in _MAKES_ROOM for one in events):
            self._awake.set()

    async def run(self) -> None:
        """Give out until cancelled; nothing is to be given where people take it."""
        while True:
            self._awake.clear()
            if not self._gives:
                await self._awake.wait()
                continue
            wait = _LOOK_EVERY
            try:
                while await self._give_out():
                    continue
            except StorageUnavailableError:
                _log.error("what waits in the queues waits for the database")
                wait = _PAUSE
            await self._woken_within(wait)

    async def _give_out(self) -> bool:
        """Give out some; say whether there may be more."""
        if not await self._store.read(waited_for, self._desk.teams):
            return False
        return await self._store.write(give_out, self._desk) == _GIVEN_AT_ONCE

    async def _woken_within(self, seconds: float) -> None:
        if await woken(self._awake, within=seconds):
            await asyncio.sleep(_GATHER)


def waited_for(tx: Tx, teams: Teams) -> list[str | None]:
    """Return the teams in whose queues anybody waits; `None` is everybody's."""
    every = [None, *teams.crews]
    return [one for one in every if tx.one(t.LONGEST_WAIT, team=one) is not None]


def give_out(tx: Tx, desk: Desk) -> int:
    """Give the longest waiting of each queue to whoever has room; return how many were given."""
    given = 0
    for team in waited_for(tx, desk.teams):
        given += _give_out_of(tx, desk, team, _GIVEN_AT_ONCE - given)
    return given


def _give_out_of(tx: Tx, desk: Desk, team: str | None, most: int) -> int:
    teams = desk.teams
    able = [one for one in giving.candidates(tx, teams, team) if one.here and one.has_room]
    if not able:
        return 0
    opened = [one for one in teams.inboxes if not teams.closed(team, one, tx.now)]
    inboxes = msgspec.json.encode(opened).decode()
    given = 0
    for waiting in tx.all(t.QUEUE, team=team, inboxes=inboxes, limit=most):
        language = base_of(waiting.language)
        choice = giving.choice_among(tx, teams.strategy_of(team), waiting, able, language)
        if choice.agent is not None and _give(tx, desk, waiting, choice):
            able = _after_giving(able, choice.agent, tx.now)
            given += 1
    return given


def _give(tx: Tx, desk: Desk, waiting: Conversation, choice: Choice) -> bool:
    team = waiting.team_id
    given = giving.place(tx, desk.teams, waiting, team, choice, to_be_given=True, why={})
    if given:
        notices.joined(tx, desk, conversations.get(tx, waiting.id))
    return given


def _after_giving(able: Sequence[Candidate], agent: str, now: int) -> list[Candidate]:
    """Return the agents as they are after one was given another conversation. Pure."""
    return [
        replace(one, load=one.load + 1, given_at=now) if one.id == agent else one for one in able
    ]


# --- going on to another team ---------------------------------------------------------


def overflow(tx: Tx, desk: Desk, conversation_id: int) -> None:
    """Pass on to another team what nobody of its own has taken in time: the timer's action.

    What the time is may have changed since it was set: by other hours, or a clock that was set.
    """
    conversation = conversations.get(tx, conversation_id)
    crew = desk.teams.crews.get(conversation.team_id or "")
    due = waits_for_others(
        state=conversation.state,
        assignee=conversation.assignee_id,
        paused=conversation.paused_at is not None,
    )
    if not due or not (crew and crew.overflow):
        return
    since = conversation.passed_on_from
    due_at = tx.now if since is None else giving.passed_on_at(desk.teams, conversation, since)
    if due_at is None or due_at > tx.now:
        conversations.set_timer(tx, conversation, OVERFLOW, due_at)
        return
    to_team(tx, desk, conversation, crew.overflow[0], why={"overflow": True})


def to_team(
    tx: Tx,
    desk: Desk,
    conversation: Conversation,
    team: str | None,
    *,
    by: str | None = None,
    why: dict[str, object] | None = None,
) -> None:
    """Put an open conversation into the queue of a team; raises `RefusedError("state")`.

    Without a team it is everybody's.

    Whoever of it has room is given it at once, as the strategy has it.
    """
    teams = desk.teams
    strategy = teams.strategy_of(team)
    by_hand = strategy == "manual"
    choice = Choice()
    if not by_hand and not teams.closed(team, conversation.inbox_id, tx.now):
        able = giving.candidates(tx, teams, team)
        language = base_of(conversation.language)
        choice = giving.choice_among(tx, strategy, conversation, able, language)
    told = {"from_team": conversation.team_id} | (why or {})
    if not giving.place(
        tx, teams, conversation, team, choice, to_be_given=not by_hand, by=by, why=told
    ):
        raise RefusedError("state", {"state": conversation.state})
    notices.joined(tx, desk, conversations.get(tx, conversation.id))
