"""Whose reading a customer is told of, and up to where."""

from bridge.models import Conversation, Role
from bridge.store import conversations as q
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx

# Who only looks on until they have taken it: "read" would promise an answer.
_LOOKERS: frozenset[Role] = frozenset({"supervisor", "viewer"})


def read_by_us(tx: Tx, conversation: Conversation) -> int:
    """Return the id of the message up to which the customer counts as read, 0 for none.

    What the assignee has read; while nobody has taken it, what anybody has whose work it
    is to answer. A supervisor, a viewer or a colleague who merely looks does not count.
    """
    marks = tx.all(q.READ_MARKS_IN, conversation_id=conversation.id)
    if conversation.assignee_id is not None:
        ids = [one.message_id for one in marks if one.agent_id == conversation.assignee_id]
    else:
        ids = [one.message_id for one in marks if _answers(tx, one.agent_id)]
    return max(ids, default=0)


def _answers(tx: Tx, agent_id: str) -> bool:
    return tx.the(AGENT_BY_ID, id=agent_id).role not in _LOOKERS
