"""People who are one: who may say so, and who else it might be."""

from agent_console.actions.rights import may_edit_contacts
from agent_console.actions.sight import person, sight_on
from bridge import search
from bridge.models import Agent, Contact, ContactJoin
from bridge.store import joins as j
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import joining
from routing.desk import Desk
from routing.refusal import RefusedError

# More than fit on a screen are no help to choose from.
MOST_OTHERS = 20


def join_contacts(tx: Tx, desk: Desk, me: Agent, contact_id: int, other_id: int) -> int:
    """Make another person part of this one (R46); return the join's id."""
    contact = _contact(tx, desk, me, contact_id)
    return joining.join(tx, contact, _contact(tx, desk, me, other_id), by=me.id)


def undo_join(tx: Tx, desk: Desk, me: Agent, join_id: int) -> ContactJoin:
    """Take back that two people are one (R46); return what was taken back."""
    found = tx.one(j.JOIN_BY_ID, id=join_id)
    if found is None:
        raise RefusedError("not_found")
    _contact(tx, desk, me, found.contact_id)
    joining.undo(tx, found, by=me.id)
    return found


def set_apart(tx: Tx, desk: Desk, me: Agent, contact_id: int, identity_id: int) -> int:
    """Make one account of a person a person of its own (S12); return their contact's id."""
    _contact(tx, desk, me, contact_id)
    account = tx.one(p.IDENTITY_BY_ID, id=identity_id)
    if account is None or account.contact_id != contact_id:
        raise RefusedError("not_found")
    return joining.set_apart(tx, account, by=me.id)


def others(tx: Tx, desk: Desk, me: Agent, contact_id: int, words: str) -> list[int]:
    """Return whom a person might be one with.

    Those who are found by the words; without any, those who gave the same address or number.
    """
    contact, sight = person(tx, desk, me, contact_id), sight_on(desk, me)
    if words.strip():
        found = search.people(tx, words, sight=sight, limit=MOST_OTHERS + 1)
        return [one for one in found if one != contact_id][:MOST_OTHERS]
    same = {"email": contact.email, "phone": contact.phone}
    asked = {"contact_id": contact_id, "limit": MOST_OTHERS} | sight.parameters
    return tx.all(j.alike(sight.kind), **same, **asked)


def _contact(tx: Tx, desk: Desk, me: Agent, contact_id: int) -> Contact:
    found = person(tx, desk, me, contact_id)
    _may(desk, me)
    return found


def _may(desk: Desk, me: Agent) -> None:
    if not may_edit_contacts(me, desk.policy):
        raise RefusedError("forbidden")
