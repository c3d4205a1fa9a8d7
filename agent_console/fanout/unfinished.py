"""What one surface may owe something when nobody tells: after a start, and from time to time.

A conversation of which the thread was still to be made when the program ended may have been
answered elsewhere since, so that nobody waits: it is looked at too. Those that were at rest
before the surface was ever shown are not, or a new one would begin with all there are.
"""

from bridge.clock import FOR_EVER
from bridge.store import kept as k
from bridge.store import surfaces as s
from bridge.store.transactions import Tx

_SINCE = "shown since"
# What nothing has happened in for so long (ms) is not looked for.
LATELY = 7 * 86_400_000


def begun(tx: Tx, surface_id: str) -> None:
    """Keep since when the surface is shown."""
    of = {"surface_id": surface_id, "sort": _SINCE, "name": ""}
    tx.run(k.KEEP_ONCE, **of, value=str(tx.now), kept_until=tx.now + FOR_EVER)


def unfinished(tx: Tx, surface_id: str) -> list[int]:
    """Return the conversations to look at."""
    since = tx.one(k.KEPT_AS, surface_id=surface_id, of_sort=_SINCE, of_name="")
    first = tx.now if since is None else int(since)
    return tx.all(s.UNFINISHED, surface_id=surface_id, since=max(first, tx.now - LATELY))
