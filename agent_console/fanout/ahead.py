"""What is said while its thread is at rest: claimed in the very commit that brings it.

So its call waits for one commit and not for two, and nothing has to be read in between. What
is said during a call is claimed as that is recorded. It is done at the end of the commit, for
all conversations at once, in the writer's thread: what it has claimed is known here by its
conversation until its call begins, and to a reckoning that comes first it is the next call,
not one that nobody knows the end of.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from agent_console.fanout import steps
from agent_console.fanout.deck import Deck
from agent_console.fanout.reckoning import Claimed, asked_of, claim_next, claim_said, reckon
from bridge.store import surfaces as s
from bridge.store.abreast import Abreast, abreast
from bridge.store.transactions import Store, Tx


@dataclass(slots=True)
class Look:
    """A look at a conversation at the end of a commit: something was said, or a call recorded."""

    conversation_id: int
    is_after_call: bool = False
    owed: bool = True
    """Whether it may be owed a call, as far as is known."""


class Ahead:
    """What one surface has claimed ahead, and has not begun to call."""

    def __init__(self, deck: Deck, room: Callable[[str], int], store: Store) -> None:
        """Have nothing claimed; `room` says how many calls a place takes at once."""
        self._deck = deck
        self._room = room
        self._store = store
        self._claimed: dict[int, steps.Put] = {}

    def go_on(
        self, tx: Tx, looks: Sequence[Look], is_busy: Callable[[int], bool]
    ) -> list[steps.Put]:
        """Claim what was said, in all of these conversations at once, and return it.

        Not where one `is_busy` with a call, unless that is recorded by now; and no more at once
        than a place takes: what finds no room is shown together with what comes meanwhile.
        """
        every = dict.fromkeys(one.conversation_id for one in looks)
        standing = (asked for one in every for asked in asked_of(self._deck, one))
        tx.foresee(*self._store.asked_if_ours(), *standing)
        with tx.attempt():
            claimed = abreast(tx, dict(self._works(tx, looks, every, is_busy)))
        for look in looks:
            if look.is_after_call:
                look.owed = claimed[look.conversation_id].owed
        return [kept for _, step in claimed.values() if (kept := self._kept(step)) is not None]

    def _works(
        self,
        tx: Tx,
        looks: Sequence[Look],
        every: Iterable[int],
        is_busy: Callable[[int], bool],
    ) -> Iterator[tuple[int, Abreast[Claimed]]]:
        recorded = {one.conversation_id for one in looks if one.is_after_call}
        is_ours = self._store.is_ours_in(tx)
        has_room = partial(self._takes, tx, list[str]())
        for of in every:
            if of in recorded:
                yield of, claim_next(tx, self._deck, of, has_room)
            elif is_ours and not is_busy(of):
                yield of, claim_said(tx, self._deck, of, has_room)

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

    def _takes(self, tx: Tx, taken: list[str], place: str) -> bool:
        """Say whether there is room for one more call, wherever those before it go; take it."""
        room = self._room(place)
        if len(self._claimed) + len(taken) >= room > 0:
            self._forget_what_was_taken_back(tx)
        if len(self._claimed) + len(taken) >= room:
            return False
        taken.append(place)
        return True

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
