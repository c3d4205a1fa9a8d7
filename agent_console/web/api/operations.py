"""How the desk runs: its channels for supervisors, and for owners all of it, configuration too.

Nothing here is what a customer has said.
"""

import platform
import shutil
from pathlib import Path

from litestar import get

from agent_console import cards
from agent_console.audit.configuration import digest, fingerprints
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Me, require
from agent_console.web.console import Console
from bridge import __version__
from bridge.settings.show import keys
from bridge.store import operations as o
from bridge.store.transactions import Tx

# Of how late failures are told, in ms.
FAILED_SINCE = 7 * 24 * 3_600_000


class InboxState(w.Shape, frozen=True, kw_only=True, gc=False):
    """A channel: its health, what waits for it and since when, and what did not arrive.

    `failed` counts the last seven days, `uncertain` and `quarantined` all there are.
    """

    health: w.ChannelHealth
    waiting: int
    oldest: int | None
    failed: int
    uncertain: int
    quarantined: int


class Key(w.Shape, frozen=True, kw_only=True, gc=False):
    """A key of the configuration; `where` is `<file>:<line>`, a variable, or null: a default."""

    key: str
    value: str
    where: str | None


class Warned(w.Shape, frozen=True, kw_only=True, gc=False):
    """Something that the file may not mean to say."""

    where: str
    message: str
    help: str


class Step(w.Shape, frozen=True, kw_only=True, gc=False):
    """A step of setting a desk up."""

    id: str
    done: bool


class DeskState(w.Shape, frozen=True, kw_only=True, gc=False):
    """The program, what it stands on, and its configuration; sizes in bytes."""

    version: str
    python: str
    database: str
    database_size: int
    media_free: int
    media_total: int
    sessions: int
    file: str | None
    hash: str
    warnings: list[Warned]
    keys: list[Key]
    steps: list[Step]


@get("/operations/channels")
async def channels(console: Given, me: Me) -> list[InboxState]:
    """Return how every channel is."""
    require(console, me, "health")
    return await console.read(_channels)


@get("/operations/desk")
async def desk(console: Given, me: Me) -> DeskState:
    """Return what the program is, what it stands on, and its configuration, secrets hidden."""
    require(console, me, "configuration")
    sessions, version, size, steps = await console.read(_counted)
    settings, origin = console.settings, console.settings.origin
    disk = shutil.disk_usage(_there(settings.storage.media.dir))
    return DeskState(
        version=__version__,
        python=platform.python_version(),
        database=version,
        database_size=size,
        media_free=disk.free,
        media_total=disk.total,
        sessions=sessions,
        file=origin.file if origin else None,
        hash=digest(fingerprints(settings, console.fingerprint_key)),
        warnings=_warnings(console),
        keys=[Key(key=key, value=value, where=where) for key, value, where in keys(settings)],
        steps=_steps(console, steps),
    )


def _channels(tx: Tx) -> list[InboxState]:
    queues = {one.place: one for one in tx.all(o.QUEUES)}
    ended = tx.all(o.AMISS, since=tx.now - FAILED_SINCE)
    amiss = {(one.place, one.state): one.number for one in ended}
    aside = {one.inbox_id: one.number for one in tx.all(o.QUARANTINED)}
    return [
        InboxState(
            health=one,
            waiting=queues[one.inbox].waiting if one.inbox in queues else 0,
            oldest=queues[one.inbox].oldest if one.inbox in queues else None,
            failed=amiss.get((one.inbox, "failed"), 0),
            uncertain=amiss.get((one.inbox, "uncertain"), 0),
            quarantined=aside.get(one.inbox, 0),
        )
        for one in cards.channels(tx)
    ]


def _counted(tx: Tx) -> tuple[int, str, int, o.Steps]:
    sessions = tx.the(o.SESSIONS, now=tx.now)
    return sessions, tx.the(o.DATABASE), tx.the(o.SIZE), tx.the(o.STEPS)


def _warnings(console: Console) -> list[Warned]:
    origin = console.settings.origin
    return [
        Warned(
            where=f"{one.source}:{one.line}" if one.line else one.source,
            message=f"{one.path}: {one.message}" if one.path else one.message,
            help=one.help,
        )
        for one in (origin.warnings if origin else ())
    ]


def _steps(console: Console, done: o.Steps) -> list[Step]:
    """Return what a new desk needs before it can be worked with, and whether it is there."""
    kinds = {one.type for one in console.settings.channels.values()}
    found = [
        Step(id="channel", done=bool(kinds)),
        Step(id="agent", done=bool(done.with_password)),
        Step(id="written", done=bool(done.written)),
        Step(id="answered", done=bool(done.answered)),
    ]
    if "widget" in kinds:
        found.insert(2, Step(id="widget", done=bool(done.on_the_site)))
    return found


def _there(folder: Path) -> Path:
    """Return the folder, or what is nearest above it where nothing was kept yet."""
    return next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())


HANDLERS = [channels, desk]
