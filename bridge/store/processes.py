"""Queries about the processes of the program, their leases, and who is at which of them."""

from sqlalchemy import delete, select, update

from bridge.clock import Clock, CommonClock
from bridge.db.postgresql import NOW, RUNNING_HERE
from bridge.models import LEASE, PRESENT, PROCESS, Lease, Present, Process
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, nothing, param, value
from bridge.store.tx import Tx

_p = param

# The one clock that all of them have in common; a file has one process, and its own.
_NOW = Statement(
    value, "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000", postgresql=f"SELECT {NOW}"
)
SPEAK = Statement(
    nothing,
    (new := upsert(PROCESS))
    .values(
        id=_p("id"),
        role=_p("role"),
        tables=_p("tables"),
        begun_at=_p("begun_at"),
        until=_p("until"),
    )
    .on_conflict_do_update(
        index_elements=["id"], set_={"role": new.excluded.role, "until": new.excluded.until}
    ),
)
PROCESSES = Statement(Process, select(*columns(PROCESS, Process)).order_by(PROCESS.c.id))
END_PROCESS = Statement(nothing, delete(PROCESS).where(PROCESS.c.id == _p("of")))
# Whose writing connection is open: the server lets go of its lock with it.
CONNECTED = Statement(
    value,
    "SELECT id FROM processes",
    postgresql=f"SELECT CAST(objid AS BIGINT) {RUNNING_HERE}",
)

LEASES = Statement(Lease, select(*columns(LEASE, Lease)).order_by(LEASE.c.name))
TAKE = Statement(
    nothing,
    (taken := upsert(LEASE))
    .values(name=_p("name"), fence=_p("fence"), owner=_p("owner"))
    .on_conflict_do_update(
        index_elements=["name"],
        set_={"fence": taken.excluded.fence, "owner": taken.excluded.owner},
    ),
)
# Under the same number it is nobody's: whoever held it can write no more once it is taken.
HAND_BACK = Statement(
    nothing,
    update(LEASE)
    .where(LEASE.c.name == _p("of"), LEASE.c.fence == _p("under"), LEASE.c.owner == _p("by"))
    .values(owner=None, fence=LEASE.c.fence + 1),
)

BE_PRESENT = Statement(
    nothing,
    (here := upsert(PRESENT))
    .values(place=_p("place"), who=_p("who"), process=_p("process"), left_at=_p("left_at"))
    .on_conflict_do_update(
        index_elements=["place", "who", "process"], set_={"left_at": here.excluded.left_at}
    ),
)
BE_GONE = Statement(
    nothing,
    delete(PRESENT).where(
        PRESENT.c.place == _p("at"), PRESENT.c.who == _p("of"), PRESENT.c.process == _p("by")
    ),
)
WHERE_IS = Statement(
    Present,
    select(*columns(PRESENT, Present)).where(
        PRESENT.c.place == _p("place"), PRESENT.c.who == _p("who")
    ),
)
PRESENT_AT = Statement(
    value,
    select(PRESENT.c.who)
    .where(PRESENT.c.place == _p("place"), PRESENT.c.left_at.is_(None))
    .distinct(),
)
PRESENT_BY = Statement(
    Present,
    select(*columns(PRESENT, Present)).where(
        PRESENT.c.process == _p("process"), PRESENT.c.left_at.is_(None)
    ),
)
ALL_GONE = Statement(nothing, delete(PRESENT))
FORGET_GONE = Statement(nothing, delete(PRESENT).where(PRESENT.c.left_at < _p("before")))

TELL = Statement(nothing, "SELECT :said", postgresql="SELECT pg_notify('deskbridge', :said)")


def now_of(tx: Tx, clock: Clock) -> int:
    """Return the time of the clock in common, in ms; the clock learns what it is now."""
    asked = clock.monotonic()
    theirs: int = tx.the(_NOW)
    if isinstance(clock, CommonClock):
        clock.learn(theirs, asked=asked, answered=clock.monotonic())
    return theirs
