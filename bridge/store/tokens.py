"""Queries about API tokens. One of an agent who has left, or that has expired, is none."""

from typing import Any

from sqlalchemy import delete, or_, select, update

from bridge.models import AGENT, API_TOKEN, Agent, ApiToken
from bridge.models.base import Row, columns
from bridge.store.statement import Statement, adding, among, nothing, param, value

_p = param
_a = AGENT.c
_t = API_TOKEN.c

ADD_TOKEN = Statement(
    nothing,
    adding(API_TOKEN, "token_hash", "agent_id", "name", "scope", "created_at", "expires_at"),
)


class Bearer(Row, frozen=True, gc=False):
    """A token and whose it is."""

    token: ApiToken
    agent: Agent


_COLUMNS = columns(API_TOKEN, ApiToken)
_HOLDS = (
    or_(_t.expires_at.is_(None), _t.expires_at > _p("now")),
    _a.retired_at.is_(None),
)


def _bearer(*row: Any) -> Bearer:
    cut = len(_COLUMNS)
    return Bearer(ApiToken(*row[:cut]), Agent(*row[cut:]))


TOKEN_BY_HASH = Statement(
    _bearer,
    select(*_COLUMNS, *columns(AGENT, Agent))
    .join(AGENT, _a.id == _t.agent_id)
    .where(_t.token_hash == _p("token_hash"), *_HOLDS),
)
# `:ids` are hashes, a JSON array.
HELD_TOKENS = Statement(
    value,
    select(_t.token_hash).join(AGENT, _a.id == _t.agent_id).where(among(_t.token_hash), *_HOLDS),
)
TOKENS_OF = Statement(ApiToken, select(*_COLUMNS).where(_t.agent_id == _p("agent")).order_by(_t.id))
TOKEN_NAMED = Statement(
    ApiToken, select(*_COLUMNS).where(_t.agent_id == _p("agent"), _t.name == _p("name"))
)
TOKEN_USED = Statement(nothing, update(API_TOKEN).where(_t.id == _p("of")).values(used_at=_p("at")))
REVOKE_TOKEN = Statement(nothing, delete(API_TOKEN).where(_t.id == _p("of")))
END_TOKENS = Statement(nothing, delete(API_TOKEN).where(_t.agent_id == _p("of")))
