"""The server under the web application: uvicorn, as we run it."""

import asyncio
import gc
import signal
import socket
from typing import Any

import uvicorn
from litestar import Litestar
from litestar.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bridge.tracing.requests import TracedRequests
from bridge.web.front import WebApp

# What is larger is worth a write of its own. Bytes.
LARGE = 16 * 1024


class Doors:
    """The web application of now: another can be put in its place while it is served.

    What has begun ends where it began.
    """

    def __init__(self, app: WebApp) -> None:
        """Open with `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket."""
        await self.app(scope, receive, send)


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, each answer written in one piece."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to speak."""
        super().connection_made(Gathering(transport, self.loop))  # type: ignore[arg-type]


class Gathering:
    """A transport that sends what one turn of the loop writes, a head and its body, together.

    In two pieces each costs a call of the system here, and another one where it is read.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Write to `transport`."""
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send it at the end of this turn; what is large at once, so that it can be waited for."""
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)
        if len(data) > LARGE:
            self._send()

    def _send(self) -> None:
        held, self._held = self._held, []
        if held:
            self._transport.write(b"".join(held))

    def close(self) -> None:
        """Close once everything is sent."""
        self._send()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Be the transport in everything else."""
        return getattr(self._transport, name)


class WebServer(uvicorn.Server):
    """uvicorn inside our own loop, telling when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Serve as `served` says."""
        super().__init__(config)
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        self.answering.set()

    def end(self) -> None:
        """End in good order."""
        self.should_exit = True


class NoServer:
    """What stands in a server's place where a process answers nobody: it waits for its end."""

    def __init__(self) -> None:
        """Wait as soon as it is served."""
        self.answering = asyncio.Event()
        self.should_exit = False
        self._over = asyncio.Event()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002  # It has none.
        """Wait for the end."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self.end)
        self.answering.set()
        await self._over.wait()

    def end(self) -> None:
        """End in good order."""
        self.should_exit = True
        self._over.set()


def served(app: Doors | Litestar | TracedRequests, *, grace: int) -> uvicorn.Config:
    """Return how `app` is served; when it ends, what is open has `grace` seconds for that."""
    return uvicorn.Config(
        app,
        http=Protocol,
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=64 * 1024,
        # Frames are small, and compressing each for every console costs more than sending.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=grace,
    )


def settle_memory() -> None:
    """Have the collector leave alone what the program itself is made of.

    Going through all of it takes a tenth of a second each time, to find the little that a
    message leaves behind. While the program starts nothing is garbage, so it does not run.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
