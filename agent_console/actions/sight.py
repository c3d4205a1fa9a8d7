"""What an agent sees: whatever is out of their sight is answered as what there is not."""

from bridge.models import Agent, Attachment, Contact, Conversation, Message
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store import sight as s
from bridge.store.transactions import Tx
from routing import access, conversations
from routing.desk import Desk
from routing.refusal import RefusedError
from routing.sight import sight_of


def sight_on(desk: Desk, me: Agent) -> s.Sight:
    """Return what `me` may see at this desk."""
    return sight_of(desk.policy, desk.teams, me)


def seen(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> Conversation:
    """Return a conversation that `me` sees; raises `RefusedError("not_found")`."""
    conversation = conversations.get(tx, conversation_id)
    sight = sight_on(desk, me)
    in_sight = sight.kind is None or tx.the(
        s.sees(sight.kind), of=conversation_id, **sight.parameters
    )
    if not in_sight or not access.sees(me.role, conversation.state, desk.policy):
        raise RefusedError("not_found")
    return conversation


def seen_message(tx: Tx, desk: Desk, me: Agent, message_id: int) -> Message:
    """Return a message of a conversation that `me` sees; raises `RefusedError("not_found")`."""
    found = tx.one(m.MESSAGE_BY_ID, id=message_id)
    if found is None:
        raise RefusedError("not_found")
    seen(tx, desk, me, found.conversation_id)
    return found


def person(tx: Tx, desk: Desk, me: Agent, contact_id: int) -> Contact:
    """Return a person with a conversation that `me` sees; raises `RefusedError("not_found")`."""
    found = tx.one(p.CONTACT_BY_ID, id=contact_id)
    sight = sight_on(desk, me)
    if found is None or (
        sight.kind is not None
        and not tx.the(s.knows(sight.kind), of=contact_id, **sight.parameters)
    ):
        raise RefusedError("not_found")
    return found


def may_open(tx: Tx, desk: Desk, me: Agent, file: Attachment) -> bool:
    """Say whether `me` may open a file: of a message, of a person, or what they uploaded.

    How colleagues look, everybody may see.
    """
    try:
        if file.message_id is not None:
            seen_message(tx, desk, me, file.message_id)
        elif file.identity_id is not None:
            person(tx, desk, me, tx.the(p.IDENTITY_BY_ID, id=file.identity_id).contact_id)
        else:
            return file.agent_id is not None or file.owner == f"agent:{me.id}"
    except RefusedError:
        return False
    return True
