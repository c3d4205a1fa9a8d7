"""Queries that take a person out of every table there is."""

import hashlib
from typing import NamedTuple

from sqlalchemy import and_, delete, exists, func, literal, or_, select, update

from bridge.models import (
    ALBUM_ITEM,
    ATTACHMENT,
    BLOCK,
    CONTACT,
    CONTACT_JOIN,
    CONVERSATION,
    ERASED_ACCOUNT,
    ERASURE,
    IDENTITY,
    MESSAGE,
    PARKED,
    PRESENT,
    QUARANTINE,
    START_TOKEN,
    SURFACE_HEARD,
    SURFACE_HINT,
    SURFACE_KEPT,
    SURFACE_POST,
    SURFACE_THREAD,
    WEBHOOK_CALL,
    Contact,
    Erasure,
    Identity,
)
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, among, insertion, nothing, param, value
from bridge.store.transactions import Tx
from bridge.store.trash import Named

_p = param
_c = CONVERSATION.c
_m = MESSAGE.c
_i = IDENTITY.c
_e = ERASED_ACCOUNT.c
_THREADS = select(SURFACE_THREAD.c.id).where(among(SURFACE_THREAD.c.conversation_id))

# --- who it is ----------------------------------------------------------------------------


class Joined(NamedTuple):
    """Two people who were found to be one."""

    contact_id: int
    other_id: int


JOINED = Statement(
    Joined,
    select(CONTACT_JOIN.c.contact_id, CONTACT_JOIN.c.other_id).where(
        CONTACT_JOIN.c.undone_at.is_(None),
        or_(among(CONTACT_JOIN.c.contact_id), among(CONTACT_JOIN.c.other_id)),
    ),
)
CONTACTS = Statement(Contact, select(*columns(CONTACT, Contact)).where(among(CONTACT.c.id)))
IDENTITIES = Statement(
    Identity, select(*columns(IDENTITY, Identity)).where(among(_i.contact_id)).order_by(_i.id)
)
ALL_IDENTITIES = Statement(Identity, select(*columns(IDENTITY, Identity)).order_by(_i.id))
_THEIRS = or_(among(_c.contact_id, "contacts"), among(_c.identity_id, "identities"))
CONVERSATIONS = Statement(value, select(_c.id).where(_THEIRS, _c.state != "purged").order_by(_c.id))
# Somebody opened it to an account that was on the way out.
OPENED_SINCE = Statement(
    value, select(_c.id).where(among(_c.identity_id, "identities"), _c.state != "purged")
)
STILL_THERE = Statement(
    value,
    select(func.count())
    .select_from(CONVERSATION)
    .where(
        or_(
            among(_c.identity_id, "identities"),
            and_(among(_c.contact_id, "contacts"), _c.state == "purged"),
        )
    ),
)

# --- what was theirs ----------------------------------------------------------------------

_IN_THEIRS = select(_c.id).where(_THEIRS).scalar_subquery()
NAMES = Statement(
    Named,
    select(_m.inbox_id, _m.external_id)
    .where(_m.conversation_id.in_(_IN_THEIRS), _m.external_id.is_not(None))
    .union(
        select(ALBUM_ITEM.c.inbox_id, ALBUM_ITEM.c.external_id)
        .join(MESSAGE, _m.id == ALBUM_ITEM.c.message_id)
        .where(_m.conversation_id.in_(_IN_THEIRS))
    ),
)
CONTENTS = Statement(
    value,
    select(ATTACHMENT.c.sha256)
    .distinct()
    .outerjoin(MESSAGE, _m.id == ATTACHMENT.c.message_id)
    .where(
        ATTACHMENT.c.sha256 != "",
        or_(
            _m.conversation_id.in_(_IN_THEIRS),
            among(ATTACHMENT.c.identity_id, "identities"),
            among(ATTACHMENT.c.owner, "owners"),
        ),
    ),
)
# The last of it goes with the pieces that `trash` removes.
PURGE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"))
    .values(
        state="purged",
        assignee_id=None,
        waiting_since=None,
        queued_at=None,
        asked_at=None,
        paused_at=None,
        snoozed_until=None,
        snoozed_by=None,
        item_label=None,
        item_url=None,
    ),
)
# An account that was absorbed has left its words in conversations that are another's now.
HAND_OVER_WORDS = Statement(
    nothing,
    update(MESSAGE)
    .where(among(_m.identity_id, "identities"))
    .values(
        identity_id=select(_c.identity_id).where(_c.id == _m.conversation_id).scalar_subquery()
    ),
)
DROP_UPLOADS = Statement(
    nothing,
    delete(ATTACHMENT).where(
        or_(
            among(ATTACHMENT.c.identity_id, "identities"),
            and_(among(ATTACHMENT.c.owner, "owners"), ATTACHMENT.c.message_id.is_(None)),
        )
    ),
)
DISOWN = Statement(
    nothing, update(ATTACHMENT).where(among(ATTACHMENT.c.owner, "owners")).values(owner="")
)
DROP_STARTS = Statement(
    nothing, delete(START_TOKEN).where(among(START_TOKEN.c.identity_id, "identities"))
)
DROP_BLOCKS = Statement(nothing, delete(BLOCK).where(among(BLOCK.c.identity_id, "identities")))
# At which processes an account is, or was.
FORGET_WHERE = Statement(
    nothing,
    delete(PRESENT).where(
        exists().where(
            _i.inbox_id == PRESENT.c.place,
            _i.external_id == PRESENT.c.who,
            among(_i.id, "identities"),
        )
    ),
)
# Its own name is given up at once: whoever writes from there now is somebody new.
FORGET_ACCOUNTS = Statement(
    nothing,
    update(IDENTITY)
    .where(among(_i.id, "identities"))
    .values(
        external_id=literal("erased-").concat(_i.id),
        name=None,
        username=None,
        profile_url=None,
        email=None,
        photo_ref=None,
        photo_id=None,
    ),
)
FORGET_CONTACTS = Statement(
    nothing,
    update(CONTACT)
    .where(among(CONTACT.c.id, "contacts"))
    .values(name=None, email=None, phone=None, language=None, attributes="{}", edited_fields="[]"),
)
DROP_ACCOUNTS = Statement(nothing, delete(IDENTITY).where(among(_i.id, "identities")))
# With them go their notes, tags, blocks and joins.
DROP_CONTACTS = Statement(
    nothing,
    delete(CONTACT).where(
        among(CONTACT.c.id, "contacts"),
        # An account that was joined to it meanwhile is somebody else's.
        ~exists().where(_i.contact_id == CONTACT.c.id),
        ~exists().where(_c.contact_id == CONTACT.c.id),
    ),
)

# --- what was kept of them elsewhere ------------------------------------------------------


class Kept(NamedTuple):
    """Something of which only a look inside tells whom it is about."""

    id: int
    inbox_id: str
    raw: bytes | str


QUARANTINED = Statement(Kept, select(QUARANTINE.c.id, QUARANTINE.c.inbox_id, QUARANTINE.c.raw))
# What each of them is known by.
ASIDE = Statement(
    Named, select(QUARANTINE.c.inbox_id, QUARANTINE.c.digest).where(among(QUARANTINE.c.id))
)
DROP_QUARANTINED = Statement(nothing, delete(QUARANTINE).where(among(QUARANTINE.c.id)))
PARKED_EVENTS = Statement(Kept, select(PARKED.c.id, PARKED.c.inbox_id, PARKED.c.event))
DROP_PARKED = Statement(nothing, delete(PARKED).where(among(PARKED.c.id)))
CALLS = Statement(
    Kept,
    select(WEBHOOK_CALL.c.id, WEBHOOK_CALL.c.webhook_id, WEBHOOK_CALL.c.body).where(
        WEBHOOK_CALL.c.conversation_id.is_(None)
    ),
)
DROP_CALLS = Statement(nothing, delete(WEBHOOK_CALL).where(among(WEBHOOK_CALL.c.id)))
DROP_CALLS_OF = Statement(
    nothing, delete(WEBHOOK_CALL).where(among(WEBHOOK_CALL.c.conversation_id))
)
SAID_OF_JOINS = Statement(
    lambda *row: row,
    select(_m.id, _m.activity).where(
        _m.kind == "activity",
        or_(_m.activity.contains("people_joined"), _m.activity.contains("people_parted")),
    ),
)
SAY_INSTEAD = Statement(
    nothing, update(MESSAGE).where(_m.id == _p("of")).values(activity=_p("activity"))
)


class Shown(NamedTuple):
    """How many posts on a surface are in a state: `heard` ones were written there by staff."""

    surface_id: str
    state: str
    number: int


SHOWN = Statement(
    Shown,
    select(SURFACE_THREAD.c.surface_id, SURFACE_POST.c.state, func.count())
    .join(SURFACE_POST, SURFACE_POST.c.thread_id == SURFACE_THREAD.c.id)
    .where(among(SURFACE_THREAD.c.conversation_id))
    .group_by(SURFACE_THREAD.c.surface_id, SURFACE_POST.c.state),
)
# The posts themselves are taken away by the surfaces, which need their names for it.
EMPTY_POSTS = Statement(
    nothing,
    update(SURFACE_POST)
    .where(SURFACE_POST.c.thread_id.in_(_THREADS))
    .values(body="{}", reason=None, detail=None, trace=None),
)
DROP_HINTS = Statement(nothing, delete(SURFACE_HINT).where(SURFACE_HINT.c.thread_id.in_(_THREADS)))
DROP_KEPT = Statement(nothing, delete(SURFACE_KEPT).where(among(SURFACE_KEPT.c.conversation_id)))
# Its key stays: what a platform brings again is not to be acted on again.
EMPTY_HEARD = Statement(
    nothing,
    update(SURFACE_HEARD)
    .where(
        SURFACE_HEARD.c.id.in_(
            select(SURFACE_HEARD.c.id)
            .join(
                SURFACE_THREAD,
                and_(
                    SURFACE_THREAD.c.surface_id == SURFACE_HEARD.c.surface_id,
                    SURFACE_THREAD.c.place == SURFACE_HEARD.c.place,
                    or_(
                        SURFACE_THREAD.c.thread == SURFACE_HEARD.c.thread,
                        literal("#").concat(SURFACE_THREAD.c.id) == SURFACE_HEARD.c.thread,
                    ),
                ),
            )
            .where(among(SURFACE_THREAD.c.conversation_id))
        )
    )
    .values(event="{}", done_at=func.coalesce(SURFACE_HEARD.c.done_at, _p("at"))),
)

# --- the way of an erasure, and what is left of it ----------------------------------------

ADD_ERASURE = insertion(ERASURE, ["contacts", "identities", "contents", "agent_id", "begun_at"])
_ERASURES = select(*columns(ERASURE, Erasure))
ERASURE_BY_ID = Statement(Erasure, _ERASURES.where(ERASURE.c.id == _p("id")))
UNFINISHED = Statement(Erasure, _ERASURES.where(ERASURE.c.done_at.is_(None)).order_by(ERASURE.c.id))
LAST = Statement(value, select(func.coalesce(func.max(ERASURE.c.id), 0)))
EMPTIED = Statement(nothing, update(ERASURE).where(ERASURE.c.id == _p("of")).values(contents="[]"))
DONE = Statement(nothing, update(ERASURE).where(ERASURE.c.id == _p("of")).values(done_at=_p("at")))
REMEMBER = Statement(
    nothing,
    (again := upsert(ERASED_ACCOUNT))
    .values({name: _p(name) for name in ("inbox_id", "salt", "digest", "at")})
    .on_conflict_do_update(
        index_elements=["inbox_id", "salt", "digest"], set_={"at": again.excluded.at}
    ),
)
SALTS = Statement(value, select(_e.salt).distinct().order_by(_e.salt))
IS_ERASED = Statement(
    value,
    select(_e.at).where(
        _e.inbox_id == _p("inbox_id"), _e.salt == _p("of_salt"), _e.digest == _p("of_digest")
    ),
)


def digest_of(salt: str, inbox_id: str, name: str) -> str:
    """Return the hash of what a network calls an account, or what was set aside is known by."""
    return hashlib.sha256(f"{salt}\n{inbox_id}\n{name}".encode()).hexdigest()


def was_erased(tx: Tx, inbox_id: str, name: str) -> bool:
    """Say whether an account was erased once, whoever it is now, or something set aside."""
    return any(
        tx.one(
            IS_ERASED,
            inbox_id=inbox_id,
            of_salt=salt,
            of_digest=digest_of(salt, inbox_id, name),
        )
        for salt in tx.all(SALTS)
    )
