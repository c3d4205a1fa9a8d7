"""What is said while its thread is at rest: claimed in the very transaction that brings it.

So its call waits for one commit and not for two, and nothing has to be read in between. What
is said during a call is claimed as that is recorded. All that stands between is decided in the
writer's thread, in the order of the commits: what it has claimed is known here by its
conversation until its call begins, and to a reckoning that comes first it is the next call,
not one that nobody knows the end of.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent_console.fanout import steps
from agent_console.fanout.deck import Deck
from agent_console.fanout.reckoning import claim_next, claim_said, reckon
from bridge.store import surfaces as s
from bridge.store.abreast import abreast
from bridge.store.transactions import Tx


@dataclass(slots=True)
class Look:
    """A look at a conversation at the end of a commit: something was said, or a call recorded."""

    conversation_id: int
    is_after_call: bool = False
    owed: bool = True
    """Whether it may be owed a call, as far as is known."""


class Ahead:
    """What one surface has claimed ahead, and has not begun to call."""

    def __init__(
        self, deck: Deck, room: Callable[[str], int], is_ours_in: Callable[[Tx], bool]
    ) -> None:
        """Have nothing claimed.

        `room` says how many calls a place takes at once, `is_ours_in` whether the surface is this
        process's until a transaction ends.
        """
        self._deck = deck
        self._room = room
        self._is_ours_in = is_ours_in
        self._claimed: dict[int, steps.Put] = {}

    def go_on(
        self, tx: Tx, looks: Sequence[Look], is_busy: Callable[[int], bool]
    ) -> list[steps.Put]:
        """Claim what was said, in all of these conversations at once, and return it.

        Not where one `is_busy` with a call, unless that is recorded by now; and no more at once
        than a place takes: what finds no room is shown together with what comes meanwhile.
        """
        recorded = {one.conversation_id: one for one in looks if one.is_after_call}
        said = {one.conversation_id for one in looks if not is_busy(one.conversation_id)}
        if not self._is_ours_in(tx):
            said.clear()
        taken: list[str] = []

        def has_room(place: str) -> bool:
            if not self._has_room(tx, place, len(taken)):
                return False
            taken.append(place)
            return True

        works = {
            one: (claim_next if one in recorded else claim_said)(tx, self._deck, one, has_room)
            for one in dict.fromkeys(look.conversation_id for look in looks)
            if one in recorded or one in said
        }
        with tx.attempt():
            claimed = abreast(tx, works)
        for conversation_id, look in recorded.items():
            look.owed = claimed[conversation_id].owed
        return [one for _, step in claimed.values() if (one := self._kept(step)) is not None]

    def keep(self, step: steps.AnyStep) -> None:
        """Have what is claimed and was not called be the next call, and in no doubt."""
        if isinstance(step, steps.Put):
            self._kept(step)

    def _kept(self, step: steps.Put | None) -> steps.Put | None:
        if step is not None:
            self._claimed[step.on.conversation_id] = step
        return step

    def holds(self, step: steps.Put) -> bool:
        """Say whether a claim is there whose call has not begun."""
        return self._claimed.get(step.on.conversation_id) is step

    def reckon(self, tx: Tx, conversation_id: int) -> steps.AnyStep | None:
        """Return the next call that a conversation is owed: what is claimed already is first."""
        claimed = self._claimed.get(conversation_id)
        if claimed is not None and _stands(tx, claimed):
            return claimed
        return reckon(tx, self._deck, conversation_id)

    def begun(self, conversation_id: int) -> None:
        """Forget a claim: from now on nobody knows what became of its call."""
        self._claimed.pop(conversation_id, None)

    def give_back(self, tx: Tx) -> None:
        """Queue again what is claimed and was not called, so that nobody has to doubt it.

        For a stop, when nobody calls any more; behind all that was being written.
        """
        for step in list(self._claimed.values()):
            give_back(tx, step)

    def forget(self) -> None:
        """Have nothing claimed any more."""
        self._claimed.clear()

    def _has_room(self, tx: Tx, place: str, taken: int) -> bool:
        """Say whether a place takes one more call than are claimed or `taken`, wherever to."""
        room = self._room(place)
        if len(self._claimed) + taken >= room > 0:
            self._forget_what_was_taken_back(tx)
        return len(self._claimed) + taken < room

    def _forget_what_was_taken_back(self, tx: Tx) -> None:
        for conversation_id, step in list(self._claimed.items()):
            if not _stands(tx, step):
                self.begun(conversation_id)


def give_back(tx: Tx, step: steps.Put) -> None:
    """Queue again what was claimed and certainly not called."""
    tx.run(s.REQUEUE, thread_id=step.on.id, of_key=step.post.key)


def said_in(tx: Tx) -> Iterator[int]:
    """Yield the conversations in which the transaction says something."""
    for one in tx.news.events:
        if one.kind == "message.added" and one.conversation_id is not None:
            yield one.conversation_id


def _stands(tx: Tx, step: steps.Put) -> bool:
    """Say whether a claim holds: a transaction that failed, or another process, took it back."""
    posts = tx.all(s.POSTS_AS, thread_id=step.on.id, of_key=step.post.key)
    return any(one.state == "posting" for one in posts)
