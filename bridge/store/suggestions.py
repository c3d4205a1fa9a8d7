"""What was said aloud in a conversation: by its customer, and by agents to them."""

from sqlalchemy import and_, or_, select

from bridge.models import MESSAGE, Message
from bridge.models.base import columns
from bridge.store.statement import Statement, param

_p = param
_m = MESSAGE.c

SPOKEN = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .where(
        _m.conversation_id == _p("conversation_id"),
        or_(_m.kind == "incoming", and_(_m.kind == "outgoing", _m.agent_id.is_not(None))),
        _m.deleted_at.is_(None),
        _m.flood_id.is_(None),
        _m.text != "",
    )
    .order_by(_m.id.desc())
    .limit(_p("limit")),
)
