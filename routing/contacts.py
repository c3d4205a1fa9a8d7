"""People: made from what a network tells, changed by agents, joined when proven the same."""

from collections.abc import Mapping
from dataclasses import asdict
from operator import attrgetter
from typing import Any, Self

import msgspec

from bridge import search
from bridge.channel import Sender, Visit
from bridge.media import photos
from bridge.models import Contact, Identity, VisitRow
from bridge.store import conversations as q
from bridge.store import log, starts
from bridge.store import people as p
from bridge.store.sorting import CARRY_TAGS_OVER
from bridge.store.transactions import Tx
from routing import blocks, erased
from routing.wellformed import one_line

_FIELDS = ("name", "email", "phone", "language")
_NOTHING: Mapping[str, str | None] = {}
_facts_of = attrgetter(*_FIELDS, "username", "profile_url", "attributes")
# A site may tell a handful of things about its visitor, not fill our disk with them.
MOST_ATTRIBUTES = 40
LONGEST_ATTRIBUTE = 500
LONGEST_FIELD = 300


def find(tx: Tx, inbox_id: str, sender: Sender) -> Identity | None:
    """Return the identity of the sender in this inbox, if they have written before."""
    return tx.one(p.FIND_IDENTITY, inbox_id=inbox_id, external_id=sender.external_id)


def find_or_make(tx: Tx, inbox_id: str, sender: Sender) -> Identity:
    """Return the sender's identity, up to date; make it and its contact if they are new."""
    known = find(tx, inbox_id, sender)
    if known is None:
        return make(tx, inbox_id, sender)
    update(tx, known, sender)
    return known


def make_for(tx: Tx, inbox_id: str, sender: Sender, contact_id: int) -> Identity:
    """Make a new account of somebody who is known already."""
    made = _account(tx, inbox_id, sender, contact_id)
    blocks.inherit(tx, made)
    if not update(tx, made, sender):
        log.contact_changed(tx, contact_id)
    return made


def make(tx: Tx, inbox_id: str, sender: Sender) -> Identity:
    """Make the identity of somebody who has never written, and a contact for it."""
    facts = {name: fact(getattr(sender, name)) for name in _FIELDS}
    contact_id = make_contact(tx, facts, _merged({}, sender.attributes))
    return _account(tx, inbox_id, sender, contact_id)


def make_contact(tx: Tx, facts: Mapping[str, str | None], attributes: Mapping[str, str]) -> int:
    """Make a contact of whom this is known, and who can be found by it; return its id."""
    fields = {name: facts.get(name) for name in _FIELDS}
    contact_id: int = tx.the(
        p.ADD_CONTACT,
        **fields,
        attributes=msgspec.json.encode(attributes).decode(),
        created_at=tx.now,
    )
    search.index_contact(tx, contact_id, _searchable(fields | dict(attributes)))
    return contact_id


def _account(tx: Tx, inbox_id: str, sender: Sender, contact_id: int) -> Identity:
    identity_id = tx.the(
        p.ADD_IDENTITY,
        inbox_id=inbox_id,
        external_id=sender.external_id,
        contact_id=contact_id,
        name=fact(sender.name),
        username=fact(sender.username),
        profile_url=fact(sender.profile_url),
        verified_at=tx.now if sender.verified else None,
        created_at=tx.now,
    )
    log.append(tx, "identity.added", contact_id=contact_id, identity_id=identity_id)
    if erased.was_erased(tx, inbox_id, sender.external_id):
        tx.run(p.SET_PURGED, of=identity_id, at=tx.now)
    made = tx.the(p.IDENTITY_BY_ID, id=identity_id)
    _take_address(tx, made, sender)
    photos.told(tx, made, sender.photo)
    return made


def update(
    tx: Tx, identity: Identity, sender: Sender, known: Mapping[str, str | None] = _NOTHING
) -> bool:
    """Take over what the network newly tells; say whether anything changed.

    What an agent has typed stays (R17); "not told" changes nothing. `known` is what the contact
    is known to have: it is not read where the network tells nothing else.
    """
    if _tells_nothing(sender, identity):
        return False
    changed = _update_identity(tx, identity, sender)
    _take_address(tx, identity, sender)
    photos.told(tx, identity, sender.photo)
    told = {name: fact(getattr(sender, name)) for name in _FIELDS}
    is_news = any(one and one != known.get(name) for name, one in told.items())
    if is_news or sender.attributes:
        contact = tx.the(p.CONTACT_BY_ID, id=identity.contact_id)
        changed |= _update_contact(tx, contact, told, sender.attributes)
    if changed:
        log.contact_changed(tx, identity.contact_id)
    return changed


def _tells_nothing(sender: Sender, identity: Identity) -> bool:
    """Say quickly whether there is certainly no news, as in most of a visitor's messages."""
    proven = identity.verified_at is not None or not sender.verified
    return proven and sender.photo is None and not any(_facts_of(sender))


def _update_identity(tx: Tx, identity: Identity, sender: Sender) -> bool:
    old = (identity.name, identity.username, identity.profile_url, identity.verified_at)
    new = (
        fact(sender.name) or identity.name,
        fact(sender.username) or identity.username,
        fact(sender.profile_url) or identity.profile_url,
        identity.verified_at or (tx.now if sender.verified else None),
    )
    if new == old:
        return False
    name, username, profile_url, verified_at = new
    tx.run(
        p.SET_IDENTITY,
        of=identity.id,
        name=name,
        username=username,
        profile_url=profile_url,
        verified_at=verified_at,
    )
    return True


def _take_address(tx: Tx, identity: Identity, sender: Sender) -> None:
    """Keep which address the account gives of itself, and since when it does.

    Apart from the contact's, which an agent may have typed, or another account of the same
    person told: conversations go on by mail with this one alone.
    """
    told = fact(sender.email)
    if told is not None and told.casefold() != (identity.email or "").casefold():
        tx.run(p.SET_ADDRESS, of=identity.id, email=told, at=tx.now)


def _update_contact(
    tx: Tx, contact: Contact, told: Mapping[str, str | None], attributes: Mapping[str, str]
) -> bool:
    typed = msgspec.json.decode(contact.edited_fields, type=list[str])
    new = {
        name: told[name] if told[name] and name not in typed else getattr(contact, name)
        for name in _FIELDS
    }
    before = msgspec.json.decode(contact.attributes, type=dict[str, str])
    free = {name: told for name, told in attributes.items() if typed_name(name) not in typed}
    merged = _merged(before, free)
    if merged == before and all(new[name] == getattr(contact, name) for name in _FIELDS):
        return False
    store(tx, contact, new, merged, typed)
    return True


def store(
    tx: Tx,
    contact: Contact,
    fields: Mapping[str, str | None],
    attributes: Mapping[str, str],
    typed: list[str],
) -> None:
    """Write the contact's fields, and keep the search index true."""
    tx.run(
        p.SET_CONTACT,
        of=contact.id,
        **fields,
        attributes=msgspec.json.encode(attributes).decode(),
        edited_fields=msgspec.json.encode(sorted(typed)).decode(),
    )
    search.index_contact(tx, contact.id, _searchable(dict(fields) | dict(attributes)))


def absorb(tx: Tx, into: Identity, inbox_id: str, external_id: str) -> None:
    """Make the conversations of an earlier identity those of `into`: the same person."""
    old = tx.one(p.FIND_IDENTITY, inbox_id=inbox_id, external_id=external_id)
    if old is None or old.id == into.id:
        return
    for conversation in tx.all(q.CONVERSATIONS_OF_IDENTITY, identity_id=old.id):
        log.append(
            tx,
            "conversation.changed",
            conversation_id=conversation.id,
            contact_id=into.contact_id,
            identity_id=into.id,
        )
    _keep_threads_apart(tx, old, into)
    tx.run(p.MOVE_IDENTITY_CONVERSATIONS, of=old.id, to=into.id, contact_id=into.contact_id)
    tx.run(starts.MOVE_STAYS, of=old.id, to=into.id)
    if _is_somebody_else(tx, old, into):
        return
    tx.run(p.MOVE_IDENTITY, of=old.id, contact_id=into.contact_id)
    blocks.join(tx, old, into)
    if old.contact_id != into.contact_id:
        tx.run(p.MOVE_CONTACT_NOTES, of=old.contact_id, to=into.contact_id)
        tx.run(CARRY_TAGS_OVER, of=old.contact_id, to=into.contact_id)
        _keep_what_was_known(tx, old.contact_id, into.contact_id)


def _is_somebody_else(tx: Tx, old: Identity, into: Identity) -> bool:
    """Say whether another user has signed in as the one behind `old` before.

    What is known of that person is not the next one's, who only sits at the same computer.
    """
    selves = tx.all(p.IDENTITIES_OF_CONTACT, contact_id=old.contact_id)
    return any(one.verified_at and one.id not in (old.id, into.id) for one in selves)


def _keep_threads_apart(tx: Tx, old: Identity, into: Identity) -> None:
    """Give an open conversation a thread of its own where both have one open in the same.

    Neither is closed: in both somebody may be waiting for an answer.
    """
    for one in tx.all(q.OPEN_OF_IDENTITY, identity_id=old.id):
        if tx.one(q.OPEN_IN_THREAD, identity_id=into.id, thread=one.thread):
            tx.run(q.SET_THREAD, of=one.id, thread=f"{one.thread}~{one.id}")


def _keep_what_was_known(tx: Tx, old_id: int, new_id: int) -> None:
    """Fill the gaps of the new contact with what the old one had."""
    old = tx.the(p.CONTACT_BY_ID, id=old_id)
    new = tx.the(p.CONTACT_BY_ID, id=new_id)
    known = with_gaps_filled(Known.of(new), Known.of(old))
    store(tx, new, known.fields, known.attributes, known.typed)
    if not tx.all(p.IDENTITIES_OF_CONTACT, contact_id=old_id):
        forget_search(tx, old_id)
    log.contact_changed(tx, new_id)


def forget_search(tx: Tx, contact_id: int) -> None:
    """Let nobody be found by a contact behind whom nobody is any more."""
    search.index_contact(tx, contact_id, [])


class Known(msgspec.Struct, frozen=True):
    """What is known of a person; `typed` names what an agent has typed, as the row does."""

    fields: dict[str, str | None]
    attributes: dict[str, str]
    typed: list[str]

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """Read it from a row."""
        return cls(
            {name: getattr(contact, name) for name in _FIELDS},
            msgspec.json.decode(contact.attributes, type=dict[str, str]),
            msgspec.json.decode(contact.edited_fields, type=list[str]),
        )


def with_gaps_filled(known: Known, other: Known) -> Known:
    """Return what is known of a person, and of the other where that says nothing. Pure."""
    gaps = [name for name in _FIELDS if not known.fields[name] and other.fields[name]]
    more = other.attributes.keys() - known.attributes.keys()
    filled = {*gaps, *map(typed_name, more)}
    return Known(
        known.fields | {name: other.fields[name] for name in gaps},
        other.attributes | known.attributes,
        sorted({*known.typed, *(name for name in other.typed if name in filled)}),
    )


def record_visit(tx: Tx, identity: Identity, visit: Visit) -> None:
    """Keep where the visitor is; facts not told now stay as they were."""
    old = tx.one(p.VISIT_OF, identity_id=identity.id)
    started_at, seconds, online_since = _time_on_site(old, visit, tx.now)
    known = msgspec.json.decode(old.facts, type=dict[str, Any]) if old else {}
    tx.run(
        p.PUT_VISIT,
        identity_id=identity.id,
        facts=msgspec.json.encode(known | _facts(visit, known)).decode(),
        open_pages=visit.open_pages,
        started_at=started_at,
        seconds=seconds,
        online_since=online_since,
        seen_at=tx.now,
    )
    log.append(tx, "visit.changed", contact_id=identity.contact_id, identity_id=identity.id)


def _time_on_site(old: VisitRow | None, visit: Visit, now: int) -> tuple[int, int, int | None]:
    """Return since when, how many finished seconds, and since when the running stay."""
    started = visit.started_at if visit.started_at and visit.started_at <= now else now
    if old is None:
        return started, 0, started if visit.online else None
    if visit.online:
        return old.started_at, old.seconds, old.online_since or now
    ran = (now - old.online_since) // 1000 if old.online_since else 0
    return old.started_at, old.seconds + max(0, ran), None


_FIRST = ("first_url", "first_title", "referrer", "utm", "source")


def _facts(visit: Visit, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told now; what was true of the first page stays as it was first told."""
    told = {k: v for k, v in asdict(visit).items() if v}
    for name in ("open_pages", "online", "started_at"):
        told.pop(name, None)
    return {k: v for k, v in told.items() if k not in _FIRST or not known.get(k)}


def typed_name(attribute: str) -> str:
    """Return how an attribute that an agent has typed stands among a contact's edited fields."""
    return f"attributes.{attribute}"


def _merged(before: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    merged = dict(before)
    for name, value in told.items():
        if name in merged or len(merged) < MOST_ATTRIBUTES:
            merged[name[:LONGEST_FIELD]] = value[:LONGEST_ATTRIBUTE]
    return merged


def _searchable(fields: Mapping[str, str | None]) -> list[str]:
    return [value for value in fields.values() if value]


def fact(text: str | None) -> str | None:
    """Return the text on one line, of a length a row can show; `None` for nothing to be seen."""
    return (one_line(text)[:LONGEST_FIELD].rstrip() or None) if text else None
