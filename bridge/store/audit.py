"""Queries of the audit trail. It is added to and, once it is old, forgotten: never changed."""

from sqlalchemy import BigInteger, Text, cast, delete, or_, select

from bridge.models import AUDIT, MESSAGE, AuditRow
from bridge.models.base import columns
from bridge.store.statement import Statement, adding, nothing, param

_p = param
_a = AUDIT.c

ADD = Statement(
    nothing, adding(AUDIT, "at", "agent_id", "action", "subject", "surface", "address", "detail")
)
_OF_PERIOD = (
    select(*columns(AUDIT, AuditRow))
    .where(_a.id < _p("before"), _a.at >= _p("since"), _a.at < _p("until"))
    .order_by(_a.id.desc())
    .limit(_p("limit"))
)
# The latest first; whose or which acts, each by an index of its own.
OF_ALL = Statement(AuditRow, _OF_PERIOD)
OF_AGENT = Statement(
    AuditRow,
    _OF_PERIOD.where(
        _a.agent_id == _p("agent"), or_(_p("action").is_(None), _a.action == _p("action"))
    ),
)
OF_ACTION = Statement(AuditRow, _OF_PERIOD.where(_a.action == _p("action")))
_NUMBER = cast(cast(_p("conversation"), BigInteger), Text)
_IN_IT = _a.subject.in_(
    select("message:" + cast(MESSAGE.c.id, Text)).where(
        MESSAGE.c.conversation_id == _p("conversation")
    )
)
# Whatever is asked for at once; what is null narrows nothing.
FOUND = Statement(
    AuditRow,
    _OF_PERIOD.where(
        or_(_p("agent").is_(None), _a.agent_id == _p("agent")),
        or_(_p("action").is_(None), _a.action == _p("action")),
        or_(_p("conversation").is_(None), _a.subject == "conversation:" + _NUMBER, _IN_IT),
    ),
)
FORGET = Statement(nothing, delete(AUDIT).where(_a.at < _p("before")))
