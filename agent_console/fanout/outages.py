"""Places that are lost: people are told once that one is, and once that it is over.

A place that may be there again is tried from time to time (`records.forgive`), which is no
news yet. It is over when the platform says so, when something was shown there, or when the
check of the whole surface goes well after one that did not.
"""

import logging

from bridge.models import SurfacePlace
from bridge.store import log
from bridge.store import surfaces as s
from bridge.store.transactions import Tx

_log = logging.getLogger(__name__)

CHANGED = "surface.changed"
"""The kind of the event."""


def lose(tx: Tx, surface_id: str, place: str, why: str) -> None:
    """Keep that nothing can be shown in a place any more, and tell if that is news."""
    of = {"surface_id": surface_id, "place": place}
    tx.run(s.PUT_PLACE, **of, lost_at=tx.now, why=why, moved_to=None)
    if tx.run(s.OUT, of=surface_id, of_place=place, at=tx.now):
        _log.warning("surface %s has lost %s: %s", surface_id, place, why)
        log.append(tx, CHANGED)


def find(tx: Tx, surface_id: str, place: str) -> None:
    """Keep that a place is there again."""
    _over(tx, surface_id, place)
    of = {"surface_id": surface_id, "place": place}
    tx.run(s.PUT_PLACE, **of, lost_at=None, why=None, moved_to=None)


def move(tx: Tx, surface_id: str, old: str, new: str) -> None:
    """Keep that a place has another id from now on, under which it is there."""
    _over(tx, surface_id, old)
    of = {"surface_id": surface_id, "place": old}
    tx.run(s.PUT_PLACE, **of, lost_at=None, why=None, moved_to=new)


def shown(tx: Tx, surface_id: str, place: str) -> None:
    """Keep that something was shown in a place, so that it is there."""
    if tx.run(s.SHOWN, of=surface_id, of_place=place, at=tx.now):
        _told(tx, surface_id, place)


def find_all(tx: Tx, surface_id: str) -> bool:
    """Keep that every place is there; say whether that is news of any."""
    out = [one for one in tx.all(s.PLACES, surface_id=surface_id) if _is_out(one)]
    for one in out:
        find(tx, surface_id, one.place)
    return bool(out)


def _is_out(one: SurfacePlace) -> bool:
    return one.lost_at is not None or one.out_since is not None


def _over(tx: Tx, surface_id: str, place: str) -> None:
    if tx.run(s.BACK, of=surface_id, of_place=place, at=tx.now):
        _told(tx, surface_id, place)


def _told(tx: Tx, surface_id: str, place: str) -> None:
    _log.warning("surface %s has %s again", surface_id, place)
    log.append(tx, CHANGED)
