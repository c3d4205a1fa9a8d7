"""What is kept of surfaces no longer than it is needed."""

from collections.abc import Iterable

import msgspec

from bridge.store import surfaces as s
from bridge.store.transactions import Tx

# For so long (ms) a platform may bring again what was dealt with.
HEARD_FOR = 14 * 24 * 3_600_000


def tidy(tx: Tx, configured: Iterable[str]) -> None:
    """Forget what was dealt with long ago, and what was purged of surfaces that are gone."""
    tx.run(s.FORGET_HEARD, before=tx.now - HEARD_FOR)
    ids = msgspec.json.encode(list(configured)).decode()
    for row in tx.all(s.LEFT_BEHIND, configured=ids):
        tx.run(s.DROP_THREAD, of=row)
