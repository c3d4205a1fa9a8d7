"""How many conversations each folder has, and how many of them each agent has not read.

Counted for everybody at once: who has read what is a few pairs, whoever asks, so that a
thousand agents cost hardly more than one. Pure but for the reading.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent_console.cards.shapes import Count, Folders, TeamCount
from bridge.store import board, bulk
from bridge.store import sight as s
from bridge.store.sight import Keyed, Sight
from bridge.store.transactions import Tx

Ids = frozenset[int]
_NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Grounds:
    """By what it is decided which of the counted conversations an agent sees."""

    by_topic: Mapping[str, Ids] = field(default_factory=dict)
    # Whose agents take part in which, and which they have handed on.
    together: Mapping[str, Ids] = field(default_factory=dict)
    handed_on: Mapping[str, Ids] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counters:
    """The conversations of each folder, what each agent answers, and what each has read.

    `had` are those an agent has, open or closed.
    """

    untaken: Ids
    taken: Ids
    closed: Ids
    mine: Mapping[str, Ids]
    read: Mapping[str, Ids]
    had: Mapping[str, Ids] = field(default_factory=dict)
    by_team: Mapping[str, Ids] = field(default_factory=dict)
    grounds: Grounds = field(default_factory=Grounds)

    def of(self, sight: Sight, teams: Iterable[str] = ()) -> Folders:
        """Return the counters of one agent (R10), and those of these teams (R04, R05)."""
        read = self.read.get(sight.agent, _NONE)
        mine = self.mine.get(sight.agent, _NONE)
        untaken, taken, closed = self._seen(sight)
        return Folders(
            new=_count(untaken, read),
            mine=_count(mine, read),
            all=_count(untaken | taken, read),
            closed=_count(closed, read),
            teams=[self._team(one, untaken | taken, read) for one in teams],
            unread_total=_capped((untaken | mine) - read),
        )

    def _team(self, team: str, seen: Ids, read: Ids) -> TeamCount:
        count = _count(self.by_team.get(team, _NONE) & seen, read)
        return TeamCount(id=team, unread=count.unread, total=count.total)

    def _seen(self, sight: Sight) -> tuple[Ids, Ids, Ids]:
        """Return what of each part is in sight: `routing.sight.sees` for all of it at once."""
        if sight.whole:
            return self.untaken, self.taken, self.closed
        theirs = self.had.get(sight.agent, _NONE) | self.grounds.together.get(sight.agent, _NONE)
        shown = self._shown(sight)
        if sight.hides:
            shown -= self.grounds.handed_on.get(sight.agent, _NONE)
        seen = shown | theirs
        return self.untaken & seen, self.taken & seen, self.closed & seen

    def _shown(self, sight: Sight) -> Ids:
        every = self.untaken | self.taken | self.closed
        if sight.see == "all":
            return every
        if sight.see == "own":
            return every - _NONE.union(*self.had.values())
        by_topic = self.grounds.by_topic
        own = _joint(self.by_team, sight.teams) | _joint(by_topic, sight.topics)
        anybodys = _joint(self.by_team, sight.every_team) | _joint(by_topic, sight.every_topic)
        return own | (every - anybodys)


def counters(tx: Tx, *, narrowed: bool = False) -> Counters:
    """Count for everybody; `narrowed` says that somebody does not see everything."""
    untaken, taken = tx.all(board.LATEST_UNTAKEN), tx.all(board.LATEST_TAKEN)
    closed = tx.all(board.LATEST_CLOSED_OF_ALL if narrowed else board.LATEST_CLOSED)
    opened, every = [*untaken, *taken], [*untaken, *taken, *closed]
    ids, open_ids = bulk.ids(_ids(every)), _ids(opened)
    together = tx.all(bulk.PARTICIPANTS, ids=ids if narrowed else bulk.ids(open_ids))
    read = tx.all(bulk.READ_BY, ids=ids)
    return Counters(
        untaken=_ids(untaken),
        taken=open_ids - _ids(untaken),
        closed=_ids(closed),
        mine=_by_key([*_had(taken), *(x for x in together if x.conversation_id in open_ids)]),
        read=_by_key(read),
        had=_by_key(_had(every)) if narrowed else {},
        by_team=_by_key(Keyed(x.id, x.team_id) for x in every if x.team_id),
        grounds=_grounds(tx, ids, together) if narrowed else Grounds(),
    )


def _grounds(tx: Tx, ids: str, together: Iterable[bulk.Pair]) -> Grounds:
    about, handed_on = tx.all(s.TOPICS_IN, ids=ids), tx.all(s.HANDED_ON, ids=ids)
    return Grounds(_by_key(about), _by_key(together), _by_key(handed_on))


def _ids(counted: Iterable[board.Counted]) -> Ids:
    return frozenset(one.id for one in counted)


def _had(counted: Iterable[board.Counted]) -> list[Keyed]:
    return [Keyed(x.id, x.assignee_id) for x in counted if x.assignee_id is not None]


def _by_key(pairs: Iterable[tuple[int, str]]) -> dict[str, Ids]:
    found: dict[str, set[int]] = defaultdict(set)
    for conversation_id, key in pairs:
        found[key].add(conversation_id)
    return {key: frozenset(ids) for key, ids in found.items()}


def _joint(of: Mapping[str, Ids], keys: Iterable[str]) -> Ids:
    return _NONE.union(*(of.get(one, _NONE) for one in keys))


def _count(ids: Ids, read: Ids) -> Count:
    return Count(unread=_capped(ids - read), total=_capped(ids))


def _capped(ids: Ids) -> int:
    return min(len(ids), board.MOST_COUNTED)
