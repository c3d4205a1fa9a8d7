"""Visitors' network addresses: forgotten once not seen for their time; all else stays.

An address stands in what is known of a visit, and in an event that could not be taken in and
was set aside with it. Whoever comes back brings theirs anew.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from bridge import written
from bridge.store import addresses as q
from bridge.store import bulk, log
from bridge.store.transactions import Store, Tx

# Visitors that one reading looks through, by their places in the table.
LOOKED_THROUGH = 2000
# Changed in one transaction: some 20 ms.
AT_ONCE = 50
# Things that were set aside in one reading; each may have a megabyte.
ASIDE_AT_ONCE = 20


async def forget(store: Store, kept: int) -> None:
    """Forget, a piece at a time, every address that was not seen for `kept` ms."""
    for after in range(0, await store.read(_last_visitor), LOOKED_THROUGH):
        over = await store.read(_over, kept, after)
        for begin in range(0, len(over), AT_ONCE):
            await store.write(forget_visitors, kept, over[begin : begin + AT_ONCE])
    last = 0
    while aside := await store.read(_aside, kept, last):
        last = aside[-1].id
        for one in aside:
            if (bare := written.without_address(one.raw)) != one.raw:
                await store.write(_put_aside, one.id, bare)


def forget_visitors(tx: Tx, kept: int, identity_ids: Sequence[int]) -> int:
    """Forget the addresses of those who have still not been seen; return of how many."""
    over = tx.all(q.VISITS_OVER, ids=bulk.ids(identity_ids), before=tx.now - kept)
    for one in over:
        facts = msgspec.json.decode(one.facts, type=dict[str, Any])
        del facts["ip"]
        tx.run(q.SET_FACTS, of=one.identity_id, facts=msgspec.json.encode(facts).decode())
        log.append(tx, "visit.changed", contact_id=one.contact_id, identity_id=one.identity_id)
    return len(over)


def _last_visitor(tx: Tx) -> int:
    return int(tx.the(q.LAST_VISITOR))


def _over(tx: Tx, kept: int, after: int) -> list[int]:
    given = {"after": after, "up_to": after + LOOKED_THROUGH}
    return tx.all(q.VISITORS_OVER, before=tx.now - kept, **given)


def _aside(tx: Tx, kept: int, after: int) -> list[q.Aside]:
    return tx.all(q.ASIDE_OVER, after=after, before=tx.now - kept, limit=ASIDE_AT_ONCE)


def _put_aside(tx: Tx, one: int, bare: bytes) -> None:
    tx.run(q.SET_RAW, of=one, raw=bare, kept=len(bare))
