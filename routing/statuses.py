"""The statuses of the YAML: chosen by agents and automations, with what they do (R50).

A conversation without one has the first open status while it is open, and none while it is
closed. Every function runs inside a transaction. Whether the agent may do it has been checked
before (`access.py`).
"""

from collections.abc import Mapping

import msgspec

from bridge.models import Conversation
from bridge.settings import LocalText, Settings, Status
from bridge.store import doing as s
from bridge.store.transactions import Tx
from routing import conversations, ending, giving
from routing.configured import policy_of
from routing.desk import Desk
from routing.policy import Policy, gone_on, stands_still
from routing.refusal import RefusedError
from routing.statused import current
from routing.teams import Teams, teams_of


def declare(tx: Tx, settings: Settings) -> None:
    """Bring the rows in line with the YAML; what has vanished from it is retired.

    Time goes on for what it stood still for, and does no more.
    """
    declared = settings.conversation.statuses
    for known in tx.all(s.STATUSES):
        if known.id not in declared:
            tx.run(s.RETIRE_STATUS, of=known.id, at=tx.now)
    for place, (status_id, one) in enumerate(declared.items()):
        label = one.label or LocalText(status_id, {})
        tx.run(
            s.PUT_STATUS,
            id=status_id,
            kind=one.kind,
            label=msgspec.json.encode(label.written()).decode(),
            color=one.color.lower(),
            place=place,
        )
    for held in tx.all(s.PAUSED):
        keep_time(tx, held, declared, policy_of(settings), teams_of(settings))


def choose(
    tx: Tx, desk: Desk, conversation: Conversation, status_id: str, *, by: str | None
) -> bool:
    """Give a conversation a status, closing or reopening it where that is of its kind.

    Without `by` the program chooses. Says whether it was another one before. Raises
    `RefusedError`: `status_unknown`, or what closing and reopening raise.
    """
    chosen = desk.statuses.get(status_id)
    if chosen is None:
        raise RefusedError("status_unknown", {"status": status_id})
    if current(desk.statuses, conversation) == status_id:
        return False
    was_closed = conversation.state == "closed"
    if chosen.kind == "closed" and not was_closed:
        program = None if by else "automation"
        ending.end(tx, desk, conversation, by=by or "automation", reason=program, status=status_id)
    elif chosen.kind == "open" and was_closed:
        reason = None if by else "automation"
        conversation = conversations.reopen(tx, conversation, desk.policy, by=by, reason=reason)
    tx.run(s.SET_STATUS, of=conversation.id, status=status_id)
    now = conversations.get(tx, conversation.id)
    keep_time(tx, now, desk.statuses, desk.policy, desk.teams)
    conversations.activity(tx, conversation, "status_changed", by=by, status=status_id)
    conversations.changed(tx, conversation)
    return True


def keep_time(
    tx: Tx,
    conversation: Conversation,
    statuses: Mapping[str, Status],
    policy: Policy,
    teams: Teams,
) -> None:
    """Have time stand still for the conversation from now on, or go on, as it is to.

    The time after which another team takes over begins anew then.
    """
    held = statuses.get(conversation.status_id or "")
    pauses = stands_still(
        status_pauses=held is not None and held.pause_timer,
        snoozed=conversation.snoozed_until is not None,
    )
    if conversation.state == "closed" or pauses == (conversation.paused_at is not None):
        return
    if pauses:
        tx.run(s.PAUSE, of=conversation.id, at=tx.now)
    else:
        tx.run(s.GO_ON, of=conversation.id, **_moved(conversation, policy, tx.now))
    now = conversations.get(tx, conversation.id)
    conversations.set_timers(tx, now, policy)
    giving.set_overflow(tx, teams, now)


def _moved(conversation: Conversation, policy: Policy, now: int) -> dict[str, int | None]:
    """Return the times that ran while time stood still, moved by as long as they did. Pure."""
    of = (conversation.team_id, conversation.inbox_id)
    hours = policy.hours_for("release_idle", *of) or policy.hours_for("max_wait", *of)

    def moved(at: int | None) -> int | None:
        return None if at is None else gone_on(at, conversation.paused_at or now, now, hours)

    return {
        "waiting_since": moved(conversation.waiting_since),
        "active_at": moved(conversation.active_at),
    }
