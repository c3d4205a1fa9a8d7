"""What the database is asked when figures are wanted: what waits, and since when."""

from dataclasses import dataclass

from bridge.store import operations
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


def figures(tx: Tx) -> Figures:
    """Return what waits now."""
    return Figures(
        at=tx.now,
        deliveries=tx.all(operations.QUEUES),
        amiss=tx.all(operations.AMISS, since=tx.now),
        calls=tx.all(operations.CALLS),
        conversations=tx.all(operations.WAITING),
        set_aside=tx.all(operations.QUARANTINED),
    )
