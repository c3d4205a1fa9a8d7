"""In which place a conversation is shown: the first that is for it and not lost to us."""

from collections.abc import Mapping, Sequence

from agent_console.fanout.deck import Deck
from bridge.models import Conversation, SurfacePlace
from bridge.store import surfaces as s
from bridge.store.transactions import Tx


def settled_place(
    tx: Tx, deck: Deck, conversation: Conversation, shown_in: Sequence[str]
) -> str | None:
    """Return the place, staying where it is shown already if that is one of the best."""
    known = {one.place: one for one in tx.all(s.PLACES, surface_id=deck.surface_id)}
    fit = [
        now
        for named in deck.places(conversation.team_id, conversation.inbox_id)
        if (now := _now(named, known)) is not None
    ]
    if not fit:
        return None
    if deck.equal:
        return next((one for one in shown_in if one in fit), None) or _emptiest(tx, deck, fit)
    return fit[0]


def _now(place: str, known: Mapping[str, SurfacePlace]) -> str | None:
    """Return what a place of the YAML is called now, or `None` where it is lost."""
    found = known.get(place)
    if found is not None and found.moved_to:
        place, found = found.moved_to, known.get(found.moved_to)
    return None if found is not None and found.lost_at is not None else place


def _emptiest(tx: Tx, deck: Deck, places: Sequence[str]) -> str:
    def busy(place: str) -> int:
        open_now: int = tx.the(s.OPEN_AT, surface_id=deck.surface_id, of_place=place)
        return open_now

    return min(places, key=busy)


def is_lost(tx: Tx, deck: Deck, place: str) -> bool:
    """Say whether nothing can be shown in a place now."""
    known = {one.place: one for one in tx.all(s.PLACES, surface_id=deck.surface_id)}
    return _now(place, known) is None
