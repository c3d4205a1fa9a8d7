"""What a process does goes on by the time that passes, where the wall clock was set."""

from collections.abc import Collection, Iterable
from typing import Any, Protocol

import msgspec

from agent_console.fanout.office import HEARD_TOPIC
from bridge.clock import SLEW
from bridge.delivery import LANE_TOPIC
from bridge.reload.wired import ENGINE
from bridge.store import deliveries, heard, webhooks
from bridge.store.transactions import Tx
from bridge.webhooks.calls import WEBHOOK_TOPIC
from routing.timers import follow_clock

# What staff did waits no longer than this before it is acted on, or tried again, in ms.
_LONGEST_HOLD = 600_000


class _Program(Protocol):
    @property
    def inboxes(self) -> Collection[str]: ...
    @property
    def staff(self) -> Collection[str]: ...
    def still_does(self, tx: Tx, name: str) -> bool: ...


def follow_the_clock(program: _Program, tx: Tx, by: int) -> None:
    """Move what waits for a time, by so many ms: `Store.on_jump`.

    Each process moves what it does itself, by the database: a machine that slept, whose clock
    is set when it wakes, believes that it does what another has done since. What another has
    written by the new clock meanwhile is left.
    """
    # Two clocks that are read one after the other never agree to the millisecond.
    before = tx.now - by + SLEW
    if program.still_does(tx, ENGINE):
        follow_clock(tx, by)
        tx.run(webhooks.FOLLOW_CLOCK, by=by, before=before)
        tx.wake(WEBHOOK_TOPIC)
    if lanes := _done_here(program, tx, "inbox", program.inboxes):
        tx.run(deliveries.FOLLOW_CLOCK, by=by, before=before, inboxes=_listed(lanes))
        tx.wake(LANE_TOPIC)
    if surfaces := _done_here(program, tx, "surface", program.staff):
        until = before + _LONGEST_HOLD
        tx.run(heard.FOLLOW_CLOCK, by=by, until=until, ids=_listed(surfaces))
        tx.wake(HEARD_TOPIC)


def _done_here(program: _Program, tx: Tx, kind: str, keys: Iterable[str]) -> list[str]:
    # It is asked in the writer's thread, and a reload may change them.
    return [key for key in tuple(keys) if program.still_does(tx, f"{kind}:{key}")]


def _listed(names: Any) -> str:
    return msgspec.json.encode(names).decode()
