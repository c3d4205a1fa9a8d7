"""Queries about what a customer sees of their own conversations."""

from sqlalchemy import func, select

from bridge.models import CONVERSATION, DELIVERY, MESSAGE, Message
from bridge.models.base import columns
from bridge.store.statement import Statement, param, value

_p = param
_m = MESSAGE.c
_ALL = columns(MESSAGE, Message)
NO_BOUND = 2**62

_thread = (
    select(*_ALL)
    .join(CONVERSATION, CONVERSATION.c.id == _m.conversation_id)
    .where(
        CONVERSATION.c.identity_id == _p("identity_id"),
        CONVERSATION.c.thread == _p("thread"),
        _m.kind != "note",
    )
    .limit(_p("limit"))
)
THREAD_BEFORE = Statement(Message, _thread.where(_m.id < _p("bound")).order_by(_m.id.desc()))
THREAD_AFTER = Statement(Message, _thread.where(_m.id > _p("bound")).order_by(_m.id))
LAST_SPOKEN = Statement(
    Message,
    select(*_ALL)
    .where(_m.conversation_id == _p("conversation_id"), _m.kind.in_(("incoming", "outgoing")))
    .order_by(_m.id.desc())
    .limit(1),
)
# What was sent to the customer and not yet reported read.
UNREAD_BY_CUSTOMER = Statement(
    value,
    select(func.count(_m.id.distinct()))
    .join(DELIVERY, DELIVERY.c.message_id == _m.id)
    .where(
        _m.conversation_id == _p("conversation_id"),
        _m.kind == "outgoing",
        _m.deleted_at.is_(None),
        DELIVERY.c.action == "send",
        DELIVERY.c.state != "read",
    ),
)
