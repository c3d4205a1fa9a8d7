"""Who sees what of some conversations: read once, asked for every console that is open."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent_console.actions import sight_on
from bridge.models import Agent, Event
from bridge.store import sight as s
from bridge.store.bulk import ids
from bridge.store.sight import Facts
from bridge.store.transactions import Tx
from routing.desk import Desk
from routing.sight import CHANGED, is_narrowed, sees

Sees = Callable[[int], bool]


def _everything(_conversation_id: int) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Onlookers:
    """Says who sees which of the conversations it was made for, and who did before.

    Empty where everybody sees everything: then nothing was read for it.
    """

    desk: Desk
    now: Mapping[int, Facts] = field(default_factory=dict)
    before: Mapping[int, Sequence[Facts]] = field(default_factory=dict)
    of_contacts: Mapping[int, Sequence[Facts]] = field(default_factory=dict)

    def of(self, me: Agent) -> Sees:
        """Return whether `me` sees a conversation."""
        sight = sight_on(self.desk, me)
        if sight.whole:
            return _everything

        def in_sight(conversation_id: int) -> bool:
            facts = self.now.get(conversation_id)
            return facts is not None and sees(sight, facts)

        return in_sight

    def lost(self, me: Agent, touched: Iterable[int]) -> list[int]:
        """Return which of these `me` saw before they changed, and does not see now."""
        if not self.before:
            return []
        sight, in_sight = sight_on(self.desk, me), self.of(me)
        return [
            one
            for one in touched
            if not in_sight(one)
            and one in self.now
            and any(sees(sight, facts) for facts in self.before.get(one, ()))
        ]

    def knows(self, me: Agent, contact_id: int) -> bool:
        """Say whether `me` sees any conversation with a person."""
        sight = sight_on(self.desk, me)
        if sight.whole:
            return True
        return any(sees(sight, facts) for facts in self.of_contacts.get(contact_id, ()))


def onlookers(
    tx: Tx,
    desk: Desk,
    events: Sequence[Event],
    conversation_ids: Collection[int],
    contact_ids: Collection[int] = (),
) -> Onlookers:
    """Read who sees these conversations, and any of these people."""
    if not is_narrowed(desk.policy):
        return Onlookers(desk)
    changed = [one.id for one in events if one.kind == CHANGED]
    before: dict[int, list[Facts]] = defaultdict(list)
    for facts in tx.all(s.FACTS_BEFORE, ids=ids(changed)) if changed else ():
        before[facts.conversation_id].append(facts)
    people: dict[int, list[Facts]] = defaultdict(list)
    for facts in tx.all(s.FACTS_OF_CONTACTS, ids=ids(contact_ids)) if contact_ids else ():
        people[facts.contact_id or 0].append(facts)
    now = tx.all(s.FACTS, ids=ids(conversation_ids)) if conversation_ids else ()
    return Onlookers(desk, {one.conversation_id: one for one in now}, before, people)
