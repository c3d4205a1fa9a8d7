"""What staff have seen in threads: no platform tells of reading, so what they do tells.

Whoever does something in a thread has seen what is in it by then; what they do elsewhere on
the surface says only that they are there.
"""

from agent_console.actions.reading import mark_read
from agent_console.fanout.deck import Deck
from bridge.models import Agent, SurfaceThread
from bridge.store import surfaces as s
from bridge.store.transactions import Tx
from routing.refusal import RefusedError

# Some platforms tell the time in whole seconds, cut off (ms).
_SECOND = 1000
# Being there is written down at most once in so long (ms).
_COARSE = 5000


def is_there(tx: Tx, deck: Deck, me: Agent, at: int) -> None:
    """Note that somebody did something on the surface; what is still to come is now."""
    at = min(at, tx.now)
    tx.run(s.PUT_ACTIVE, surface_id=deck.surface_id, agent_id=me.id, at=at, coarse=_COARSE)


def has_seen(tx: Tx, deck: Deck, thread: SurfaceThread, me: Agent, at: int) -> None:
    """Count what was to be seen in a thread when somebody did something in it as read."""
    last = tx.one(s.SEEN_UP_TO, thread_id=thread.id, at=at + _SECOND)
    if last is None:
        return
    try:
        with tx.attempt():
            mark_read(tx, deck.desk, me, thread.conversation_id, last)
    except RefusedError:
        # Who may not see a conversation is not told of it in the console either.
        return


def has_pressed(tx: Tx, deck: Deck, me: Agent, conversation_id: int | None) -> None:
    """Note a press or a command, about a conversation or none."""
    is_there(tx, deck, me, tx.now)
    if conversation_id is None:
        return
    of = {"surface_id": deck.surface_id, "conversation_id": conversation_id}
    for thread in tx.all(s.THREADS_OF, **of):
        has_seen(tx, deck, thread, me, tx.now)
