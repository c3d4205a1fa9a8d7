"""What is said while its thread is at rest: claimed in the very transaction that brings it.

So its call waits for one commit and not for two, and nothing has to be read in between. What
is said during a call is claimed as that is recorded. All that stands between is decided in the
writer's thread, in the order of the commits: what it has claimed is known here by its
conversation until its call begins, and to a reckoning that comes first it is the next call,
not one that nobody knows the end of.
"""

from collections.abc import Callable
from functools import partial

from agent_console.fanout import steps
from agent_console.fanout.deck import Deck
from agent_console.fanout.reckoning import claim_next, claim_said, reckon
from bridge.store import surfaces as s
from bridge.store.transactions import Tx


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

    def claim(self, tx: Tx, is_busy: Callable[[int], bool]) -> steps.Put | None:
        """Claim what the transaction says, unless that conversation `is_busy` with a call.

        No more at once than its place takes: what finds no room is shown together with what
        comes meanwhile.
        """
        said = next((one for one in _said(tx) if not is_busy(one)), None)
        if said is None or not self._is_ours_in(tx):
            return None
        with tx.attempt():
            return self._kept(claim_said(tx, self._deck, said, partial(self._has_room, tx)))

    def go_on(self, tx: Tx, conversation_id: int) -> tuple[bool, steps.Put | None]:
        """Say whether a conversation is owed a call after one that was just recorded.

        What was said meanwhile is claimed, as by `claim`.
        """
        with tx.attempt():
            has_room = partial(self._has_room, tx)
            owed, step = claim_next(tx, self._deck, conversation_id, has_room)
            return owed, self._kept(step)

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

    def _has_room(self, tx: Tx, place: str) -> bool:
        """Say whether a place takes one call more than are claimed, wherever those go."""
        room = self._room(place)
        if len(self._claimed) >= room > 0:
            self._forget_what_was_taken_back(tx)
        return len(self._claimed) < room

    def _forget_what_was_taken_back(self, tx: Tx) -> None:
        for conversation_id, step in list(self._claimed.items()):
            if not _stands(tx, step):
                self.begun(conversation_id)


def give_back(tx: Tx, step: steps.Put) -> None:
    """Queue again what was claimed and certainly not called."""
    tx.run(s.REQUEUE, thread_id=step.on.id, of_key=step.post.key)


def _said(tx: Tx) -> list[int]:
    """Return the conversations in which the transaction says something."""
    events = [one for one in tx.news.events if one.kind == "message.added"]
    return [one.conversation_id for one in events if one.conversation_id is not None]


def _stands(tx: Tx, step: steps.Put) -> bool:
    """Say whether a claim holds: a transaction that failed, or another process, took it back."""
    posts = tx.all(s.POSTS_AS, thread_id=step.on.id, of_key=step.post.key)
    return any(one.state == "posting" for one in posts)
