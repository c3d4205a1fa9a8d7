"""Queries about the network addresses of visitors, which are kept for a time of their own."""

from typing import NamedTuple

from sqlalchemy import func, literal, select, update

from bridge.models import IDENTITY, QUARANTINE, VISIT
from bridge.store.spoken import member
from bridge.store.statement import Statement, among, nothing, param, value

_p = param
_v = VISIT.c
_q = QUARANTINE.c


class Told(NamedTuple):
    """What is known of a visit, as JSON, and whose it is."""

    identity_id: int
    contact_id: int
    facts: str


class Aside(NamedTuple):
    """One thing that was set aside, as it is kept."""

    id: int
    raw: bytes


# Who is on the site is seen all the time, though nothing moves.
_OVER = (
    _v.seen_at <= _p("before"),
    _v.online_since.is_(None),
    member(_v.facts, literal("ip")).is_not(None),
)

LAST_VISITOR = Statement(value, select(func.coalesce(func.max(_v.identity_id), 0)))
# No index has the age: one would cost each visit more than a look along the key, which has an end.
VISITORS_OVER = Statement(
    value,
    select(_v.identity_id)
    .where(_v.identity_id > _p("after"), _v.identity_id <= _p("up_to"), *_OVER)
    .order_by(_v.identity_id),
)
VISITS_OVER = Statement(
    Told,
    select(_v.identity_id, IDENTITY.c.contact_id, _v.facts)
    .join(IDENTITY, IDENTITY.c.id == _v.identity_id)
    .where(among(_v.identity_id), *_OVER),
)
SET_FACTS = Statement(
    nothing, update(VISIT).where(_v.identity_id == _p("of")).values(facts=_p("facts"))
)

ASIDE_OVER = Statement(
    Aside,
    select(_q.id, _q.raw)
    .where(_q.id > _p("after"), _q.last_at <= _p("before"))
    .order_by(_q.id)
    .limit(_p("limit")),
)
# What it is known by stays: the same thing that comes again is still the same.
SET_RAW = Statement(
    nothing,
    update(QUARANTINE).where(_q.id == _p("of")).values(raw=_p("raw"), kept=_p("kept")),
)
