"""The end of a conversation that its customer knows of: closed, and said so."""

from bridge.models import Conversation
from bridge.store.transactions import Tx
from routing import conversations, notices
from routing.desk import Desk
from routing.policy import CLOSE_INACTIVE


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
    policy, spare = desk.policy, desk.policy.close_warning or 0
    if not conversations.waits_for_opening(tx, conversation, policy, CLOSE_INACTIVE, spare=spare):
        end(tx, desk, conversation, by="inactivity", reason="inactivity")
