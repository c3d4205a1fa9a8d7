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
    """The conversations of each folder, what each agent answers, and what each has read.

    `unanswered` are the open ones nobody has answered, `inboxes` the open ones of each inbox.
    """

    untaken: Ids
    taken: Ids
    closed: Ids
    unanswered: Ids
    inboxes: Mapping[str, Ids]
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
            unanswered=_count(self.unanswered, read),
            channels={inbox: _count(ids, read) for inbox, ids in self.inboxes.items()},
            unread_total=_capped((self.untaken | mine) - read),
        )


def counters(tx: Tx) -> Counters:
    """Count for everybody."""
    free = tx.all(board.LATEST_UNTAKEN)
    taken = tx.all(board.LATEST_TAKEN)
    closed = frozenset(tx.all(board.LATEST_CLOSED))
    untaken = frozenset(one.conversation_id for one in free)
    opened = untaken.union(one.conversation_id for one in taken)
    together = tx.all(bulk.PARTICIPANTS, ids=bulk.ids(opened))
    answering = (bulk.Pair(one.conversation_id, one.agent_id) for one in taken if one.agent_id)
    return Counters(
        untaken=untaken,
        taken=opened - untaken,
        closed=closed,
        unanswered=frozenset(
            one.conversation_id for one in (*free, *taken) if one.answered_by is None
        ),
        inboxes=_grouped((one.inbox_id, one.conversation_id) for one in (*free, *taken)),
        mine=_by_agent([*answering, *together]),
        read=_by_agent(tx.all(bulk.READ_BY, ids=bulk.ids(opened | closed))),
    )


def _by_agent(pairs: Iterable[bulk.Pair]) -> dict[str, Ids]:
    return _grouped((pair.agent_id, pair.conversation_id) for pair in pairs)


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, Ids]:
    found: dict[str, set[int]] = defaultdict(set)
    for key, conversation_id in pairs:
        found[key].add(conversation_id)
    return {key: frozenset(ids) for key, ids in found.items()}


def _count(ids: Ids, read: Ids) -> Count:
    return Count(unread=_capped(ids - read), total=_capped(ids))


def _capped(ids: Ids) -> int:
    return min(len(ids), board.MOST_COUNTED)
