"""Queries about tickets."""

from sqlalchemy import select, update

from bridge.models import TICKET, Ticket
from bridge.models.base import columns
from bridge.store.statement import Statement, among, insertion, nothing, param

_p = param
_t = TICKET.c
_row = select(*columns(TICKET, Ticket))

ADD_TICKET = insertion(
    TICKET,
    ["conversation_id", "message_id", "agent_id", "target", "title", "state", "created_at"],
)
SET_CALL = Statement(nothing, update(TICKET).where(_t.id == _p("of")).values(call_id=_p("call_id")))
TICKET_BY_ID = Statement(Ticket, _row.where(_t.id == _p("id")))
TICKET_OF_CALL = Statement(Ticket, _row.where(_t.call_id == _p("call_id")))
TICKETS_IN = Statement(Ticket, _row.where(among(_t.message_id)))
SET_TICKET_STATE = Statement(
    nothing,
    update(TICKET)
    .where(_t.id == _p("of"))
    .values(state=_p("state"), reason=_p("reason"), url=_p("url")),
)
