"""Bringing the rows of agents and inboxes in line with the YAML that declares them.

An id that vanished from the YAML is retired, not deleted: an agent's sessions end and
their conversations are released; an inbox keeps its outbox (DESIGN.md, Ids that vanish).
"""

import logging

import msgspec

from bridge.settings import Settings
from bridge.store import conversations as q
from bridge.store import desk, log
from bridge.store import people as p
from bridge.store.teams import LEAVE_TEAMS
from bridge.store.transactions import Tx
from routing import conversations

_log = logging.getLogger(__name__)


def declare(tx: Tx, settings: Settings) -> None:
    """Make the declared agents and inboxes, and retire the others."""
    _declare_agents(tx, settings)
    _declare_inboxes(tx, settings)
    known = msgspec.json.encode(list(settings.teams)).decode()
    if left := tx.run(LEAVE_TEAMS, ids=known):
        _log.warning("%d open conversations were of teams that are gone: of nobody's now", left)
    # Nobody is on the site before their browser says so again.
    tx.run(p.END_VISITS)
    log.append(tx, "agents.changed")


def _declare_agents(tx: Tx, settings: Settings) -> None:
    for agent_id in set(tx.all(desk.AGENT_IDS)) - set(settings.agents):
        tx.run(desk.RETIRE_AGENT, of=agent_id, at=tx.now)
        tx.run(desk.END_SESSIONS, of=agent_id)
        tx.run(desk.END_LINKS, of=agent_id)
        tx.run(q.LEAVE_ALL, of=agent_id)
        for held in tx.all(q.HELD_BY, agent=agent_id):
            conversations.release(tx, held, by=agent_id)
    for agent_id, agent in settings.agents.items():
        tx.run(desk.PUT_AGENT, id=agent_id, name=agent.name, email=agent.email, role=agent.role)


def _declare_inboxes(tx: Tx, settings: Settings) -> None:
    for inbox_id in set(tx.all(p.INBOX_IDS)) - set(settings.channels):
        tx.run(p.RETIRE_INBOX, of=inbox_id, at=tx.now)
    for inbox_id, inbox in settings.channels.items():
        tx.run(p.PUT_INBOX, id=inbox_id, kind=inbox.type, name=inbox.name)
