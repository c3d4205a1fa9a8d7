"""Tasks that agents make of messages."""

from agent_console.actions.rights import allowed
from bridge.models import Agent
from bridge.store.transactions import Tx
from routing import tickets
from routing.desk import Desk
from routing.tickets import NewTicket


def create_ticket(tx: Tx, desk: Desk, me: Agent, conversation_id: int, new: NewTicket) -> int:
    """Make a task of messages, and send it where its kind goes (D51, D53); return its id."""
    conversation = allowed(tx, desk, me, conversation_id, "ticket")
    return tickets.create(tx, desk, conversation, new, by=me.id)


def retry_ticket(tx: Tx, desk: Desk, me: Agent, conversation_id: int, ticket_id: int) -> None:
    """Send a task again that has failed."""
    conversation = allowed(tx, desk, me, conversation_id, "ticket")
    tickets.retry(tx, conversation, ticket_id)
