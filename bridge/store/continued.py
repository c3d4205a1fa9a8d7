"""Queries about conversations that go on in another inbox than the one they began in."""

from sqlalchemy import or_, select, update

from bridge.models import CONVERSATION, DELIVERY, MESSAGE, Delivery, Message
from bridge.models.base import columns
from bridge.store.statement import Statement, nothing, param, value

_p = param
_d = DELIVERY.c
_m = MESSAGE.c
_ALL = columns(DELIVERY, Delivery)

CONTINUED = Statement(
    Delivery,
    select(*_ALL)
    .where(_d.conversation_id == _p("conversation_id"), _d.action == "continue")
    .order_by(_d.id),
)
HAS_TROUBLE = Statement(
    value,
    select(_d.id)
    .where(
        _d.conversation_id == _p("conversation_id"),
        _d.action == "continue",
        or_(_d.state == "failed", _d.state == "uncertain"),
    )
    .limit(1),
)
# What agents and the program have said that the customer's own network has not shown yet.
UNSEEN = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .where(
        _m.kind == "outgoing",
        _m.deleted_at.is_(None),
        _m.created_at >= _p("since"),
        _m.id.in_(
            select(_d.message_id).where(
                _d.conversation_id == _p("conversation_id"),
                _d.message_id > _p("after"),
                _d.action == "send",
                _d.state != "read",
            )
        ),
    )
    .order_by(_m.id),
)
LAST_SAID = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .where(_m.conversation_id == _p("conversation_id"), _m.kind == "incoming")
    .order_by(_m.id.desc())
    .limit(1),
)
# What has come into a conversation from an inbox that is not its own.
CAME_BY = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .join(CONVERSATION, CONVERSATION.c.id == _m.conversation_id)
    .where(
        _m.conversation_id == _p("conversation_id"),
        _m.kind == "incoming",
        _m.inbox_id == _p("place"),
        CONVERSATION.c.inbox_id != _p("place"),
    )
    .order_by(_m.id.desc())
    .limit(50),
)
REWRITE = Statement(
    nothing,
    update(DELIVERY).where(_d.id == _p("of"), _d.state == "queued").values(body=_p("body")),
)
EMPTY = Statement(
    nothing,
    update(DELIVERY)
    .where(_d.id == _p("of"), _d.state == "queued")
    .values(state="failed", reason="deleted", detail=None, changed_at=_p("at")),
)
