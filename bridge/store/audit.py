"""Queries of the audit trail. It is added to and, once it is old, forgotten: never changed.

Its two ends stand in `meta`, each as "<id> <hash>": the last act, and the last one that was
forgotten.
"""

from sqlalchemy import BigInteger, Text, cast, delete, func, or_, select

from bridge.models import AUDIT, MESSAGE, META, AuditLink, AuditRow
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, insertion, nothing, param, value

_p = param
_a = AUDIT.c

HEAD = "audit_head"
ROOT = "audit_root"
# Writing it first keeps others from adding to the chain until this transaction has.
HOLD_HEAD = Statement(
    value,
    (head := upsert(META))
    .values(key=HEAD, value="")
    .on_conflict_do_update(index_elements=["key"], set_={"value": META.c.value})
    .returning(META.c.value),
)
ADD = insertion(
    AUDIT,
    (
        "at",
        "agent_id",
        "action",
        "subject",
        "surface",
        "address",
        "detail",
        "after_hash",
        "hash",
    ),
)
# In the order of the chain.
LINKS = Statement(AuditLink, select(*columns(AUDIT, AuditLink)).order_by(_a.id))
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
# From the oldest on, up to the first that is young: a clock that was set back leaves no hole.
_YOUNG = select(func.min(_a.id)).where(_a.at >= _p("before")).scalar_subquery()
LAST_OLD = Statement(
    AuditLink,
    select(*columns(AUDIT, AuditLink))
    .where(_a.at < _p("before"), or_(_YOUNG.is_(None), _a.id < _YOUNG))
    .order_by(_a.id.desc())
    .limit(1),
)
FORGET = Statement(nothing, delete(AUDIT).where(_a.id <= _p("up_to")))
