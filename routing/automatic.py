"""Whether a program may write to a customer now: one answer a day where loops are possible.

Mail of other programs, lists and null senders never becomes a conversation
(`channels/email/loops.py`); this is for the one that looks like a person and is none. The
messages themselves are the memory, so a restart forgets nothing.
"""

from bridge.models import Conversation
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import blocks
from routing.desk import Desk

# Above every id there is.
_ANY = 2**62


def may_write(tx: Tx, desk: Desk, conversation: Conversation) -> bool:
    """Say whether an automatic message may be stored for this conversation's customer.

    Ask in the transaction that stores it. One that failed does not count.
    """
    network = desk.capabilities.get(conversation.inbox_id)
    if network is None or blocks.is_blocked(tx, conversation):
        return False
    if network.automatic_every is None:
        return True
    since = tx.now - round(network.automatic_every * 1000)
    asked = {"identity_id": conversation.identity_id, "since": since, "before": _ANY}
    return not tx.one(m.AUTOMATIC_BEFORE, **asked)
