"""What a surface needs to know to find what was done while it did not listen."""

from agent_console.fanout.deck import Deck
from agent_console.fanout.posts import ids_of
from agent_console.surface import Signed, Standing
from bridge.models import SurfaceThread
from bridge.store import afterwards
from bridge.store import heard as h
from bridge.store import surfaces as s
from bridge.store.transactions import Tx

# What agents wrote longer ago (ms) than that is changed nowhere any more, or hardly.
WRITTEN_FOR = 48 * 3_600_000
_MOST_WRITTEN = 50
# A platform's clock is another than ours, in ms.
SKEW = 30_000


def standing(tx: Tx, deck: Deck, place: str, since: int) -> list[Standing]:
    """Return the threads of a place in which something may have happened since (ms)."""
    at = {"surface_id": deck.surface_id, "of_place": place}
    rows = tx.all(s.STANDING_AT, **at, since=since)
    return [_standing(tx, deck, row, since) for row in rows if row.thread is not None]


def _standing(tx: Tx, deck: Deck, row: SurfaceThread, since: int) -> Standing:
    at = {"surface_id": deck.surface_id, "of_place": row.place}
    lately = {"since": since - WRITTEN_FOR, "limit": _MOST_WRITTEN}
    posts = tx.all(afterwards.WRITTEN_IN, thread_id=row.id, **lately)
    held = tx.all(h.HELD_IN, **at, of_thread=row.thread)
    signs = tx.all(h.SIGNS_ON, **at, of=row.card or row.thread)
    return Standing(
        thread=str(row.thread),
        written=[*(one for post in posts for one in ids_of(post)), *held],
        signs={(one.account, one.name) for one in signs},
    )


def is_news(tx: Tx, deck: Deck, event: Signed) -> bool:
    """Say whether a reaction is not known yet, and keep it.

    What was found by looking may be told of afterwards, and what was told may come again or
    out of its order: it is the later that holds, and the same counts once.
    """
    of = {"surface_id": deck.surface_id, "of_place": event.place, "of": event.external_id}
    name = event.name or event.sign
    known = tx.one(h.SIGN, **of, of_account=event.by.id, of_name=name)
    at = event.at + SKEW if event.found else event.at
    if known is not None and _is_old(event, at, known.at, gone=bool(known.gone)):
        return False
    tx.run(
        h.PUT_SIGN,
        surface_id=deck.surface_id,
        place=event.place,
        external_id=event.external_id,
        account=event.by.id,
        name=name,
        at=at,
        gone=int(event.gone),
    )
    return True


def _is_old(event: Signed, at: int, known_at: int, *, gone: bool) -> bool:
    same = event.gone == gone
    if event.found:
        return same
    return at < known_at or (at == known_at and same)
