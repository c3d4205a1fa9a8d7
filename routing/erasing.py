"""Erasing a person: everything that is theirs, in every table, in small pieces.

In one moment nobody sees them any more, their accounts have given their names up, and what
was kept of them beside conversations is gone. The conversations go as purged ones do
(`purging.py`), then the people and their accounts, then the files (`eraser.py`).
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from bridge import search
from bridge.channel import customer_owner
from bridge.models import Contact, Conversation, Identity
from bridge.store import erasing as e
from bridge.store import log
from bridge.store import trash as t
from bridge.store.transactions import Tx
from routing import conversations, erased, purging, sight
from routing.erased import Account, Line, Said
from routing.refusal import RefusedError

# Shorter ones are found in whatever anybody says.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is one: several people that were joined, with all their accounts."""

    contacts: Sequence[Contact]
    accounts: Sequence[Identity]

    @property
    def ids(self) -> dict[str, str]:
        """Return what the queries are told, each a JSON array."""
        owners = [customer_owner(one.inbox_id, one.external_id) for one in self.accounts]
        return {
            "contacts": _json(one.id for one in self.contacts),
            "identities": _json(one.id for one in self.accounts),
            "owners": json.dumps(owners),
        }


@dataclass(frozen=True, slots=True)
class Told:
    """What has been begun: how much there is to go, and what staff surfaces show of it.

    `shown` is by surface how many posts of ours there are, and how many agents wrote there.
    """

    erasure_id: int
    conversations: int
    files: int
    shown: dict[str, tuple[int, int]]


def person(tx: Tx, contact_id: int) -> Person:
    """Return everybody that a contact is one with; raises `RefusedError("not_found")`."""
    known, found = set[int](), {contact_id}
    while found != known:
        known = set(found)
        for one in tx.all(e.JOINED, ids=_json(known)):
            found |= {one.contact_id, one.other_id}
    contacts = tx.all(e.CONTACTS, ids=_json(known))
    if contact_id not in {one.id for one in contacts}:
        raise RefusedError("not_found")
    return Person(contacts, tx.all(e.IDENTITIES, ids=_json(known)))


def listed(tx: Tx, who: Person) -> list[Line]:
    """Return the lines that keep a person from coming back, before anything is changed."""
    salt, ids = erased.salt_of(tx), who.ids
    lines: list[Line] = [
        Account(one.inbox_id, salt, erased.digest_of(salt, one.inbox_id, one.external_id), tx.now)
        for one in who.accounts
    ]
    names = tx.all(e.NAMES, contacts=ids["contacts"], identities=ids["identities"])
    lines += [Said(one.inbox_id, purging.digest_of(one.inbox_id, one.external_id)) for one in names]
    return lines + _aside(tx, _set_aside(tx, who), salt)


def begin(tx: Tx, who: Person, lines: Sequence[Line], *, by: str | None) -> Told:
    """Have a person erased: nobody finds or sees them from this moment on."""
    ids = who.ids
    theirs = {"contacts": ids["contacts"], "identities": ids["identities"]}
    contents = tx.all(e.CONTENTS, **ids)
    gone = tx.all(e.CONVERSATIONS, **theirs)
    shown = _shown(tx, gone)
    erased.remember(tx, lines)
    erasure_id = tx.the(
        e.ADD_ERASURE, **theirs, contents=json.dumps(contents), agent_id=by, begun_at=tx.now
    )
    for conversation_id in gone:
        _purge(tx, conversations.get(tx, conversation_id))
    _forget_elsewhere(tx, who, gone)
    _forget_them(tx, who)
    tx.wake(purging.PURGE_TOPIC)
    return Told(erasure_id, len(gone), len(contents), shown)


def is_gone(tx: Tx, erasure_id: int) -> bool:
    """Remove the people and their accounts once no conversation of theirs is left; say whether."""
    erasure = tx.the(e.ERASURE_BY_ID, id=erasure_id)
    theirs = {"contacts": erasure.contacts, "identities": erasure.identities}
    for conversation_id in tx.all(e.OPENED_SINCE, identities=erasure.identities):
        _purge(tx, conversations.get(tx, conversation_id))
    if tx.the(e.STILL_THERE, **theirs):
        return False
    identities = {"identities": erasure.identities}
    tx.run(e.HAND_OVER_WORDS, **identities)
    tx.run(e.DROP_BLOCKS, **identities)
    tx.run(e.DROP_ACCOUNTS, **identities)
    tx.run(e.DROP_CONTACTS, contacts=erasure.contacts)
    return True


def _purge(tx: Tx, conversation: Conversation) -> None:
    sight.changing(tx, conversation)
    tx.run(e.PURGE, of=conversation.id)
    tx.run(t.FORGET_DELETED, of=conversation.id)
    tx.run(t.CLEAR_TIMERS, subject=f"conversation:{conversation.id}")
    for one in tx.all(t.UNSENT_IN, conversation_id=conversation.id):
        tx.run(t.CALL_OFF, of=one.id, at=tx.now)
    log.about(tx, "conversation.purged", conversation)


def _shown(tx: Tx, gone: Sequence[int]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for one in tx.all(e.SHOWN, ids=_json(gone)):
        ours, staffs = found.get(one.surface_id, (0, 0))
        heard = one.number if one.state == "heard" else 0
        found[one.surface_id] = ours + one.number - heard, staffs + heard
    return found


def _forget_elsewhere(tx: Tx, who: Person, gone: Sequence[int]) -> None:
    ids = {"ids": _json(gone)}
    tx.run(e.EMPTY_HEARD, **ids, at=tx.now)
    for statement in (e.EMPTY_POSTS, e.DROP_HINTS, e.DROP_KEPT, e.DROP_CALLS_OF):
        tx.run(statement, **ids)
    # Also of what came since the list was written.
    aside = _set_aside(tx, who)
    erased.remember(tx, _aside(tx, aside, erased.salt_of(tx)))
    tx.run(e.DROP_QUARANTINED, ids=_json(aside))
    is_theirs = _names_them(who)
    for kept, drop in (
        (e.PARKED_EVENTS, e.DROP_PARKED),
        (e.CALLS, e.DROP_CALLS),
    ):
        found = [one.id for one in tx.each(kept) if is_theirs(one)]
        tx.run(drop, ids=_json(found))
    names = {one.name for one in who.contacts} | {one.name for one in who.accounts}
    for message_id, activity in tx.all(e.SAID_OF_JOINS):
        said: dict[str, Any] = json.loads(activity)
        if said.get("data", {}).get("other") in names - {None}:
            said["data"]["other"] = None
            tx.run(e.SAY_INSTEAD, of=message_id, activity=msgspec.json.encode(said).decode())


def _set_aside(tx: Tx, who: Person) -> list[int]:
    is_theirs = _names_them(who)
    return [one.id for one in tx.each(e.QUARANTINED) if is_theirs(one)]


def _aside(tx: Tx, found: Sequence[int], salt: str) -> list[Line]:
    """Return the lines that keep what was set aside from being set aside again."""
    return [
        Account(inbox, salt, erased.digest_of(salt, inbox, digest), tx.now)
        for inbox, digest in tx.all(e.ASIDE, ids=_json(found))
    ]


def _names_them(who: Person) -> Callable[[e.Kept], bool]:
    """Return what says whether something raw has anything of them in it.

    What its network calls an account means it in its own inbox alone; a name, an address or
    a number of theirs wherever it stands. Rather one too many than one left.
    """
    known = {
        told
        for one in who.contacts
        for told in (one.name, one.email, one.phone)
        if told and len(told) >= _SHORTEST
    } | {
        told
        for one in who.accounts
        for told in (one.name, one.username, one.email)
        if told and len(told) >= _SHORTEST
    }
    accounts: dict[str, set[str]] = {}
    for one in who.accounts:
        accounts.setdefault(one.inbox_id, set()).add(one.external_id)

    def is_theirs(kept: e.Kept) -> bool:
        raw = kept.raw if isinstance(kept.raw, str) else kept.raw.decode(errors="replace")
        words = known | accounts.get(kept.inbox_id, set())
        return any(_stands_in(word, raw) for word in words)

    return is_theirs


def _stands_in(word: str, raw: str) -> bool:
    """Say whether a word stands there as such: 17 is not in 1750."""
    spellings = {word, json.dumps(word)[1:-1]}
    return any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", raw) for one in spellings)


def _forget_them(tx: Tx, who: Person) -> None:
    ids = who.ids
    identities = {"identities": ids["identities"]}
    for contact in who.contacts:
        search.index_contact(tx, contact.id, [])
        log.append(tx, "contact.changed", contact_id=contact.id)
    tx.run(e.DROP_UPLOADS, **identities, owners=ids["owners"])
    tx.run(e.DISOWN, owners=ids["owners"])
    tx.run(e.DROP_STARTS, **identities)
    tx.run(e.FORGET_WHERE, **identities)
    tx.run(e.FORGET_ACCOUNTS, **identities)
    tx.run(e.FORGET_CONTACTS, contacts=ids["contacts"])


def _json(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))
