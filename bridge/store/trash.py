"""Queries about what was deleted, restored and purged."""

from typing import NamedTuple

from sqlalchemy import case, delete, exists, func, select, update

from bridge.models import (
    ALBUM_ITEM,
    ATTACHMENT,
    BLOCK,
    CONVERSATION,
    DELETED_CONVERSATION,
    DELIVERY,
    IDENTITY,
    MESSAGE,
    PURGED_MESSAGE,
    TIMER,
    DeletedConversation,
    Delivery,
)
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, adding, among, nothing, param, value

_p = param
_c = CONVERSATION.c
_d = DELETED_CONVERSATION.c
_m = MESSAGE.c
_x = DELIVERY.c

# --- deleted, and back --------------------------------------------------------------------

# A claim with the expected state, as everywhere: of two at once exactly one wins.
DELETE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.state == _p("was"))
    .values(
        state="deleted",
        assignee_id=case((_c.state == "open", None), else_=_c.assignee_id),
        waiting_since=None,
        asked_at=None,
        paused_at=case((_c.snoozed_until.is_not(None), None), else_=_c.paused_at),
        snoozed_until=None,
        snoozed_by=None,
    ),
)
KEEP_DELETED = Statement(
    nothing, adding(DELETED_CONVERSATION, "conversation_id", "agent_id", "at", "was")
)
DELETED = Statement(
    DeletedConversation,
    select(*columns(DELETED_CONVERSATION, DeletedConversation)).where(
        _d.conversation_id == _p("conversation_id")
    ),
)
DELETED_BEFORE = Statement(
    value,
    select(_d.conversation_id).where(_d.at <= _p("before")).order_by(_d.at).limit(_p("limit")),
)
FORGET_DELETED = Statement(
    nothing,
    delete(DELETED_CONVERSATION).where(_d.conversation_id == _p("of")),
)
RESTORE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.state == "deleted")
    .values(state=_p("state"), waiting_since=_p("waiting_since"), closed_at=_p("closed_at")),
)
CLEAR_TIMERS = Statement(nothing, delete(TIMER).where(TIMER.c.subject == _p("subject")))

# Written twice: the index of what waits has both states in its condition. Taking back what
# a customer has is no message to anybody, and goes on.
_UNSENT = (_x.state.in_(("queued", "sending")), _x.state == "queued", _x.action != "delete")
UNSENT_IN = Statement(
    Delivery,
    select(*columns(DELIVERY, Delivery)).where(
        _x.conversation_id == _p("conversation_id"), *_UNSENT
    ),
)
COUNT_UNSENT = Statement(
    value,
    select(func.count(_x.message_id.distinct())).where(among(_x.conversation_id), *_UNSENT),
)
CALL_OFF = Statement(
    nothing,
    update(DELIVERY)
    .where(_x.id == _p("of"), _x.state == "queued")
    .values(state="failed", reason="deleted", detail=None, changed_at=_p("at")),
)

# --- purged -------------------------------------------------------------------------------


class Purged(NamedTuple):
    """Of a message, what is to be undone elsewhere."""

    id: int
    text: str
    deleted_at: int | None


class Named(NamedTuple):
    """What a network calls a message, in one of its accounts."""

    inbox_id: str
    external_id: str


PURGE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.state == "deleted")
    .values(state="purged", waiting_since=None),
)
# What is on the wire is to have its end first: its worker still speaks of it.
_ON_THE_WIRE = exists().where(
    _x.conversation_id == _c.id, _x.state.in_(("queued", "sending")), _x.state == "sending"
)
TO_PURGE = Statement(
    value,
    select(_c.id).where(_c.state == "purged", ~_ON_THE_WIRE).order_by(_c.last_at).limit(1),
)
MESSAGES_OF = Statement(
    Purged,
    select(*(_m[name] for name in Purged._fields))
    .where(_m.conversation_id == _p("conversation_id"))
    .order_by(_m.id)
    .limit(_p("limit")),
)
NAMES_OF = Statement(
    Named,
    select(_m.inbox_id, _m.external_id)
    .where(among(_m.id), _m.external_id.is_not(None))
    .union(
        select(ALBUM_ITEM.c.inbox_id, ALBUM_ITEM.c.external_id).where(
            among(ALBUM_ITEM.c.message_id)
        )
    ),
)
CONTENTS_OF = Statement(
    value,
    select(ATTACHMENT.c.sha256)
    .distinct()
    .where(among(ATTACHMENT.c.message_id), ATTACHMENT.c.sha256 != ""),
)
REMEMBER_PURGED = Statement(
    nothing,
    upsert(PURGED_MESSAGE)
    .values(inbox_id=_p("inbox_id"), digest=_p("digest"))
    .on_conflict_do_nothing(),
)
WAS_PURGED = Statement(
    value,
    select(
        exists().where(
            PURGED_MESSAGE.c.inbox_id == _p("inbox_id"), PURGED_MESSAGE.c.digest == _p("digest")
        )
    ),
)
MARK_SENDERS = Statement(
    nothing,
    update(IDENTITY)
    .where(IDENTITY.c.id.in_(select(_m.identity_id).where(among(_m.id))))
    .values(purged_at=_p("at")),
)
# What quotes them goes on without the quote.
UNQUOTE = Statement(nothing, update(MESSAGE).where(among(_m.reply_to_id)).values(reply_to_id=None))
# With them go their revisions, attachments, deliveries, receipts and notices.
DROP_MESSAGES = Statement(nothing, delete(MESSAGE).where(among(_m.id)))
LEAVE_BLOCKS = Statement(
    nothing,
    update(BLOCK).where(BLOCK.c.conversation_id == _p("of")).values(conversation_id=None),
)
DROP_CONVERSATION = Statement(nothing, delete(CONVERSATION).where(_c.id == _p("of")))
