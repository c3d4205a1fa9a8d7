"""The only loop that waits for timers: rows that are due, each fired once.

A row holds the wall time at which it is due, so that it outlives a restart. While the
process runs, time is what passes: when the wall clock is set, the first commit after that
moves what is due by as much (`follow_clock`), so that nothing fires early, or never.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from bridge.channel import StorageUnavailableError
from bridge.models import Timer
from bridge.store import conversations as q
from bridge.store import deliveries as t
from bridge.store.doing import MOVE_RUNS
from bridge.store.floods import MOVE_FLOODS
from bridge.store.transactions import Store, Tx
from bridge.waking import woken
from routing import (
    automations,
    blocks,
    bots,
    conversations,
    flooding,
    giving,
    presence,
    snoozing,
    unseen,
)
from routing.asking import ask_rating
from routing.continued.mailing import mail_unseen
from routing.desk import Desk
from routing.ending import end_inactive
from routing.notices import warn
from routing.policy import (
    ASK_RATING,
    AUTO_OFFLINE,
    AWAY,
    BLOCK_ENDS,
    CLOSE_INACTIVE,
    CLOSE_WARNING,
    FLOOD_ENDS,
    MAIL_AGENT,
    MAIL_UNSEEN,
    OVERFLOW,
    RELEASE_IDLE,
    RELEASE_OFFLINE,
    SNOOZE,
)
from routing.queues import overflow
from routing.timing import TIMERS_TOPIC
from routing.triggers import AUTOMATION

_log = logging.getLogger(__name__)

LONGEST_SLEEP = 30.0
# A timer that cannot be fired is tried again after this, in ms.
_POSTPONED = 600_000
# After a failure of the database, in seconds.
_PAUSE = 1.0

Action = Callable[[Tx, Desk, int], None]
AgentAction = Callable[[Tx, Desk, str], None]


def release_idle(tx: Tx, desk: Desk, conversation_id: int) -> None:
    """Release a conversation whose agent leaves a waiting customer alone (D15).

    From a bot it goes to people (J36).

    What the agent did meanwhile has not moved the timer: it moves itself, as far as that.
    """
    conversation = conversations.get(tx, conversation_id)
    due_at = conversations.released_at(conversation, desk.policy)
    if due_at is None or due_at > tx.now:
        conversations.set_timer(tx, conversation, RELEASE_IDLE, due_at)
    elif desk.teams.helper(conversation.assignee_id) is not None:
        bots.missed(tx, desk, conversation)
    else:
        released = conversations.release(tx, conversation, by=None, reason="idle")
        giving.set_overflow(tx, desk.teams, released)


def block_ends(tx: Tx, _desk: Desk, block_id: int) -> None:
    """Let a customer in again whose block has lasted as long as it was to (D29)."""
    blocks.run_out(tx, block_id)


# A subject is `<what>:<id>`. Ids are numbers, except those of agents, which are YAML keys.
ACTIONS: Mapping[str, Action] = {
    CLOSE_INACTIVE: end_inactive,
    CLOSE_WARNING: warn,
    ASK_RATING: ask_rating,
    MAIL_UNSEEN: mail_unseen,
    MAIL_AGENT: unseen.mail_agent,
    RELEASE_IDLE: release_idle,
    BLOCK_ENDS: block_ends,
    OVERFLOW: overflow,
    SNOOZE: snoozing.over,
    FLOOD_ENDS: flooding.over,
}


def release_held(tx: Tx, desk: Desk, agent_id: str) -> None:
    """Let go of what somebody has who has been gone for long enough; a bot is gone sooner."""
    if desk.policy.bot(agent_id) is not None:
        bots.gone(tx, desk, agent_id)
    else:
        presence.release_held(tx, desk, agent_id)


AGENT_ACTIONS: Mapping[str, AgentAction] = {
    AUTO_OFFLINE: presence.go_offline,
    AWAY: presence.go_away,
    RELEASE_OFFLINE: release_held,
}


class Timers:
    """Fires what is due."""

    def __init__(self, store: Store, desk: Desk) -> None:
        """Act on the timers of this desk."""
        self._store = store
        self._desk = desk
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Say that a timer was set, perhaps earlier than the one being waited for."""
        self._awake.set()

    async def run(self) -> None:
        """Fire timers until cancelled."""
        while True:
            self._awake.clear()
            try:
                wait = await self._fire_due()
            except StorageUnavailableError:
                _log.error("timers wait for the database")
                wait = _PAUSE
            await woken(self._awake, within=wait)

    async def _fire_due(self) -> float:
        """Fire everything due; return how long to sleep, in seconds."""
        if self._store.clock_was_set():
            # The commit itself has everything run on as if it had not been (`follow_clock`).
            await self._store.write(lambda _tx: None)
        while due := await self._store.read(_due):
            # Together, so that they share a commit.
            await asyncio.gather(*(self._fire(timer) for timer in due))
        next_at = await self._store.read(_next)
        if next_at is None:
            return LONGEST_SLEEP
        wait = (next_at - self._store.clock.now()) / 1000
        return min(max(wait, 0.0), LONGEST_SLEEP)

    async def _fire(self, timer: Timer) -> None:
        """Fire one timer; one that cannot be fired must not stop those after it."""
        try:
            await self._store.write(fire, self._desk, timer)
        except StorageUnavailableError:
            raise
        except Exception:  # noqa: BLE001  # Whatever it is, the others are not to blame.
            _log.exception("the timer %s of %s cannot be fired", timer.kind, timer.subject)
            await self._store.write(_postpone, timer)


def follow_clock(tx: Tx, by: int) -> None:
    """Have times that run go on running by the time that passes: `Store.on_jump`.

    Timers and waits move with the wall clock that was set, by so many ms; the end of a block
    or of a snooze is a day and an hour that a person has named, and stays.
    """
    tx.run(t.MOVE_TIMERS, by=by)
    tx.run(MOVE_RUNS, by=by)
    tx.run(q.MOVE_WAITS, by=by)
    tx.run(MOVE_FLOODS, by=by)
    tx.wake(TIMERS_TOPIC)


def _postpone(tx: Tx, timer: Timer) -> None:
    """Try a broken timer again later; unless it has been changed meanwhile."""
    if tx.run(t.SPEND_TIMER, **_unchanged(timer)):
        due_at = tx.now + _POSTPONED
        tx.run(t.SET_TIMER, subject=timer.subject, kind=timer.kind, due_at=due_at)


def _unchanged(timer: Timer) -> dict[str, object]:
    return {
        "subject": timer.subject,
        "kind": timer.kind,
        "generation": timer.generation,
        "due_at": timer.due_at,
    }


def _due(tx: Tx) -> list[Timer]:
    return tx.all(t.DUE_TIMERS, now=tx.now)


def _next(tx: Tx) -> int | None:
    return tx.one(t.NEXT_TIMER)


def fire(tx: Tx, desk: Desk, timer: Timer) -> bool:
    """Spend a timer and do what it is for; say whether it was still there unchanged."""
    if not tx.run(t.SPEND_TIMER, **_unchanged(timer)):
        return False
    _, _, key = timer.subject.partition(":")
    if timer.kind.startswith(AUTOMATION):
        automations.due(tx, desk, timer)
    elif (of_agent := AGENT_ACTIONS.get(timer.kind)) is not None:
        of_agent(tx, desk, key)
    elif (action := ACTIONS.get(timer.kind)) is not None:
        action(tx, desk, int(key))
    else:
        _log.warning("no such timer: %s", timer.kind)
        return False
    return True
