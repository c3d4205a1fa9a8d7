"""The server under the web application: uvicorn, as we run it."""

import asyncio
import gc
import signal
import socket

import uvicorn
from litestar import Litestar
from litestar.types import Receive, Scope, Send

from bridge.tracing.requests import TracedRequests
from bridge.web.front import WebApp
from bridge.web.protocol import ByPieces, Protocol
from bridge.web.sockets import SocketProtocol

# Ticks of uvicorn's, a tenth of a second each, between two looks at who is too slow.
LOOK = 20
# So many things may be made, that are not gone yet, before the collector looks for circles.
AT_HAND = 10_000


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


class WebServer(uvicorn.Server):
    """uvicorn inside our own loop, telling when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Serve as `served` says."""
        super().__init__(config)
        self.answering = asyncio.Event()
        self._looked_at = 0.0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        self.answering.set()

    async def on_tick(self, counter: int) -> bool:
        """Look now and then at who is too slow; say whether to end."""
        if counter % LOOK == 0:
            now = asyncio.get_running_loop().time()
            for one in list(self.server_state.connections):
                if isinstance(one, Protocol | SocketProtocol):
                    one.look(now, self._looked_at)
            self._looked_at = now
        return await super().on_tick(counter)

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
        http=ByPieces,  # type: ignore[arg-type]  # A protocol as the loop knows one.
        ws=SocketProtocol,
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
    message leaves behind. While the program starts nothing is garbage, so it does not run;
    and what many requests at once have in hand is no garbage either, so it looks later than
    at 700 things, which takes a tenth of the work off a message.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(AT_HAND)
    gc.enable()
