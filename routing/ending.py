"""The end of a conversation that its customer knows of: closed, and said so."""

from bridge.models import Conversation
from bridge.store.transactions import Tx
from routing import conversations, notices
from routing.desk import Desk
from routing.policy import CLOSE_INACTIVE, passed_at, stands_at


def end(
    tx: Tx,
    desk: Desk,
    conversation: Conversation,
    *,
    by: str,
    reason: str | None = None,
    status: str | None = None,
) -> None:
    """Close the conversation and tell its customer; raises `RefusedError("state")` if it is.

    `by` is an agent's id, or "inactivity", "customer" or "automation" with that `reason`;
    `status` is the one it is closed with, if with any.
    """
    told = {"reason": reason, "status": status}
    closed = conversations.close(tx, conversation, desk.policy, by=by, **told)
    notices.closed(tx, desk, closed, reason=reason)


def end_inactive(tx: Tx, desk: Desk, conversation_id: int) -> None:
    """End a conversation whose customer has gone quiet (D46, J32): the timer's action."""
    conversation = conversations.get(tx, conversation_id)
    held = conversation.waiting_since is not None or conversation.paused_at is not None
    if conversation.state != "open" or held:
        return
    hours = desk.policy.hours_for("close_inactive", conversation.team_id, conversation.inbox_id)
    if stands_at(tx.now, hours):
        # It was set by other hours, or by a clock that has been set since.
        due_at = passed_at(tx.now, desk.policy.close_warning or 0, hours)
        conversations.set_timer(tx, conversation, CLOSE_INACTIVE, due_at)
    else:
        end(tx, desk, conversation, by="inactivity", reason="inactivity")
