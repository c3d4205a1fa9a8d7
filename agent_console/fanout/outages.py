"""Places that are lost: people are told once that one is, and once that it is over."""

import logging

from bridge.store import log
from bridge.store import outages as o
from bridge.store import surfaces as s
from bridge.store.transactions import Tx

_log = logging.getLogger(__name__)

CHANGED = "surface.changed"
"""The kind of the event."""


def lose(tx: Tx, surface_id: str, place: str, why: str) -> None:
    """Keep that nothing can be shown in a place any more; the first reason is the one told.

    Of one that has moved, it says nothing about where that is now.
    """
    known = o.places(tx, surface_id)
    if place in known and (known[place].lost_at is not None or known[place].moved_to):
        return
    of = {"surface_id": surface_id, "place": place}
    tx.run(s.PUT_PLACE, **of, lost_at=tx.now, why=why, moved_to=None)
    _log.warning("surface %s has lost %s: %s", surface_id, place, why)
    log.append(tx, CHANGED)


def find(tx: Tx, surface_id: str, place: str) -> None:
    """Keep that a place is there again; one that has moved is so under its new id alone."""
    if o.called_now(place, o.places(tx, surface_id)) != place:
        return
    _over(tx, surface_id, place)
    of = {"surface_id": surface_id, "place": place}
    tx.run(s.PUT_PLACE, **of, lost_at=None, why=None, moved_to=None)


def move(tx: Tx, surface_id: str, old: str, new: str) -> None:
    """Keep that a place has another id from now on, under which it is there."""
    _over(tx, surface_id, old)
    of = {"surface_id": surface_id, "place": old}
    tx.run(s.PUT_PLACE, **of, lost_at=None, why=None, moved_to=new)


def _over(tx: Tx, surface_id: str, place: str) -> None:
    if tx.run(o.BACK, of=surface_id, of_place=place, at=tx.now):
        _log.warning("surface %s has %s again", surface_id, place)
        log.append(tx, CHANGED)
