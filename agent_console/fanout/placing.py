"""In which place a conversation is shown: the first that is for it and not lost to us."""

from collections.abc import Mapping, Sequence

from agent_console.fanout.deck import Deck
from bridge.models import Conversation, SurfacePlace
from bridge.store import outages as o
from bridge.store import surfaces as s
from bridge.store.transactions import Tx


def settled_place(
    tx: Tx, deck: Deck, conversation: Conversation, shown_in: Sequence[str]
) -> str | None:
    """Return the place, staying where it is shown already if that is one of the best.

    What is for other surfaces alone comes here while they have lost every place for it, if
    this one is the first that has any.
    """
    fit = _fit(tx, deck, deck.places(conversation.team_id, conversation.inbox_id))
    if not fit and _is_refuge(tx, deck, conversation):
        fit = _fit(tx, deck, deck.refuge())
    if not fit:
        return None
    if deck.equal:
        return next((one for one in shown_in if one in fit), None) or _emptiest(tx, deck, fit)
    return fit[0]


def _fit(tx: Tx, deck: Deck, named: Sequence[str]) -> list[str]:
    known = o.places(tx, deck.surface_id)
    return [now for one in named if (now := _now(one, known)) is not None]


def _is_refuge(tx: Tx, deck: Deck, conversation: Conversation) -> bool:
    """Say whether a conversation has no place left but here."""
    of = (conversation.team_id, conversation.inbox_id)
    if deck.places(*of):
        return False
    meant = [one for one in deck.others if one.places(*of)]
    if not meant or any(_fit(tx, one, one.places(*of)) for one in meant):
        return False
    before = deck.others[: deck.rank]
    return not any(_fit(tx, one, one.refuge()) for one in before if one not in meant)


def _now(place: str, known: Mapping[str, SurfacePlace]) -> str | None:
    """Return what a place of the YAML is called now, or `None` where it is lost."""
    now = o.called_now(place, known)
    return None if now in known and known[now].lost_at is not None else now


def _emptiest(tx: Tx, deck: Deck, places: Sequence[str]) -> str:
    def busy(place: str) -> int:
        open_now: int = tx.the(s.OPEN_AT, surface_id=deck.surface_id, of_place=place)
        return open_now

    return min(places, key=busy)


def named_now(tx: Tx, deck: Deck) -> list[str]:
    """Return what all places of a surface are called now, lost ones too."""
    return _named(deck, o.places(tx, deck.surface_id))


def _named(deck: Deck, known: Mapping[str, SurfacePlace]) -> list[str]:
    return [o.called_now(one, known) for one in deck.refuge()]


def lost_places(tx: Tx, deck: Deck) -> list[SurfacePlace]:
    """Return the places of a surface in which nothing can be shown now."""
    known = o.places(tx, deck.surface_id)
    named = _named(deck, known)
    return [one for one in known.values() if one.lost_at is not None and one.place in named]


def is_lost(tx: Tx, deck: Deck, place: str) -> bool:
    """Say whether nothing can be shown in a place now."""
    return _now(place, o.places(tx, deck.surface_id)) is None
