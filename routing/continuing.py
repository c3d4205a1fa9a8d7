"""A conversation that goes on in another inbox, behind a link with a one-time token.

One conversation is one thread of one inbox, so the earlier one stays what it is, and a new
one says what it continues (docs/decisions/0014-a-conversation-goes-on-as-another-one.md).
"""

from bridge import channel as ch
from bridge.models import Conversation, Identity
from bridge.store import starts
from bridge.store.transactions import Tx
from routing import contacts, conversations, start_tokens


def begin(tx: Tx, inbox_id: str, sender: ch.Sender, token: str) -> None:
    """Use the token for the account that came with it; one that is good for nothing does nothing.

    An account nobody knew becomes the contact's for whom the token was made. One that has
    a history of its own stays whose it is: that two are one is for people to say.
    """
    earlier_id = start_tokens.use(tx, token, inbox_id)
    if earlier_id is None:
        return
    earlier = conversations.get(tx, earlier_id)
    identity = contacts.find(tx, inbox_id, sender)
    if identity is None:
        identity = contacts.make_for(tx, inbox_id, sender, earlier.contact_id)
    start_tokens.used_by(tx, token, identity.id)


def go_on(tx: Tx, identity: Identity, conversation: Conversation) -> None:
    """Say in the conversation what it continues, if the account was led to it, and there."""
    earlier_ids = tx.all(starts.PENDING, identity_id=identity.id)
    if not earlier_ids:
        return
    tx.run(starts.SET_CONTINUED, of=identity.id, at=tx.now)
    for earlier_id in earlier_ids:
        _tie(tx, conversations.get(tx, earlier_id), conversations.get(tx, conversation.id))


def _tie(tx: Tx, earlier: Conversation, later: Conversation) -> None:
    one_person = earlier.contact_id == later.contact_id
    _tell(tx, later, "continued" if one_person else "continued_apart", earlier)
    _tell(tx, earlier, "continued_in" if one_person else "continued_in_apart", later)
    agent = conversations.still_here(tx, earlier.assignee_id)
    if earlier.state == "open" and agent is not None and later.assignee_id is None:
        conversations.assign(tx, later, agent, by=None)


def _tell(tx: Tx, where: Conversation, verb: str, other: Conversation) -> None:
    inbox = tx.one(starts.INBOX_NAME, id=other.inbox_id)
    conversations.activity(tx, where, verb, other=other.id, inbox=inbox)
