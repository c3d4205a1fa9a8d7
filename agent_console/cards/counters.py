"""How many conversations each folder has, and how many of them each agent has not read.

Counted for everybody at once: who has read what is a few pairs, whoever asks, so that a
thousand agents cost hardly more than one. Pure but for the reading.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec import UNSET

from agent_console.cards.shapes import Count, Folders
from bridge.models import Agent
from bridge.store import board, bulk
from bridge.store.transactions import Tx
from routing.access import sees_deleted
from routing.policy import Policy

Ids = frozenset[int]
_NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Counters:
    """The conversations of each folder, what each agent answers, and what each has read."""

    untaken: Ids
    taken: Ids
    closed: Ids
    deleted: Ids
    mine: Mapping[str, Ids]
    read: Mapping[str, Ids]

    def of(self, agent: Agent, policy: Policy) -> Folders:
        """Return the counters of one agent (R10)."""
        read = self.read.get(agent.id, _NONE)
        mine = self.mine.get(agent.id, _NONE)
        sees_trash = sees_deleted(agent.role, policy)
        return Folders(
            new=_count(self.untaken, read),
            mine=_count(mine, read),
            all=_count(self.untaken | self.taken, read),
            closed=_count(self.closed, read),
            unread_total=_capped((self.untaken | mine) - read),
            deleted=_count(self.deleted, self.deleted) if sees_trash else UNSET,
        )

    def in_group(self, group: board.Group, agent_id: str) -> Ids:
        """Return what an agent sees of a part of the lists; "open" has all of it."""
        known: Mapping[board.Group, Ids] = {
            "untaken": self.untaken,
            "taken": self.taken,
            "open": self.untaken | self.taken,
            "closed": self.closed,
            "mine": self.mine.get(agent_id, _NONE),
            "deleted": self.deleted,
        }
        return known[group]

    def count(self, ids: Ids, agent_id: str) -> Count:
        """Count some of these for one agent; what was deleted is nobody's to read."""
        return _count(ids, self.read.get(agent_id, _NONE) | self.deleted)


def counters(tx: Tx) -> Counters:
    """Count for everybody."""
    untaken = frozenset(tx.all(board.LATEST_UNTAKEN))
    taken = tx.all(board.LATEST_TAKEN)
    closed = frozenset(tx.all(board.LATEST_CLOSED))
    deleted = frozenset(tx.all(board.LATEST_DELETED))
    opened = untaken.union(one.conversation_id for one in taken)
    together = tx.all(bulk.PARTICIPANTS, ids=bulk.ids(opened))
    return Counters(
        untaken=untaken,
        taken=opened - untaken,
        closed=closed,
        deleted=deleted,
        mine=_by_agent([*taken, *together]),
        read=_by_agent(tx.all(bulk.READ_BY, ids=bulk.ids(opened | closed))),
    )


def _by_agent(pairs: Iterable[bulk.Pair]) -> dict[str, Ids]:
    found: dict[str, set[int]] = defaultdict(set)
    for pair in pairs:
        found[pair.agent_id].add(pair.conversation_id)
    return {agent_id: frozenset(ids) for agent_id, ids in found.items()}


def _count(ids: Ids, read: Ids) -> Count:
    return Count(unread=_capped(ids - read), total=_capped(ids))


def _capped(ids: Ids) -> int:
    return min(len(ids), board.MOST_COUNTED)
