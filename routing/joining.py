"""Two people whom agents find to be one, and the ways back: undone, or an account set apart.

Whose a conversation is follows from its account, so joining moves accounts. What customers
see of their conversations follows the account alone, and does not change by any of this.
"""

from collections.abc import Sequence

import msgspec

from bridge.models import Contact, ContactJoin, Identity
from bridge.store import bulk as b
from bridge.store import joins as j
from bridge.store import log
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import blocks, contacts, conversations
from routing.contacts import Known
from routing.refusal import RefusedError


class Kept(msgspec.Struct, frozen=True):
    """What a join has moved by id, and what was known of who stays, before and after it."""

    accounts: list[int]
    notes: list[int]
    before: Known
    after: Known


def join(tx: Tx, contact: Contact, other: Contact, *, by: str) -> int:
    """Make `other` part of `contact` (R46); return the join's id, to undo it by.

    Accounts, conversations and notes go over, and gaps in what is known are filled. Raises
    `RefusedError("state")` for one and the same, and for a person who is part of somebody
    already.
    """
    accounts = [one.id for one in tx.all(p.IDENTITIES_OF_CONTACT, contact_id=other.id)]
    if contact.id == other.id or not accounts:
        raise RefusedError("state", {"contact": other.id})
    notes = [one.id for one in tx.all(p.CONTACT_NOTES, contact_id=other.id)]
    before = Known.of(contact)
    after = contacts.with_gaps_filled(before, Known.of(other))
    kept = Kept(accounts, notes, before, after)
    join_id = tx.the(
        j.ADD_JOIN,
        contact_id=contact.id,
        other_id=other.id,
        agent_id=by,
        at=tx.now,
        kept=msgspec.json.encode(kept).decode(),
    )
    _say(tx, "people_joined", contact, other, by=by)
    _move(tx, accounts, notes, of=other.id, to=contact.id)
    blocks.join_people(tx, other.id, contact.id)
    contacts.store(tx, contact, after.fields, after.attributes, after.typed)
    contacts.forget_search(tx, other.id)
    _tell(tx, contact.id, other.id)
    return join_id


def undo(tx: Tx, found: ContactJoin, *, by: str) -> None:
    """Make them two again, with what each had before and what has come since by their accounts.

    What agents have changed since stays with who stayed. Raises `RefusedError("state")`
    where it is undone, or where none of the accounts is with them any more.
    """
    kept = msgspec.json.decode(found.kept, type=Kept)
    contact = tx.the(p.CONTACT_BY_ID, id=found.contact_id)
    other = tx.the(p.CONTACT_BY_ID, id=found.other_id)
    theirs = {one.id for one in tx.all(p.IDENTITIES_OF_CONTACT, contact_id=contact.id)}
    # Somebody must be left on either side.
    if not theirs & {*kept.accounts} or not theirs - {*kept.accounts}:
        raise RefusedError("state", {"contact": other.id})
    if not tx.run(j.UNDONE, of=found.id, at=tx.now):
        raise RefusedError("state", {"contact": other.id})
    _move(tx, kept.accounts, kept.notes, of=contact.id, to=other.id)
    blocks.part_people(tx, contact.id, other.id)
    left = _without(Known.of(contact), kept)
    contacts.store(tx, contact, left.fields, left.attributes, left.typed)
    back = Known.of(other)
    contacts.store(tx, other, back.fields, back.attributes, back.typed)
    _say(tx, "people_parted", contact, other, by=by)
    _tell(tx, contact.id, other.id)


def set_apart(tx: Tx, account: Identity, *, by: str) -> int:
    """Make an account a person of its own (S12); return their contact's id.

    They are known by what the account says of itself. Raises `RefusedError("state")` for
    the only account of a person.
    """
    accounts = tx.all(p.IDENTITIES_OF_CONTACT, contact_id=account.contact_id)
    if len(accounts) < 2:
        raise RefusedError("state", {"identity": account.id})
    contact = tx.the(p.CONTACT_BY_ID, id=account.contact_id)
    made = contacts.make_contact(tx, {"name": account.name, "email": account.email}, {})
    other = tx.the(p.CONTACT_BY_ID, id=made)
    _move(tx, [account.id], of=contact.id, to=other.id)
    blocks.part_people(tx, contact.id, other.id)
    _say(tx, "people_parted", contact, other, by=by)
    _tell(tx, contact.id, other.id)
    return other.id


def _move(tx: Tx, accounts: Sequence[int], notes: Sequence[int] = (), *, of: int, to: int) -> None:
    tx.run(j.MOVE_THEIR_CONVERSATIONS, ids=b.ids(accounts), of=of, to=to)
    tx.run(j.MOVE_ACCOUNTS, ids=b.ids(accounts), of=of, to=to)
    tx.run(j.MOVE_NOTES, ids=b.ids(notes), of=of, to=to)
    blocks.follow(tx, accounts, to)


def _without(now: Known, kept: Kept) -> Known:
    """Return what is known now, less what the join has filled in and nobody changed. Pure."""
    before, after = kept.before, kept.after
    fields = {
        name: before.fields[name] if text == after.fields[name] else text
        for name, text in now.fields.items()
    }
    attributes = {
        name: text
        for name, text in now.attributes.items()
        if name in before.attributes or text != after.attributes.get(name)
    }
    filled = {name for name, text in fields.items() if text != now.fields[name]}
    filled |= {contacts.typed_name(name) for name in now.attributes.keys() - attributes.keys()}
    return Known(fields, attributes, [one for one in now.typed if one not in filled])


def _say(tx: Tx, verb: str, contact: Contact, other: Contact, *, by: str) -> None:
    """Put it into the latest conversation of each, which name the other."""
    for one, another in ((contact, other), (other, contact)):
        for conversation_id in tx.all(b.CONVERSATIONS_WITH, contact_id=one.id)[:1]:
            conversation = conversations.get(tx, conversation_id)
            conversations.activity(tx, conversation, verb, by=by, other=another.name)


def _tell(tx: Tx, *contact_ids: int) -> None:
    for contact_id in contact_ids:
        log.contact_changed(tx, contact_id)
