"""Ending sessions, one's own or, as an owner or on the command line, anybody's."""

from agent_console.audit import By, Deed, record
from bridge.store.sessions import SESSION_BY_ID, end_session, end_sessions
from bridge.store.transactions import Tx


def end_one(tx: Tx, by: By, session_id: int, *, of: str | None = None) -> bool:
    """End a session, of this agent's where one is named; say whether there was one."""
    found = tx.one(SESSION_BY_ID, id=session_id, now=tx.now)
    if found is None or of not in (None, found.agent_id):
        return False
    end_session(tx, found.token_hash)
    record(tx, by, _deed(found.agent_id, 1))
    return True


def end_all(tx: Tx, by: By, agent_id: str, *, but: str | None = None) -> int:
    """End an agent's sessions, but for the one of this token's hash; return how many."""
    ended = end_sessions(tx, agent_id, but=but)
    if ended:
        record(tx, by, _deed(agent_id, ended))
    return ended


def _deed(agent_id: str, ended: int) -> Deed:
    return Deed("sessions_ended", f"agent:{agent_id}", {"sessions": ended})
