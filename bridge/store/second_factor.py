"""Queries about second factors and the codes for when they are lost."""

from sqlalchemy import delete, func, or_, select, update

from bridge.models import AGENT, RECOVERY_CODE, SECOND_FACTOR, SecondFactor
from bridge.models.base import Row, columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, adding, nothing, param

_p = param
_f = SECOND_FACTOR.c
_r = RECOVERY_CODE.c

FACTOR = Statement(
    SecondFactor,
    select(*columns(SECOND_FACTOR, SecondFactor)).where(_f.agent_id == _p("agent")),
)
# One that was begun and not confirmed is begun anew; one that counts is left as it is.
BEGIN = Statement(
    nothing,
    (new := upsert(SECOND_FACTOR))
    .values(agent_id=_p("agent_id"), secret=_p("secret"))
    .on_conflict_do_update(
        index_elements=["agent_id"],
        set_={"secret": new.excluded.secret},
        where=_f.confirmed_at.is_(None),
    ),
)
# `:secret` is the one that was looked at: of two set-ups at once, one is confirmed.
CONFIRM = Statement(
    nothing,
    update(SECOND_FACTOR)
    .where(_f.agent_id == _p("of"), _f.confirmed_at.is_(None), _f.secret == _p("secret"))
    .values(confirmed_at=_p("now"), last_step=_p("step")),
)
# Claimed with the expected state: of two who send a code at once, one gets in.
SPEND_STEP = Statement(
    nothing,
    update(SECOND_FACTOR)
    .where(
        _f.agent_id == _p("of"),
        _f.confirmed_at.is_not(None),
        or_(_f.last_step.is_(None), _f.last_step < _p("step")),
    )
    .values(last_step=_p("step")),
)
DROP = Statement(nothing, delete(SECOND_FACTOR).where(_f.agent_id == _p("of")))

ADD_RECOVERY_CODE = Statement(nothing, adding(RECOVERY_CODE, "agent_id", "code_hash"))
SPEND_RECOVERY_CODE = Statement(
    nothing,
    update(RECOVERY_CODE)
    .where(_r.agent_id == _p("of"), _r.code_hash == _p("code_hash"), _r.used_at.is_(None))
    .values(used_at=_p("now")),
)
DROP_RECOVERY_CODES = Statement(nothing, delete(RECOVERY_CODE).where(_r.agent_id == _p("of")))


class Standing(Row, frozen=True, gc=False):
    """Whose second factor counts since when, and how many recovery codes they have left."""

    agent_id: str
    confirmed_at: int
    recovery_left: int


_LEFT = (
    select(func.count())
    .where(_r.agent_id == _f.agent_id, _r.used_at.is_(None))
    .correlate(SECOND_FACTOR)
    .scalar_subquery()
)
_STANDING = (
    select(_f.agent_id, _f.confirmed_at, _LEFT)
    .join(AGENT, AGENT.c.id == _f.agent_id)
    .where(_f.confirmed_at.is_not(None), AGENT.c.retired_at.is_(None))
    .order_by(_f.agent_id)
)
STANDINGS = Statement(Standing, _STANDING)
STANDING_OF = Statement(Standing, _STANDING.where(_f.agent_id == _p("agent")))
