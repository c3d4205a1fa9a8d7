"""Open sessions: whose there are, and the end of them, which every process is told of."""

from sqlalchemy import delete, or_, select

from bridge.models import AGENT, SESSION, Session
from bridge.models.base import columns
from bridge.store import log
from bridge.store.statement import Statement, nothing, param, value
from bridge.store.transactions import Tx

_p = param
_s = SESSION.c

# The kind of the event: whoever keeps a console of an agent open looks at sessions again.
SESSIONS_ENDED = "sessions.ended"

_HELD = (
    select(*columns(SESSION, Session))
    .join(AGENT, AGENT.c.id == _s.agent_id)
    .where(_s.expires_at > _p("now"), AGENT.c.retired_at.is_(None))
    .order_by(_s.used_at.desc(), _s.id.desc())
)
# What was used last stands first.
SESSIONS = Statement(Session, _HELD)
SESSIONS_OF = Statement(Session, _HELD.where(_s.agent_id == _p("agent")))
SESSION_BY_ID = Statement(Session, _HELD.where(_s.id == _p("id")))
_END = Statement(value, delete(SESSION).where(_s.token_hash == _p("of")).returning(_s.agent_id))
_END_ALL = Statement(
    nothing,
    delete(SESSION).where(
        _s.agent_id == _p("of"), or_(_p("but").is_(None), _s.token_hash != _p("but"))
    ),
)


def end_session(tx: Tx, hashed: str) -> None:
    """End the session of a token's hash, if there is one."""
    agent_id = tx.one(_END, of=hashed)
    if agent_id is not None:
        log.append(tx, SESSIONS_ENDED, private_to=agent_id)


def end_sessions(tx: Tx, agent_id: str, *, but: str | None = None) -> int:
    """End every session of an agent, but for the one of this token's hash; return how many."""
    ended = tx.run(_END_ALL, of=agent_id, but=but)
    if ended:
        log.append(tx, SESSIONS_ENDED, private_to=agent_id)
    return ended
