"""Putting a conversation out of the way until a time, and its coming back.

It stays open and whose it was, and stands in no list of what is to be done until it is over:
at that time, when its customer writes, or when somebody ends it. Time stands still for it
meanwhile (`policy.stands_still`). Every function runs inside a transaction. Whether the agent
may do it has been checked before (`access.py`).
"""

from typing import Literal

from bridge.models import Conversation
from bridge.store import conversations as q
from bridge.store.transactions import Tx
from routing import conversations, statuses
from routing.desk import Desk
from routing.giving import QUEUE_TOPIC
from routing.policy import SNOOZE
from routing.refusal import RefusedError

Reason = Literal["time", "customer"]
"""Why it comes back without anybody's doing."""
# In ms: whoever means longer closes it.
LONGEST_SNOOZE = 366 * 86_400_000


def snooze(tx: Tx, desk: Desk, conversation: Conversation, until: int, *, by: str) -> None:
    """Put an open conversation out of the way until a time (ms); again, until another one.

    Raises `RefusedError("invalid")` for a time that is over or more than a year away,
    `("state")` for a conversation that is not open.
    """
    if not tx.now < until <= tx.now + LONGEST_SNOOZE:
        why = "Choose a time that is still to come, within a year."
        raise RefusedError("invalid", {"fields": {"until": why}})
    if not tx.run(q.SNOOZE, of=conversation.id, until=until, by=by):
        raise RefusedError("state", {"state": conversation.state})
    conversations.set_timer(tx, conversation, SNOOZE, until)
    now = conversations.get(tx, conversation.id)
    statuses.keep_time(tx, now, desk.statuses, desk.policy, desk.teams)
    conversations.activity(tx, conversation, "snoozed", by=by, until=until)
    conversations.changed(tx, conversation)


def end(
    tx: Tx,
    desk: Desk,
    conversation: Conversation,
    *,
    by: str | None = None,
    reason: Reason | None = None,
) -> Conversation:
    """Have a snoozed conversation back where it was; return it as it is now.

    Nothing happens to one that is not snoozed. It is its agent's as before; without one it
    waits in the queue of its team, and the time of that begins anew.
    """
    if conversation.snoozed_until is None:
        return conversation
    tx.run(q.SNOOZE, of=conversation.id, until=None, by=None)
    conversations.set_timer(tx, conversation, SNOOZE, None)
    now = conversations.get(tx, conversation.id)
    statuses.keep_time(tx, now, desk.statuses, desk.policy, desk.teams)
    if now.assignee_id is None:
        tx.wake(QUEUE_TOPIC)
    conversations.activity(tx, conversation, "unsnoozed", by=by, reason=reason, to=now.assignee_id)
    conversations.changed(tx, conversation)
    return conversations.get(tx, conversation.id)


def over(tx: Tx, desk: Desk, conversation_id: int) -> None:
    """Have it back, as its time has come: the timer's action."""
    conversation = conversations.get(tx, conversation_id)
    until = conversation.snoozed_until
    if until is not None and until > tx.now:
        conversations.set_timer(tx, conversation, SNOOZE, until)
    else:
        end(tx, desk, conversation, reason="time")
