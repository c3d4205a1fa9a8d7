"""Conversations deleted, restored, and deleted for ever."""

from collections.abc import Collection

from agent_console.actions.rights import allowed
from bridge.models import Agent
from bridge.store.transactions import Tx
from routing import purging, trash
from routing.access import sees_deleted
from routing.desk import Desk
from routing.refusal import RefusedError


def delete_conversation(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Put the conversation into Deleted (R63, S23)."""
    trash.delete(tx, allowed(tx, desk, me, conversation_id, "delete"), by=me.id)


def restore(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Make a deleted conversation what it was (R64)."""
    trash.restore(tx, desk, allowed(tx, desk, me, conversation_id, "restore"), by=me.id)


def purge(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Delete a conversation for ever, with its messages and files (R64)."""
    purging.purge(tx, allowed(tx, desk, me, conversation_id, "purge"))


def unsent(tx: Tx, desk: Desk, me: Agent, conversation_ids: Collection[int]) -> int:
    """Return how many messages deleting these would keep from going out.

    Raises `RefusedError("forbidden")` for who may delete none.
    """
    if not sees_deleted(me.role, desk.policy):
        raise RefusedError("forbidden")
    return trash.unsent(tx, conversation_ids)
