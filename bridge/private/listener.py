"""The second server of the program, which the world does not reach."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bridge.private.program import Phase, Program
from bridge.reload.anew import Reloading
from bridge.web.server import WebServer, served

__all__ = ["Phase", "answering_privately"]

# How long open requests may take to end when everything else has, in seconds.
GRACE = 1


class _Server(WebServer):
    """A server beside the one that signals are for."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the other one."""
        yield


@contextlib.asynccontextmanager
async def answering_privately(
    listening: socket.socket | None, program: Program, reloading: Reloading, phase: Phase
) -> AsyncIterator[None]:
    """Answer on the socket, if there is one, for as long as the context lasts.

    Let it be around all that starts and stops, so that somebody is there to say so.
    """
    if listening is None:
        yield
        return
    # Nobody else needs what figures are written with.
    from bridge.private.addresses import private_app  # noqa: PLC0415

    server = _Server(served(private_app(listening, program, reloading, phase), grace=GRACE))
    # A closed socket does not know its name any more.
    file = Path(listening.getsockname()) if listening.family == socket.AF_UNIX else None
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.end()
        await serving
        if file is not None:
            file.unlink(missing_ok=True)
