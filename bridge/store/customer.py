"""Queries about what a customer sees of their own conversations."""

from sqlalchemy import func, select

from bridge.models import CONVERSATION, DELIVERY, MESSAGE, Message
from bridge.models.base import columns
from bridge.store.statement import Statement, param, value

_p = param
_m = MESSAGE.c
_ALL = columns(MESSAGE, Message)
NO_BOUND = 2**62

IDS_IN_THREAD = Statement(
    value,
    select(CONVERSATION.c.id)
    .where(
        CONVERSATION.c.identity_id == _p("identity_id"),
        CONVERSATION.c.thread == _p("thread"),
        CONVERSATION.c.state != "purged",
    )
    .order_by(CONVERSATION.c.id),
)
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
    select(func.count(DELIVERY.c.message_id.distinct()))
    .join(MESSAGE, _m.id == DELIVERY.c.message_id)
    .where(
        DELIVERY.c.conversation_id == _p("conversation_id"),
        DELIVERY.c.action == "send",
        DELIVERY.c.state != "read",
        _m.deleted_at.is_(None),
    ),
)
