"""Edits, deletions and reports that come before the message they speak of.

They wait a day (DESIGN.md, Edits and deletes) and are applied, in the order they came, in
the transaction that stores the message.
"""

import logging
from collections.abc import Callable

from bridge import written
from bridge.channel import Answer, DeliveryReport, MessageDeleted, MessageEdited
from bridge.store import log, quarantine
from bridge.store.transactions import Tx, is_passing

_log = logging.getLogger(__name__)

Parkable = MessageEdited | MessageDeleted | DeliveryReport
PATIENCE = 24 * 3_600_000


def park(tx: Tx, inbox_id: str, awaits: str, event: Parkable) -> Answer:
    """Keep the event until a message with the external id `awaits` is known."""
    kept = written.of(event).decode()
    tx.run(log.PARK, inbox_id=inbox_id, awaits=awaits, event=kept, parked_at=tx.now)
    return Answer(outcome="parked")


def event_of(kept: str) -> Parkable:
    """Return the event as it was before it was parked."""
    found = written.read(kept.encode())
    assert isinstance(found, Parkable), "nothing else is parked"  # noqa: S101
    return found


def release(tx: Tx, inbox_id: str, external_id: str, take: Callable[[Parkable], Answer]) -> None:
    """Apply what has been waiting for this message."""
    waiting = tx.all(log.PARKED_FOR, inbox_id=inbox_id, awaits=external_id)
    if not waiting:
        return
    tx.run(log.UNPARK, inbox_id=inbox_id, awaits=external_id)
    for kept in waiting:
        try:
            with tx.attempt():
                take(event_of(kept))
        except Exception as error:
            if is_passing(error):
                raise
            # It must not take with it what it has been waiting for.
            _log.exception("what was parked for a message of %s is broken", inbox_id)
            why = f"parked: {type(error).__name__}"
            quarantine.put(tx, inbox_id, kept.encode(), why, "event")


def expire(tx: Tx) -> int:
    """Forget what has waited too long; return how many."""
    return tx.run(log.EXPIRE_PARKED, before=tx.now - PATIENCE)
