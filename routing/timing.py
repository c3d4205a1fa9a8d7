"""Setting timers: rows that `timers.py` fires. Every function runs inside a transaction."""

from bridge.store import deliveries as d
from bridge.store.transactions import Tx

TIMERS_TOPIC = "timers"
"""What is to be woken where a timer was set, perhaps earlier than the one waited for."""


def set_timer(tx: Tx, subject: str, kind: str, due_at: int | None) -> None:
    """Have a timer fire at `due_at` (ms), or not at all; `subject` is `<what>:<id>`."""
    if due_at is None:
        tx.put_off(d.CLEAR_TIMER, subject=subject, kind=kind)
    else:
        tx.put_off(d.SET_TIMER, subject=subject, kind=kind, due_at=due_at)
        tx.wake(TIMERS_TOPIC)
