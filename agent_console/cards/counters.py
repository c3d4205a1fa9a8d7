"""How many conversations each folder has, and how many of them each agent has not read.

Counted for everybody at once: who has read what is a few pairs, whoever asks, so that a
thousand agents cost hardly more than one. Pure but for the reading.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent_console.cards.shapes import Count, Folders
from bridge.store import board, bulk
from bridge.store.transactions import Tx

Ids = frozenset[int]
_NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Counters:
    """The conversations of each folder, what each agent answers, and what each has read."""

    untaken: Ids
    taken: Ids
    closed: Ids
    mine: Mapping[str, Ids]
    read: Mapping[str, Ids]

    def of(self, agent_id: str) -> Folders:
        """Return the counters of one agent (R10)."""
        read = self.read.get(agent_id, _NONE)
        mine = self.mine.get(agent_id, _NONE)
        return Folders(
            new=_count(self.untaken, read),
            mine=_count(mine, read),
            all=_count(self.untaken | self.taken, read),
            closed=_count(self.closed, read),
            unread_total=_capped((self.untaken | mine) - read),
        )


def counters(tx: Tx) -> Counters:
    """Count for everybody."""
    untaken = frozenset(tx.all(board.LATEST_UNTAKEN))
    taken = tx.all(board.LATEST_TAKEN)
    closed = frozenset(tx.all(board.LATEST_CLOSED))
    opened = untaken.union(one.conversation_id for one in taken)
    together = tx.all(bulk.PARTICIPANTS, ids=bulk.ids(opened))
    return Counters(
        untaken=untaken,
        taken=opened - untaken,
        closed=closed,
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
