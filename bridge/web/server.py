"""The server under the web application: uvicorn, as we run it."""

import asyncio
import gc
import socket

import uvicorn
from litestar import Litestar
from litestar.types import Receive, Scope, Send

from bridge.web.front import WebApp


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

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        self.answering.set()

    def end(self) -> None:
        """End in good order."""
        self.should_exit = True


def served(app: Doors | Litestar, *, grace: int) -> uvicorn.Config:
    """Return how `app` is served; when it ends, what is open has `grace` seconds for that."""
    return uvicorn.Config(
        app,
        http="httptools",
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
