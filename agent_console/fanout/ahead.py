"""What is said while its thread is at rest: claimed in the very transaction that brings it.

So its call waits for one commit and not for two, and nothing has to be read in between. All
that stands between is decided in the writer's thread, in the order of the commits: what it
has claimed is known here by its conversation until its call begins, and to a reckoning that
comes first it is the next call, not one that nobody knows the end of.
"""

from collections.abc import Callable, Container

from agent_console.fanout import steps
from agent_console.fanout.deck import Deck
from agent_console.fanout.reckoning import claim_said, reckon
from bridge.store import surfaces as s
from bridge.store.transactions import Tx


class Ahead:
    """What one surface has claimed ahead, and has not begun to call."""

    def __init__(self, deck: Deck, is_free: Callable[[str], bool]) -> None:
        """Have nothing claimed; `is_free` says whether a place takes a call at once."""
        self._deck = deck
        self._is_free = is_free
        self._claimed: dict[int, steps.Put] = {}

    def claim(self, tx: Tx, busy: Container[int]) -> steps.Put | None:
        """Claim what the transaction says, if nobody is `busy` with that conversation.

        Only one at a time: whatever else there is may find no room, and is shown together
        with what comes meanwhile.
        """
        said = next((one for one in _said(tx) if one not in busy), None)
        if said is None or self._has_one(tx):
            return None
        with tx.attempt():
            step = claim_said(tx, self._deck, said, self._is_free)
        if step is not None:
            self._claimed[said] = step
        return step

    def reckon(self, tx: Tx, conversation_id: int) -> steps.AnyStep | None:
        """Return the next call that a conversation is owed: what is claimed already is first."""
        claimed = self._claimed.get(conversation_id)
        if claimed is not None and _stands(tx, claimed):
            return claimed
        return reckon(tx, self._deck, conversation_id)

    def begun(self, conversation_id: int) -> None:
        """Forget a claim: from now on nobody knows what became of its call."""
        self._claimed.pop(conversation_id, None)

    def _has_one(self, tx: Tx) -> bool:
        for conversation_id, step in list(self._claimed.items()):
            if _stands(tx, step):
                return True
            self.begun(conversation_id)
        return False


def _said(tx: Tx) -> list[int]:
    """Return the conversations in which the transaction says something."""
    events = [one for one in tx.news.events if one.kind == "message.added"]
    return [one.conversation_id for one in events if one.conversation_id is not None]


def _stands(tx: Tx, step: steps.Put) -> bool:
    """Say whether a claim holds: a transaction that failed, or another process, took it back."""
    posts = tx.all(s.POSTS_AS, thread_id=step.on.id, of_key=step.post.key)
    return any(one.state == "posting" for one in posts)
