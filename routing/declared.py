"""Bringing the rows of what the YAML declares in line with it: agents, inboxes, topics, tags.

An id that vanished from the YAML is retired, not deleted: an agent's sessions end and
their conversations are released; an inbox keeps its outbox; topics and tags stay where
they were given (DESIGN.md, Ids that vanish).
"""

import logging

import msgspec

from bridge.settings import LocalText, Settings
from bridge.store import conversations as q
from bridge.store import desk, log
from bridge.store import links as a
from bridge.store import people as p
from bridge.store import sorting as s
from bridge.store.sessions import end_sessions
from bridge.store.teams import LEAVE_TEAMS
from bridge.store.tokens import END_TOKENS
from bridge.store.transactions import Tx
from routing import conversations, giving, presence, sight, statuses
from routing.teams import teams_of

_log = logging.getLogger(__name__)


def declare(tx: Tx, settings: Settings) -> None:
    """Make what is declared, and retire the others."""
    _declare_agents(tx, settings)
    _declare_inboxes(tx, settings)
    _declare_topics(tx, settings)
    _declare_tags(tx, settings)
    statuses.declare(tx, settings)
    known = msgspec.json.encode(list(settings.teams)).decode()
    if left := tx.run(LEAVE_TEAMS, ids=known):
        _log.warning("%d open conversations were of teams that are gone: of nobody's now", left)
    log.append(tx, "agents.changed")


def _declare_agents(tx: Tx, settings: Settings) -> None:
    for agent_id in set(tx.all(desk.AGENT_IDS)) - set(settings.agents):
        tx.run(desk.RETIRE_AGENT, of=agent_id, at=tx.now)
        end_sessions(tx, agent_id)
        tx.run(desk.END_LINKS, of=agent_id)
        tx.run(a.END_ACCOUNTS, of=agent_id)
        tx.run(a.END_CODES, of=agent_id)
        tx.run(END_TOKENS, of=agent_id)
        tx.run(q.LEAVE_ALL, of=agent_id)
        presence.retired(tx, agent_id)
        for held in tx.all(q.HELD_BY, agent=agent_id):
            released = conversations.release(tx, held, by=agent_id)
            giving.set_overflow(tx, teams_of(settings), released)
    roles = {one.id: one.role for one in tx.all(desk.AGENTS)}
    for agent_id, agent in settings.agents.items():
        if roles.get(agent_id, agent.role) != agent.role:
            # Whoever is here sees by their new role from now on, and signs in anew: what a
            # session let in with the old one is not to be let in with the new one.
            log.append(tx, sight.CHANGED, private_to=agent_id)
            end_sessions(tx, agent_id)
        tx.run(desk.PUT_AGENT, id=agent_id, name=agent.name, email=agent.email, role=agent.role)
        if agent.role == "bot":
            # Who was a person before does not come in as one any more.
            end_sessions(tx, agent_id)
            tx.run(desk.END_LINKS, of=agent_id)
            tx.run(a.END_ACCOUNTS, of=agent_id)
            tx.run(a.END_CODES, of=agent_id)
            tx.run(q.LEAVE_ALL, of=agent_id)


def _declare_inboxes(tx: Tx, settings: Settings) -> None:
    for inbox_id in set(tx.all(p.INBOX_IDS)) - set(settings.channels):
        tx.run(p.RETIRE_INBOX, of=inbox_id, at=tx.now)
    for inbox_id, inbox in settings.channels.items():
        tx.run(p.PUT_INBOX, id=inbox_id, kind=inbox.type, name=inbox.name)


def _declare_topics(tx: Tx, settings: Settings) -> None:
    for topic in tx.all(s.TOPICS):
        if topic.id not in settings.topics:
            tx.run(s.RETIRE_TOPIC, of=topic.id, at=tx.now)
    for place, (topic_id, told) in enumerate(settings.topics.items()):
        tx.run(s.PUT_TOPIC, id=topic_id, label=_label(told.label), place=place)


def _declare_tags(tx: Tx, settings: Settings) -> None:
    for tag in tx.all(s.TAGS):
        if tag.id not in settings.tags:
            tx.run(s.RETIRE_TAG, of=tag.id, at=tx.now)
    for place, (tag_id, told) in enumerate(settings.tags.items()):
        tx.run(
            s.PUT_TAG,
            id=tag_id,
            label=_label(told.label),
            color=told.color.lower(),
            pinned=int(told.pinned),
            place=place,
        )


def _label(text: LocalText) -> str:
    return msgspec.json.encode(text.written()).decode()
