"""Running the whole program on open sockets, from the first migration to the last answer."""

import asyncio
import contextlib
import functools
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import IO

from bridge import __version__, db, tracing
from bridge.app import Program
from bridge.backup import before_migrating
from bridge.private import Phase, alive, answering_privately
from bridge.processes import Role
from bridge.reload.anew import Reloading
from bridge.settings import Settings
from bridge.start import Sockets, StartError, lock, lock_beside, port_to_be_had
from bridge.vigil import ended_if_it_hangs
from bridge.web.server import NoServer, WebServer, settle_memory

_log = logging.getLogger(__name__)


async def serve(
    settings: Settings,
    sockets: Sockets,
    announce: Callable[[Program], Awaitable[None]],
    load: Callable[[], Settings],
    role: Role = "all",
) -> None:
    """Run the program on open sockets until SIGINT or SIGTERM: all of it, or what `role` does.

    `announce` is called once it answers, `load` reads the settings anew on SIGHUP. Raises
    `StartError` and `DatabaseError`.
    """
    database, asked = settings.storage.database_path, asyncio.Event()
    # Before the lock says whom to ask: by default the signal would kill us.
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    place = db.place_of(settings.storage.database.reveal())
    with contextlib.closing(_place_on(place, database, role)), _traced(settings):
        db.migrate_apart(place, before_migrating(settings.storage.backup, _log.info))
        program, phase = Program(settings, role=role), Phase()
        reloading = Reloading(program, load, database, asked)
        private = answering_privately(sockets.private, program, reloading, phase)
        vigil = ended_if_it_hangs(functools.partial(alive, program))
        async with vigil, private, program.running():
            program.supervisor.start("reload", reloading.run)
            phase.server = server = _server(program, sockets)
            # uvicorn raises the signal again once it has ended, and its default would kill us
            # before what is on the wire has ended and the database is closed.
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.end)
            public = [] if sockets.public is None else [sockets.public]
            serving = asyncio.create_task(server.serve(sockets=public))
            answering = asyncio.create_task(server.answering.wait())
            await asyncio.wait({serving, answering}, return_when=asyncio.FIRST_COMPLETED)
            answering.cancel()
            if server.answering.is_set():
                await announce(program)
                settle_memory()
            with port_to_be_had(settings.server.listen):
                await serving


@contextlib.contextmanager
def _traced(settings: Settings) -> Iterator[None]:
    """Trace what is done in the context, where the settings have a place for it."""
    collector = settings.telemetry.otlp
    if collector is not None:
        # Ten megabytes that most installations have no use for.
        from bridge.tracing.otlp import OtlpTracer  # noqa: PLC0415

        tracing.use(OtlpTracer(collector, __version__))
    try:
        yield
    finally:
        tracing.end()


def _place_on(place: db.Place, database: Path, role: Role) -> IO[str]:
    """Take a place on the database: the only one on a file, one of many on a server."""
    if isinstance(place, db.Server):
        return lock_beside(database)
    if role != "all":
        raise StartError(
            f"--role {role} is for several processes on one PostgreSQL server; {place} is a "
            "file, which one process has: leave --role out, or name a server in storage.database"
        )
    return lock(database)


def _server(program: Program, sockets: Sockets) -> WebServer | NoServer:
    return NoServer() if sockets.public is None else WebServer(program.web())
