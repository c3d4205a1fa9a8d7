"""Deleting conversations, and bringing them back.

A deleted one is nobody's and waits for nobody: it stands in no list but one of its own, until
it is restored or purged (`purging.py`). What its customer writes from then on begins another
(docs/decisions/0018-a-deleted-conversation-stays-deleted.md).
"""

from collections.abc import Collection

from bridge.models import Conversation
from bridge.store import bulk
from bridge.store import conversations as q
from bridge.store import trash as t
from bridge.store.transactions import Tx
from routing import conversations, giving, sight, statuses
from routing.desk import Desk
from routing.giving import QUEUE_TOPIC
from routing.refusal import RefusedError
from routing.reports import tell


def delete(tx: Tx, conversation: Conversation, *, by: str) -> None:
    """Delete the conversation; raises `RefusedError("state")` if it is deleted already.

    Nothing more of it goes out: what still waits fails, and says so.
    """
    of, was = conversation.id, conversation.state
    sight.changing(tx, conversation)
    if not tx.run(t.DELETE, of=of, was=was):
        raise RefusedError("state", {"state": conversations.get(tx, of).state})
    tx.run(t.KEEP_DELETED, conversation_id=of, agent_id=by, at=tx.now, was=was)
    tx.run(t.CLEAR_TIMERS, subject=f"conversation:{of}")
    for one in tx.all(t.UNSENT_IN, conversation_id=of):
        tx.run(t.CALL_OFF, of=one.id, at=tx.now)
        tell(tx, one)
    conversations.activity(tx, conversation, "deleted", by=by)
    conversations.changed(tx, conversation)


def unsent(tx: Tx, conversation_ids: Collection[int]) -> int:
    """Return how many messages of these conversations still wait to go out."""
    count: int = tx.the(t.COUNT_UNSENT, ids=bulk.ids(conversation_ids))
    return count


def restore(tx: Tx, desk: Desk, conversation: Conversation, *, by: str) -> None:
    """Make a deleted conversation what it was; raises `RefusedError("state")` if it is none.

    One that was open waits for anybody to take it, and its wait begins anew: nobody could
    have answered meanwhile. Where its customer has gone on in another it comes back closed.
    """
    kept = tx.one(t.DELETED, conversation_id=conversation.id)
    if kept is None:
        raise RefusedError("state", {"state": conversation.state})
    opens = kept.was == "open" and not _gone_on(tx, conversation)
    waits = opens and conversation.last_by == "customer"
    closed_at = None if opens else conversation.closed_at or kept.at
    tx.run(
        t.RESTORE,
        of=conversation.id,
        state="open" if opens else "closed",
        waiting_since=tx.now if waits else None,
        closed_at=closed_at,
    )
    tx.run(t.FORGET_DELETED, of=conversation.id)
    conversations.activity(tx, conversation, "restored", by=by)
    conversations.changed(tx, conversation)
    if opens:
        _waits_again(tx, desk, conversations.get(tx, conversation.id))


def _gone_on(tx: Tx, conversation: Conversation) -> bool:
    of = {"identity_id": conversation.identity_id, "thread": conversation.thread}
    return tx.one(q.OPEN_IN_THREAD, **of) is not None


def _waits_again(tx: Tx, desk: Desk, conversation: Conversation) -> None:
    statuses.keep_time(tx, conversation, desk.statuses, desk.policy, desk.teams)
    now = conversations.get(tx, conversation.id)
    conversations.set_timers(tx, now, desk.policy)
    giving.set_overflow(tx, desk.teams, now)
    if conversation.queued_at is not None:
        tx.wake(QUEUE_TOPIC)
