"""Queries about people who are one, and about who else might be."""

from functools import lru_cache

from sqlalchemy import select, update

from bridge.models import (
    CONTACT,
    CONTACT_JOIN,
    CONTACT_NOTE,
    CONVERSATION,
    IDENTITY,
    ContactJoin,
)
from bridge.models.base import columns
from bridge.store.sight import Kind, seen
from bridge.store.statement import Statement, among, insertion, nothing, param, value

_p = param
_j = CONTACT_JOIN.c

ADD_JOIN = insertion(CONTACT_JOIN, ["contact_id", "other_id", "agent_id", "at", "kept"])
JOIN_BY_ID = Statement(
    ContactJoin, select(*columns(CONTACT_JOIN, ContactJoin)).where(_j.id == _p("id"))
)
JOINS_OF = Statement(
    ContactJoin,
    select(*columns(CONTACT_JOIN, ContactJoin))
    .where(_j.contact_id == _p("contact_id"), _j.undone_at.is_(None))
    .order_by(_j.id.desc()),
)
UNDONE = Statement(
    nothing,
    update(CONTACT_JOIN)
    .where(_j.id == _p("of"), _j.undone_at.is_(None))
    .values(undone_at=_p("at")),
)

MOVE_ACCOUNTS = Statement(
    nothing,
    update(IDENTITY)
    .where(among(IDENTITY.c.id), IDENTITY.c.contact_id == _p("of"))
    .values(contact_id=_p("to")),
)
# A conversation is its account's, wherever that goes.
MOVE_THEIR_CONVERSATIONS = Statement(
    nothing,
    update(CONVERSATION)
    .where(among(CONVERSATION.c.identity_id), CONVERSATION.c.contact_id == _p("of"))
    .values(contact_id=_p("to")),
)
MOVE_NOTES = Statement(
    nothing,
    update(CONTACT_NOTE)
    .where(among(CONTACT_NOTE.c.id), CONTACT_NOTE.c.contact_id == _p("of"))
    .values(contact_id=_p("to")),
)


@lru_cache
def alike(kind: Kind | None) -> Statement[int]:
    """Return the query of people who gave the same address or number: most likely they are one.

    Of them those of whom a conversation is seen, at most `:limit`.
    """
    theirs = select(IDENTITY.c.id).where(IDENTITY.c.contact_id == CONTACT.c.id)
    if kind is not None:
        of_contact = CONVERSATION.c.contact_id == CONTACT.c.id
        theirs = select(CONVERSATION.c.id).where(of_contact, seen(kind))
    return Statement(
        value,
        select(CONTACT.c.id)
        .where(
            CONTACT.c.id != _p("contact_id"),
            (CONTACT.c.email == _p("email")) | (CONTACT.c.phone == _p("phone")),
            theirs.exists(),
        )
        .order_by(CONTACT.c.id.desc())
        .limit(_p("limit")),
    )
