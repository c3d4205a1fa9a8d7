"""Contacts and their visits, as an agent sees them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
from msgspec import UNSET

from agent_console.cards import shapes as w
from agent_console.cards.blocks import history
from agent_console.cards.rows import avatar_url
from bridge.models import ContactJoin, ContactNote, VisitRow
from bridge.settings import PanelFacts
from bridge.store import blocks
from bridge.store import bulk as b
from bridge.store import joins as j
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing.refusal import RefusedError

# An anonymous visitor's id is a long random text of ours: its start tells two apart.
_SHORT = 8


def contact(tx: Tx, contact_id: int) -> w.Contact:
    """Return a contact with all accounts; raises `RefusedError("not_found")`."""
    about = {"contact_id": contact_id}
    tx.foresee(
        (p.CONTACT_BY_ID, {"id": contact_id}),
        (b.ACCOUNTS, about),
        (j.JOINS_OF, about),
        (blocks.BLOCKS_OF, about),
    )
    found = tx.one(p.CONTACT_BY_ID, id=contact_id)
    if found is None:
        raise RefusedError("not_found")
    accounts = tx.all(b.ACCOUNTS, contact_id=contact_id)
    return w.Contact(
        id=found.id,
        name=found.name,
        email=found.email,
        phone=found.phone,
        language=found.language,
        created_at=found.created_at,
        attributes=msgspec.json.decode(found.attributes, type=dict[str, str]),
        identities=[_identity(one) for one in accounts],
        joins=[_join(tx, one) for one in tx.all(j.JOINS_OF, contact_id=contact_id)],
        blocks=history(tx, contact_id),
        avatar_url=avatar_url(tx.the(b.PERSONS, ids=b.ids([contact_id])).photo_id),
    )


def _identity(account: b.Account) -> w.Identity:
    one = account.identity
    external_id = one.external_id
    if account.kind == "widget" and one.verified_at is None and len(external_id) > _SHORT:
        external_id = external_id[:_SHORT] + "…"
    return w.Identity(
        id=one.id,
        inbox=one.inbox_id,
        kind=account.kind,
        external_id=external_id,
        name=one.name or UNSET,
        username=one.username or UNSET,
        profile_url=one.profile_url or UNSET,
        verified=one.verified_at is not None,
        first_seen=one.created_at,
    )


def _join(tx: Tx, one: ContactJoin) -> w.Join:
    other = tx.the(p.CONTACT_BY_ID, id=one.other_id)
    return w.Join(id=one.id, name=other.name, by=one.agent_id, at=one.at)


def notes(tx: Tx, contact_id: int) -> list[w.ContactNote]:
    """Return what agents wrote down about a person, the oldest first (J18)."""
    if tx.one(p.CONTACT_BY_ID, id=contact_id) is None:
        raise RefusedError("not_found")
    return [note(one) for one in tx.all(p.CONTACT_NOTES, contact_id=contact_id)]


def note(one: ContactNote) -> w.ContactNote:
    """Return one note."""
    return w.ContactNote(id=one.id, text=one.text, by=one.agent_id, at=one.created_at)


def visit_in(tx: Tx, conversation_id: int, shows: PanelFacts) -> w.Visit | None:
    """Return what the inbox `shows` of the stay of a conversation's visitor, if there is one."""
    found = tx.one(b.VISIT_IN, conversation_id=conversation_id)
    return None if found is None else visit(found, tx.now, shows)


# What a fact is called here, where that differs from what the channel calls it.
_FACTS = {
    "ip": "ip",
    "browser": "browser",
    "os": "os",
    "device": "device",
    "screen": "screen",
    "language": "language",
    "first_url": "first_url",
    "first_title": "first_title",
    "referrer": "referrer",
    "url": "current_url",
    "title": "current_title",
    "utm": "utm",
    "source": "source",
}


# What each switch of an inbox's `panel` stands for (R38).
_LOCATION = ("ip",)
_CURRENT_PAGE = ("url", "title")
_UTM = ("utm", "source")
_ADDRESSES = ("first_url", "referrer", "url")


def _shown(facts: Mapping[str, Any], shows: PanelFacts) -> dict[str, Any]:
    """Return the facts without what is switched off. Pure."""
    hidden = [
        *(() if shows.location else _LOCATION),
        *(() if shows.current_page else _CURRENT_PAGE),
        *(() if shows.utm else _UTM),
    ]
    left = {name: value for name, value in facts.items() if name not in hidden}
    if shows.utm:
        return left
    return left | {name: _without_utm(left[name]) for name in _ADDRESSES if left.get(name)}


def _without_utm(address: str) -> str:
    """Return the address of a page without the tags it was called with. Pure."""
    parts = urlsplit(address)
    kept = [one for one in parts.query.split("&") if not one.lower().startswith("utm_")]
    return urlunsplit(parts._replace(query="&".join(kept)))


def visit(stay: VisitRow, now: int, shows: PanelFacts) -> w.Visit:
    """Return a stay; the running one has lasted until `now`."""
    facts = _shown(msgspec.json.decode(stay.facts), shows)
    running = 0 if stay.online_since is None else max(0, now - stay.online_since) // 1000
    return w.Visit(
        open_pages=stay.open_pages,
        started_at=stay.started_at,
        seconds=stay.seconds + running,
        online=stay.online_since is not None,
        **{shown: facts[name] for name, shown in _FACTS.items() if facts.get(name)},
    )
