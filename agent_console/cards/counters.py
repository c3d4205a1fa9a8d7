"""How many conversations each folder has, and how many of them each agent has not read.

Counted for everybody at once: who has read what is a few pairs, whoever asks, so that a
thousand agents cost hardly more than one. Pure but for the reading.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec import UNSET

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

    `had` are those an agent has, open or closed. `unanswered` are the open ones nobody has
    answered, `inboxes` the open ones of each inbox; `snoozed` ones are open and in none of these.
    """

    untaken: Ids
    taken: Ids
    closed: Ids
    deleted: Ids
    unanswered: Ids
    inboxes: Mapping[str, Ids]
    mine: Mapping[str, Ids]
    read: Mapping[str, Ids]
    snoozed: Ids = _NONE
    mine_snoozed: Mapping[str, Ids] = field(default_factory=dict)
    had: Mapping[str, Ids] = field(default_factory=dict)
    by_team: Mapping[str, Ids] = field(default_factory=dict)
    grounds: Grounds = field(default_factory=Grounds)

    def of(self, sight: Sight, teams: Iterable[str] = ()) -> Folders:
        """Return the counters of one agent (R10), and those of these teams (R04, R05)."""
        read = self.read.get(sight.agent, _NONE)
        mine = self.mine.get(sight.agent, _NONE)
        seen = self._seen(sight)
        untaken, taken = self.untaken & seen, self.taken & seen
        return Folders(
            new=_count(untaken, read),
            mine=_count(mine, read),
            all=_count(untaken | taken, read),
            taken=_count(taken, read),
            closed=_count(self.closed & seen, read),
            unanswered=_count(self.unanswered & seen, read),
            snoozed=_count(self.snoozed & seen, read),
            mine_snoozed=_count(self.mine_snoozed.get(sight.agent, _NONE), read),
            channels=self._channels(seen, read),
            teams=[self._team(one, untaken | taken, read) for one in teams],
            unread_total=_capped((untaken | mine) - read),
            deleted=self.count(self.deleted & seen, sight.agent) if sight.deleted else UNSET,
        )

    def in_group(self, group: board.Group, sight: Sight) -> Ids:
        """Return what an agent sees of a part of the lists; "open" has all of it."""
        known: Mapping[board.Group, Ids] = {
            "untaken": self.untaken,
            "taken": self.taken,
            "open": self.untaken | self.taken,
            "closed": self.closed,
            "mine": self.mine.get(sight.agent, _NONE),
            "unanswered": self.unanswered,
            "snoozed": self.snoozed,
            "deleted": self.deleted,
        }
        return known[group] & self._seen(sight)

    def count(self, ids: Ids, agent_id: str) -> Count:
        """Count some of these for one agent; what was deleted is nobody's to read."""
        return _count(ids, self.read.get(agent_id, _NONE) | self.deleted)

    def _channels(self, seen: Ids, read: Ids) -> dict[str, Count]:
        theirs = {inbox: ids & seen for inbox, ids in self.inboxes.items()}
        return {inbox: _count(ids, read) for inbox, ids in theirs.items() if ids}

    def _team(self, team: str, seen: Ids, read: Ids) -> TeamCount:
        count = _count(self.by_team.get(team, _NONE) & seen, read)
        return TeamCount(id=team, unread=count.unread, total=count.total)

    def _seen(self, sight: Sight) -> Ids:
        """Return what is in sight: `routing.sight.sees` for all of it at once."""
        kept = self.untaken | self.taken | self.closed | self.snoozed
        every = kept | self.deleted if sight.deleted else kept
        if sight.whole:
            return every
        theirs = self.had.get(sight.agent, _NONE) | self.grounds.together.get(sight.agent, _NONE)
        shown = self._shown(sight)
        if sight.hides:
            shown -= self.grounds.handed_on.get(sight.agent, _NONE)
        return every & (shown | theirs)

    def _shown(self, sight: Sight) -> Ids:
        every = self.untaken | self.taken | self.closed | self.deleted | self.snoozed
        if sight.see == "all":
            return every
        if sight.see == "mine":
            return _NONE
        if sight.see == "own":
            return every - _NONE.union(*self.had.values())
        by_topic = self.grounds.by_topic
        own = _joint(self.by_team, sight.teams) | _joint(by_topic, sight.topics)
        anybodys = _joint(self.by_team, sight.every_team) | _joint(by_topic, sight.every_topic)
        return own | (every - anybodys)


def counters(tx: Tx, *, narrowed: bool = False) -> Counters:
    """Count for everybody; `narrowed` says that somebody does not see everything."""
    latest = (
        board.LATEST_UNTAKEN,
        board.LATEST_TAKEN,
        board.LATEST_CLOSED_OF_ALL if narrowed else board.LATEST_CLOSED,
        board.LATEST_DELETED,
        board.LATEST_SNOOZED,
    )
    tx.foresee(*((one, {}) for one in latest))
    untaken, taken, closed, deleted, snoozed = (tx.all(one) for one in latest)
    opened = [*untaken, *taken]
    every = [*opened, *closed, *deleted, *snoozed]
    ids, open_ids, away = bulk.ids(_ids(every)), _ids(opened), _ids(snoozed)
    together = tx.all(bulk.PARTICIPANTS, ids=ids if narrowed else bulk.ids(open_ids | away))
    read = tx.all(bulk.READ_BY, ids=bulk.ids(open_ids | _ids(closed) | away))
    return Counters(
        untaken=_ids(untaken),
        taken=open_ids - _ids(untaken),
        closed=_ids(closed),
        deleted=_ids(deleted),
        unanswered=_ids(x for x in opened if x.answered_by is None),
        inboxes=_by_key(Keyed(x.id, x.inbox_id) for x in opened),
        mine=_by_key([*_had(taken), *(x for x in together if x.conversation_id in open_ids)]),
        read=_by_key(read),
        snoozed=away,
        mine_snoozed=_by_key([*_had(snoozed), *(x for x in together if x.conversation_id in away)]),
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
