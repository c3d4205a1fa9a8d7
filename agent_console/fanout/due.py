"""What may be acted on now of all that staff have done: in no thread two things at once."""

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from agent_console.fanout.acting import decoded
from agent_console.surface import AnyHeard, Signed
from bridge.models import SurfaceHeard
from bridge.store import heard as h
from bridge.store import surfaces as s
from bridge.store.transactions import Tx

Where = tuple[str, str]
"""A place, and a thread in it; no thread where something is about the place itself."""
Due = Mapping[Where, Sequence[SurfaceHeard]]


def due(
    tx: Tx, surface_id: str, acting: Mapping[int, Where], enough: int
) -> tuple[Due, int | None]:
    """Return what is due, by threads, and when more will be; `enough` rows will do.

    `acting` says where that is which is acted on already, by the ids of its rows. Their threads
    are left out, and so is where they are now, if they were moved meanwhile.
    """
    found: dict[Where, list[SurfaceHeard]] = defaultdict(list)
    busy, after = set(acting.values()), 0
    while sum(len(rows) for at, rows in found.items() if at not in busy) < enough:
        page = tx.all(h.DUE_HEARD, surface_id=surface_id, now=tx.now, after=after, limit=enough)
        for row in page:
            at = _where(tx, surface_id, row)
            found[at].append(row)
            if row.id in acting:
                busy.add(at)
        if len(page) < enough:
            break
        after = page[-1].id
    free = {at: _in_order(rows) for at, rows in found.items() if at not in busy}
    return free, tx.one(h.NEXT_HEARD, surface_id=surface_id, after=tx.now)


def _in_order(rows: Sequence[SurfaceHeard]) -> Sequence[SurfaceHeard]:
    """Return what amends first: what is changed or taken back by now never goes as it was."""
    amends = ('{"type":"unsaid"', '{"type":"said_anew"')
    return sorted(rows, key=lambda row: not row.event.startswith(amends))


def _where(tx: Tx, surface_id: str, row: SurfaceHeard) -> Where:
    """Return where something was done; a reaction is where the message is, said or on its way."""
    event = None if row.thread else _read(row)
    if isinstance(event, Signed):
        on = {"surface_id": surface_id, "of_place": row.place, "external_id": event.external_id}
        found = tx.one(h.HELD, **on) or tx.one(s.THREAD_WITH, **on)
        if found is not None and found.thread:
            return row.place, found.thread
    return row.place, row.thread


def _read(row: SurfaceHeard) -> AnyHeard | None:
    """Return what was heard, or `None` for what fails when it is acted on."""
    with contextlib.suppress(msgspec.MsgspecError):
        return decoded(row)
    return None
