"""Blocking a customer, and letting them in again (D24, D30)."""

from agent_console.actions.rights import allowed
from bridge.models import Agent
from bridge.store.transactions import Tx
from routing import blocking
from routing.blocking import Order
from routing.desk import Desk


def block(tx: Tx, desk: Desk, me: Agent, conversation_id: int, order: Order) -> None:
    """Keep the customer away, and tell them; raises as `routing.blocking.block`."""
    conversation = allowed(tx, desk, me, conversation_id, "block")
    blocking.block(tx, desk, conversation, order, by=me.id)


def unblock(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Let the customer in again at once."""
    conversation = allowed(tx, desk, me, conversation_id, "unblock")
    blocking.unblock(tx, conversation, by=me.id)
