"""Queries about conversations, participants, read marks and drafts."""

from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from bridge.models import (
    CONVERSATION,
    DRAFT,
    PARTICIPANT,
    QUICK_REPLY,
    READ_MARK,
    Conversation,
    Draft,
    QuickReply,
    ReadMark,
)
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, insertion, nothing, param, value

_p = param
_ALL = columns(CONVERSATION, Conversation)
_c = CONVERSATION.c

ADD_CONVERSATION = insertion(
    CONVERSATION,
    [
        "inbox_id",
        "identity_id",
        "contact_id",
        "thread",
        "state",
        "language",
        "created_at",
        "last_at",
    ],
)
CONVERSATION_BY_ID = Statement(Conversation, select(*_ALL).where(_c.id == _p("id")))
OPEN_IN_THREAD = Statement(
    Conversation,
    select(*_ALL).where(
        _c.identity_id == _p("identity_id"), _c.thread == _p("thread"), _c.state == "open"
    ),
)
LATEST_IN_THREAD = Statement(
    Conversation,
    select(*_ALL)
    .where(_c.identity_id == _p("identity_id"), _c.thread == _p("thread"))
    .order_by(_c.id.desc())
    .limit(1),
)
CONVERSATIONS_OF_IDENTITY = Statement(
    Conversation,
    select(*_ALL).where(_c.identity_id == _p("identity_id")).order_by(_c.last_at.desc()).limit(200),
)
OPEN_OF_IDENTITY = Statement(
    Conversation,
    select(*_ALL).where(_c.identity_id == _p("identity_id"), _c.state == "open"),
)
SET_THREAD = Statement(
    nothing, update(CONVERSATION).where(_c.id == _p("of")).values(thread=_p("thread"))
)
IDS_OF_CONTACT = Statement(value, select(_c.id).where(_c.contact_id == _p("contact_id")))


def customer_wrote(message_id: ColumnElement[int], at: ColumnElement[int]) -> dict[str, Any]:
    """Return what a customer's message makes of the columns of its conversation."""
    return {
        "last_at": at,
        "last_message_id": message_id,
        "last_by": "customer",
        "incoming_count": _c.incoming_count + 1,
        "waiting_since": func.coalesce(_c.waiting_since, at),
        "asked_at": None,
    }


# What a new message does to its conversation; one statement, for the hot path.
CUSTOMER_WROTE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"))
    .values(customer_wrote(_p("message_id"), _p("at"))),
)
AGENT_WROTE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"))
    .values(
        last_at=_p("at"),
        last_message_id=_p("message_id"),
        waiting_since=None,
        asked_at=None,
        last_by="agent",
        answered_by="agent",
    ),
)
# The customer still waits for a person, and their own words are the last that count.
PROGRAM_ANSWERED = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.answered_by.is_(None))
    .values(answered_by="program"),
)
NOTE_WRITTEN = Statement(
    nothing,
    update(CONVERSATION).where(_c.id == _p("of")).values(last_message_id=_p("message_id")),
)

# Claims are made with the expected state, so that of two at once exactly one wins (D11).
TAKE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.assignee_id.is_(None), _c.state == "open")
    .values(
        assignee_id=_p("agent"),
        opened_at=func.coalesce(_c.opened_at, _p("at")),
        active_at=_p("at"),
    ),
)
SET_ASSIGNEE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.assignee_id.is_not_distinct_from(_p("expected")))
    .values(
        assignee_id=_p("agent"),
        opened_at=func.coalesce(_c.opened_at, _p("at")),
        active_at=_p("at"),
    ),
)
MOVE_WAITS = Statement(
    nothing,
    update(CONVERSATION)
    .where(
        or_(
            _c.waiting_since.is_not(None),
            _c.paused_at.is_not(None),
            _c.passed_on_from.is_not(None),
        )
    )
    .values(
        waiting_since=_c.waiting_since + _p("by"),
        active_at=_c.active_at + _p("by"),
        paused_at=_c.paused_at + _p("by"),
        passed_on_from=_c.passed_on_from + _p("by"),
    ),
)
RELEASE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.assignee_id == _p("expected"))
    .values(assignee_id=None, given_back_by=_c.assignee_id),
)
CLOSE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.state == "open")
    .values(
        state="closed",
        closed_at=_p("at"),
        closed_by=_p("by"),
        waiting_since=None,
        status_id=_p("status"),
        paused_at=None,
        snoozed_until=None,
        snoozed_by=None,
    ),
)
REOPEN = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.state == "closed")
    .values(
        state="open",
        closed_at=None,
        closed_by=None,
        asked_at=None,
        assignee_id=_p("assignee"),
        status_id=None,
    ),
)
SNOOZE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.state == "open")
    .values(snoozed_until=_p("until"), snoozed_by=_p("by")),
)
SET_ITEM = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"))
    .values(item_label=_p("label"), item_url=_p("url")),
)
OPENED = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.opened_at.is_(None))
    .values(opened_at=_p("at")),
)
HELD_BY = Statement(
    Conversation, select(*_ALL).where(_c.assignee_id == _p("agent"), _c.state == "open")
)

PARTICIPANTS = Statement(
    value,
    select(PARTICIPANT.c.agent_id)
    .where(PARTICIPANT.c.conversation_id == _p("conversation_id"))
    .order_by(PARTICIPANT.c.added_at, PARTICIPANT.c.agent_id),
)
ADD_PARTICIPANT = Statement(
    nothing,
    upsert(PARTICIPANT)
    .values(conversation_id=_p("conversation_id"), agent_id=_p("agent_id"), added_at=_p("at"))
    .on_conflict_do_nothing(),
)
DROP_PARTICIPANT = Statement(
    nothing,
    delete(PARTICIPANT).where(
        PARTICIPANT.c.conversation_id == _p("conversation_id"),
        PARTICIPANT.c.agent_id == _p("agent_id"),
    ),
)

LEAVE_ALL = Statement(nothing, delete(PARTICIPANT).where(PARTICIPANT.c.agent_id == _p("of")))

READ_MARK_OF = Statement(
    ReadMark,
    select(*columns(READ_MARK, ReadMark)).where(
        READ_MARK.c.agent_id == _p("agent_id"),
        READ_MARK.c.conversation_id == _p("conversation_id"),
    ),
)
READ_MARKS_IN = Statement(
    ReadMark,
    select(*columns(READ_MARK, ReadMark)).where(
        READ_MARK.c.conversation_id == _p("conversation_id")
    ),
)
PUT_READ_MARK = Statement(
    nothing,
    (mark := upsert(READ_MARK))
    .values(
        agent_id=_p("agent_id"),
        conversation_id=_p("conversation_id"),
        seen=_p("seen"),
        message_id=_p("message_id"),
        updated_at=_p("at"),
    )
    .on_conflict_do_update(
        index_elements=["agent_id", "conversation_id"],
        set_={
            "seen": mark.excluded.seen,
            "message_id": mark.excluded.message_id,
            "updated_at": mark.excluded.updated_at,
        },
    ),
)

DRAFT_OF = Statement(
    Draft,
    select(*columns(DRAFT, Draft)).where(
        DRAFT.c.agent_id == _p("agent_id"),
        DRAFT.c.conversation_id == _p("conversation_id"),
        DRAFT.c.kind == _p("kind"),
    ),
)
PUT_DRAFT = Statement(
    nothing,
    (draft := upsert(DRAFT))
    .values(
        agent_id=_p("agent_id"),
        conversation_id=_p("conversation_id"),
        kind=_p("kind"),
        text=_p("text"),
        revision=_p("revision"),
        updated_at=_p("at"),
    )
    .on_conflict_do_update(
        index_elements=["agent_id", "conversation_id", "kind"],
        set_={
            "text": draft.excluded.text,
            "revision": draft.excluded.revision,
            "updated_at": draft.excluded.updated_at,
        },
    ),
)

QUICK_REPLIES = Statement(
    QuickReply, select(*columns(QUICK_REPLY, QuickReply)).order_by(QUICK_REPLY.c.shortcut)
)
ADD_QUICK_REPLY = insertion(QUICK_REPLY, ["shortcut", "text", "agent_id", "created_at"])
