"""Whether the program lives, and whether it is ready: what a supervisor of programs asks.

It is ready without every network: one that is away, or knows our token no more, is told of,
and keeps no other customer from being answered.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from bridge.channel import Reason, StorageUnavailableError
from bridge.db.versions import stands, works_on
from bridge.models import HealthState, InboxHealth
from bridge.private.program import Phase, Program
from bridge.store import operations
from bridge.store.transactions import Tx

# The database has so long to answer, in seconds: less than a probe is usually given.
PATIENCE = 2.0

_PHASES: Mapping[str, tuple[HealthState, str | None]] = {
    "starting": ("starting", "The program is starting."),
    "running": ("up", None),
    "stopping": ("down", "The program is stopping."),
}
_SILENT = f"The database has not answered within {PATIENCE:.0f} s."
_OLD = "Its tables are another version's."


class Check(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing, and how it is; `since` is in ms since 1970, `why` a sentence in English.

    `reason` is the code of an inbox's or a surface's trouble. `lost_from` is when the network
    of an inbox that receives nothing drops the first of what it keeps, in ms.
    """

    what: Literal["program", "database", "migrations", "redis", "inbox", "surface"]
    state: HealthState
    id: str | None = None
    kind: str | None = None
    since: int | None = None
    reason: Reason | None = None
    why: str | None = None
    lost_from: int | None = None


class Readiness(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether the desk can be used, why not, and whether anything of it has trouble.

    `checks` are there where they were asked for.
    """

    ready: bool
    state: Literal["up", "degraded", "down"]
    why: Sequence[str] = ()
    checks: Sequence[Check] = ()


def alive(program: Program) -> bool:
    """Say whether it can go on without a restart; that it says so at all is the loop's part."""
    return program.store.writes and not program.poison.hangs


async def readiness(program: Program, phase: Phase) -> Readiness:
    """Look, and return what was found."""
    needed = [_running(phase), *await _database(program)]
    others = [*_redis(program), *networks(program)]
    why = [str(one.why) for one in needed if one.state != "up"]
    well = all(one.state == "up" for one in others)
    state: Literal["up", "degraded", "down"] = "down" if why else "up" if well else "degraded"
    return Readiness(not why, state, why, [*needed, *others])


def networks(program: Program) -> list[Check]:
    """Return how every inbox and staff surface is, as of the last seconds."""
    known = {row.inbox_id: row for row in program.watch.rows()}
    lost_from = program.watch.lost_from()
    settings = program.settings
    inboxes = [
        _described("inbox", settings.channels[key].type, known[key], lost_from.get(key))
        for key in program.inboxes
        if key in known and key in settings.channels
    ]
    surfaces = [
        _described("surface", settings.staff[key].type, known[key])
        for key in program.staff
        if key in known and key in settings.staff
    ]
    return inboxes + surfaces


def _described(
    what: Literal["inbox", "surface"], kind: str, row: InboxHealth, lost_from: int | None = None
) -> Check:
    how = (row.since, row.reason, row.sentence)
    return Check(what, row.state, row.inbox_id, kind, *how, lost_from)


def _running(phase: Phase) -> Check:
    state, why = _PHASES[phase.now]
    return Check("program", state, why=why)


def _redis(program: Program) -> list[Check]:
    """Return how Redis is, where there is one: without it the desk works all the same."""
    if program.budgets is None:
        return []
    standing = program.budgets.line.standing
    return [Check("redis", standing.state, since=standing.since, why=standing.why)]


async def _database(program: Program) -> list[Check]:
    """Ask it for its version, and the writer to write nothing at all."""
    try:
        async with asyncio.timeout(PATIENCE):
            fits = await program.store.read(_fits)
            await program.store.write(_nothing)
    except TimeoutError:
        return [Check("database", "down", why=_SILENT)]
    except StorageUnavailableError as error:
        return [Check("database", "down", why=f"The database cannot be used: {error}.")]
    tables: HealthState = "up" if fits else "down"
    why = None if fits else _OLD
    return [Check("database", "up"), Check("migrations", tables, why=why)]


def _fits(tx: Tx) -> bool:
    return works_on(stands(tx.one(operations.VERSION), lambda: [tx.one(operations.WORKS_FROM)]))


def _nothing(_: Tx) -> None:
    """It needs the writer and the database's lock, which is what is to be proven."""
