"""Queries about bots: what each has to answer."""

from sqlalchemy import select

from bridge.models import AGENT, CONVERSATION, MESSAGE
from bridge.store.statement import Statement, param, value

_p = param
_c = CONVERSATION.c
_m = MESSAGE.c

_HAS = (_c.assignee_id == _p("bot"),)
OWN_CONVERSATION = Statement(value, select(_c.id).where(_c.id == _p("id"), *_HAS))
OWN_MESSAGE = Statement(
    value,
    select(_m.id).join(CONVERSATION, _c.id == _m.conversation_id).where(_m.id == _p("id"), *_HAS),
)
OWN_CONTACT = Statement(value, select(_c.id).where(_c.contact_id == _p("id"), *_HAS).limit(1))
OPEN_OF_BOT = Statement(value, select(_c.id).where(*_HAS, _c.state == "open"))
BOTS = Statement(
    value, select(AGENT.c.id).where(AGENT.c.role == "bot", AGENT.c.retired_at.is_(None))
)
