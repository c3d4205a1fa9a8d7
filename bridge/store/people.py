"""Queries about inboxes, contacts, identities and visits."""

from sqlalchemy import select, update

from bridge.models import (
    CONTACT,
    CONTACT_NOTE,
    CONVERSATION,
    IDENTITY,
    INBOX,
    VISIT,
    Contact,
    ContactNote,
    Identity,
    VisitRow,
)
from bridge.models.base import columns
from bridge.store.spoken import greatest, upsert
from bridge.store.statement import Statement, insertion, nothing, param, value

_p = param

PUT_INBOX = Statement(
    nothing,
    (new := upsert(INBOX))
    .values(id=_p("id"), kind=_p("kind"), name=_p("name"))
    .on_conflict_do_update(
        index_elements=["id"],
        set_={"kind": new.excluded.kind, "name": new.excluded.name, "retired_at": None},
    ),
)
INBOX_BY_ID = Statement(
    lambda kind, name: (kind, name),
    select(INBOX.c.kind, INBOX.c.name).where(INBOX.c.id == _p("id")),
)
INBOX_IDS = Statement(value, select(INBOX.c.id).where(INBOX.c.retired_at.is_(None)))
ALL_INBOX_IDS = Statement(value, select(INBOX.c.id).order_by(INBOX.c.id))
RETIRE_INBOX = Statement(
    nothing, update(INBOX).where(INBOX.c.id == _p("of")).values(retired_at=_p("at"))
)

ADD_CONTACT = insertion(CONTACT, ["name", "email", "phone", "language", "attributes", "created_at"])
CONTACT_BY_ID = Statement(
    Contact, select(*columns(CONTACT, Contact)).where(CONTACT.c.id == _p("id"))
)
SET_CONTACT = Statement(
    nothing,
    update(CONTACT)
    .where(CONTACT.c.id == _p("of"))
    .values(
        name=_p("name"),
        email=_p("email"),
        phone=_p("phone"),
        language=_p("language"),
        attributes=_p("attributes"),
        edited_fields=_p("edited_fields"),
    ),
)

ADD_IDENTITY = insertion(
    IDENTITY,
    [
        "inbox_id",
        "external_id",
        "contact_id",
        "name",
        "username",
        "profile_url",
        "verified_at",
        "created_at",
    ],
)
FIND_IDENTITY = Statement(
    Identity,
    select(*columns(IDENTITY, Identity)).where(
        IDENTITY.c.inbox_id == _p("inbox_id"), IDENTITY.c.external_id == _p("external_id")
    ),
)
IDENTITY_BY_ID = Statement(
    Identity, select(*columns(IDENTITY, Identity)).where(IDENTITY.c.id == _p("id"))
)
IDENTITIES_OF_CONTACT = Statement(
    Identity,
    select(*columns(IDENTITY, Identity))
    .where(IDENTITY.c.contact_id == _p("contact_id"))
    .order_by(IDENTITY.c.id),
)
SET_IDENTITY = Statement(
    nothing,
    update(IDENTITY)
    .where(IDENTITY.c.id == _p("of"))
    .values(
        name=_p("name"),
        username=_p("username"),
        profile_url=_p("profile_url"),
        verified_at=_p("verified_at"),
    ),
)
SET_ADDRESS = Statement(
    nothing,
    update(IDENTITY).where(IDENTITY.c.id == _p("of")).values(email=_p("email"), email_at=_p("at")),
)
SET_PHOTO_REF = Statement(
    nothing,
    update(IDENTITY)
    .where(IDENTITY.c.id == _p("of"))
    .values(photo_ref=_p("ref"), photo_at=_p("at")),
)
SET_PHOTO = Statement(
    nothing, update(IDENTITY).where(IDENTITY.c.id == _p("of")).values(photo_id=_p("photo_id"))
)
SET_REACHABLE = Statement(
    nothing,
    update(IDENTITY)
    .where(IDENTITY.c.id == _p("of"))
    .values(unreachable_at=_p("at"), unreachable_reason=_p("reason")),
)
SET_PURGED = Statement(
    nothing, update(IDENTITY).where(IDENTITY.c.id == _p("of")).values(purged_at=_p("at"))
)
MOVE_IDENTITY_CONVERSATIONS = Statement(
    nothing,
    update(CONVERSATION)
    .where(CONVERSATION.c.identity_id == _p("of"))
    .values(identity_id=_p("to"), contact_id=_p("contact_id")),
)
MOVE_IDENTITY = Statement(
    nothing, update(IDENTITY).where(IDENTITY.c.id == _p("of")).values(contact_id=_p("contact_id"))
)

VISIT_OF = Statement(
    VisitRow, select(*columns(VISIT, VisitRow)).where(VISIT.c.identity_id == _p("identity_id"))
)
PUT_VISIT = Statement(
    nothing,
    (visit := upsert(VISIT))
    .values(
        identity_id=_p("identity_id"),
        facts=_p("facts"),
        open_pages=_p("open_pages"),
        started_at=_p("started_at"),
        seconds=_p("seconds"),
        online_since=_p("online_since"),
        seen_at=_p("seen_at"),
    )
    .on_conflict_do_update(
        index_elements=["identity_id"],
        set_={
            name: visit.excluded[name]
            for name in ("facts", "open_pages", "started_at", "seconds", "online_since", "seen_at")
        },
    ),
)
_END_VISITS = (
    update(VISIT)
    .where(VISIT.c.online_since.is_not(None))
    .values(
        seconds=VISIT.c.seconds + greatest(0, (VISIT.c.seen_at - VISIT.c.online_since) // 1000),
        online_since=None,
        open_pages=0,
    )
)
END_VISITS = Statement(nothing, _END_VISITS)
END_VISIT_OF = Statement(nothing, _END_VISITS.where(VISIT.c.identity_id == _p("identity_id")))
END_VISITS_OF = Statement(
    nothing,
    _END_VISITS.where(
        VISIT.c.identity_id.in_(select(IDENTITY.c.id).where(IDENTITY.c.inbox_id == _p("inbox_id")))
    ),
)

ADD_CONTACT_NOTE = insertion(CONTACT_NOTE, ["contact_id", "agent_id", "text", "created_at"])
CONTACT_NOTES = Statement(
    ContactNote,
    select(*columns(CONTACT_NOTE, ContactNote))
    .where(CONTACT_NOTE.c.contact_id == _p("contact_id"))
    .order_by(CONTACT_NOTE.c.id),
)
MOVE_CONTACT_NOTES = Statement(
    nothing,
    update(CONTACT_NOTE).where(CONTACT_NOTE.c.contact_id == _p("of")).values(contact_id=_p("to")),
)
