"""How many conversations a kept list has, of those that the folders' counters look at."""

from collections.abc import Iterable

from agent_console.cards.counters import Counters
from agent_console.cards.lists import Query, groups
from agent_console.cards.shapes import Count
from bridge.store import board, bulk
from bridge.store.sight import Sight
from bridge.store.transactions import Tx


def count(tx: Tx, sight: Sight, counters: Counters, query: Query) -> Count:
    """Count a list: one look-up for each conversation counted, however old the house is."""
    ids = frozenset(one for group in groups(query) for one in _ids(tx, sight, counters, group))
    filters, given = query.narrow.filters()
    if any(filters):
        ids = frozenset(tx.all(board.narrowed(filters), ids=bulk.ids(ids), **given))
    return counters.count(ids, sight.agent)


def _ids(tx: Tx, sight: Sight, counters: Counters, group: board.Group) -> Iterable[int]:
    if group in ("followed", "mine_closed", "mine_snoozed"):
        return tx.all(board.own(group, sight.kind), me=sight.agent, **sight.parameters)
    return counters.in_group(group, sight)
