"""Queries about agents, as the YAML declares them."""

from sqlalchemy import select, update

from bridge.models import AGENT, SIGN_IN_LINK, Agent
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, nothing, param, value

_p = param
_a = AGENT.c
_ALL = columns(AGENT, Agent)

PUT_AGENT = Statement(
    nothing,
    (new := upsert(AGENT))
    .values(id=_p("id"), name=_p("name"), email=_p("email"), role=_p("role"))
    .on_conflict_do_update(
        index_elements=["id"],
        set_={
            "name": new.excluded.name,
            "email": new.excluded.email,
            "role": new.excluded.role,
            "retired_at": None,
        },
    ),
)
AGENT_BY_ID = Statement(Agent, select(*_ALL).where(_a.id == _p("id")))
AGENTS = Statement(Agent, select(*_ALL).order_by(_a.id))
AGENT_IDS = Statement(value, select(_a.id).where(_a.retired_at.is_(None)))
RETIRE_AGENT = Statement(
    nothing, update(AGENT).where(_a.id == _p("of")).values(retired_at=_p("at"))
)
SET_PHOTO = Statement(
    nothing, update(AGENT).where(_a.id == _p("of")).values(photo_id=_p("photo_id"))
)
END_LINKS = Statement(nothing, SIGN_IN_LINK.delete().where(SIGN_IN_LINK.c.agent_id == _p("of")))
