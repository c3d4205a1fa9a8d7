"""Queries about agents' accounts on staff surfaces, and the codes by which they are linked."""

from sqlalchemy import delete, select, update

from bridge.models import AGENT, AGENT_LINK, AGENT_LINK_CODE, Agent, AgentLink
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, adding, nothing, param, value

_p = param
_a = AGENT.c
_l = AGENT_LINK.c
_c = AGENT_LINK_CODE.c
_NAMES = ("agent_id", "kind", "account", "linked_at")

PUT_LINK = Statement(
    nothing,
    (new := upsert(AGENT_LINK))
    .values(**{name: _p(name) for name in _NAMES})
    .on_conflict_do_update(
        index_elements=["kind", "account"],
        set_={"agent_id": new.excluded.agent_id, "linked_at": new.excluded.linked_at},
    ),
)
LINKED = Statement(
    Agent,
    select(*columns(AGENT, Agent))
    .join(AGENT_LINK, _l.agent_id == _a.id)
    .where(_l.kind == _p("kind"), _l.account == _p("account"), _a.retired_at.is_(None)),
)
LINKS = Statement(AgentLink, select(*columns(AGENT_LINK, AgentLink)).order_by(_l.id))
LINKS_OF = Statement(
    AgentLink,
    select(*columns(AGENT_LINK, AgentLink)).where(_l.agent_id == _p("agent")).order_by(_l.id),
)
DROP_LINK = Statement(nothing, delete(AGENT_LINK).where(_l.id == _p("of")))
END_ACCOUNTS = Statement(nothing, delete(AGENT_LINK).where(_l.agent_id == _p("of")))

ADD_CODE = Statement(nothing, adding(AGENT_LINK_CODE, "code_hash", "agent_id", "expires_at"))
CODE = Statement(
    value,
    select(_c.agent_id)
    .join(AGENT, _a.id == _c.agent_id)
    .where(
        _c.code_hash == _p("code_hash"),
        _c.used_at.is_(None),
        _c.expires_at > _p("now"),
        _a.retired_at.is_(None),
    ),
)
# Claimed with the expected state: of two who send a code at once, one is linked.
CLAIM_CODE = Statement(
    nothing,
    update(AGENT_LINK_CODE)
    .where(_c.code_hash == _p("of"), _c.used_at.is_(None), _c.expires_at > _p("now"))
    .values(used_at=_p("now")),
)
FORGET_CODES = Statement(nothing, delete(AGENT_LINK_CODE).where(_c.expires_at <= _p("before")))
END_CODES = Statement(nothing, delete(AGENT_LINK_CODE).where(_c.agent_id == _p("of")))
