"""Following a conversation without answering in it: an agent's own affair."""

from collections.abc import Sequence

from agent_console.actions.sight import seen
from bridge.models import Agent
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from routing import following
from routing.desk import Desk
from routing.refusal import RefusedError


def follow(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Hear of the conversation's notes from now on (O23); raises `RefusedError`."""
    following.follow(tx, seen(tx, desk, me, conversation_id), me.id)


def unfollow(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Hear of them no longer, unless one calls me by name; raises `RefusedError`."""
    following.unfollow(tx, seen(tx, desk, me, conversation_id), me.id)


def callable_by_name(tx: Tx, agents: Sequence[str]) -> None:
    """Check that a note may call these; raises `RefusedError("agent_unknown")`.

    A viewer answers nobody, and still reads what colleagues ask of them.
    """
    for agent_id in agents:
        found = tx.one(AGENT_BY_ID, id=agent_id)
        if found is None or found.retired_at is not None:
            raise RefusedError("agent_unknown", {"agent": agent_id})
