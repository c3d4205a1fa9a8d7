"""What the database is asked when figures are wanted: what waits, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent_console import cards
from bridge.settings import Settings
from bridge.store import dead, operations
from bridge.store.floods import RUNNING, Running
from bridge.store.transactions import Tx


@dataclass(frozen=True, slots=True)
class Figures:
    """What waits now. Times are in ms, and count from `at`."""

    at: int
    deliveries: list[operations.Queue]
    amiss: list[operations.Amiss]
    calls: list[operations.Queue]
    conversations: list[operations.Waiting]
    set_aside: list[operations.Quarantined]
    dead: Mapping[dead.Kind, int]
    """How much did not arrive and waits for a person."""
    floods: list[Running]
    """What is held now."""
    lost: Mapping[str, int]
    """How many places each staff surface has lost."""


def figures(tx: Tx, settings: Settings) -> Figures:
    """Return what waits now."""
    return Figures(
        at=tx.now,
        deliveries=tx.all(operations.QUEUES),
        amiss=tx.all(operations.AMISS, since=tx.now),
        calls=tx.all(operations.CALLS),
        conversations=tx.all(operations.WAITING),
        set_aside=tx.all(operations.QUARANTINED),
        dead=dict(tx.all(dead.COUNTS)),
        floods=tx.all(RUNNING),
        lost={
            one.id: sum(place.lost_since is not None for place in one.places)
            for one in cards.surfaces(tx, settings)
            if one.via is None
        },
    )
