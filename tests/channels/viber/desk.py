"""A Viber inbox served on loopback, the model of Viber beside it, and a core in memory."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Response, get
from litestar.params import FromPath

from bridge.channel import ChannelContext, Elsewhere, MediaKind, OutboundMedia, OutboundPart
from bridge.sandbox.viber import Customer, ViberPlatform
from bridge.settings import Secret
from bridge.web import create_app
from channels.viber.channel import ViberChannel
from channels.viber.settings import ViberSettings
from tests.channels.core import FakeCore
from tests.channels.doors import CustomersOf, FakeMedia
from tests.channels.health import Noted
from tests.channels.rig import eventually
from tests.clock import ManualClock

INBOX = "shop_viber"
SECRET = b"viber-inbox-secret-canary-0123456789"


class ViberDesk:
    """Everything around one inbox; `await start()` before use."""

    def __init__(self, **settings: Any) -> None:
        """`settings` are keys of the YAML beside the token and the address."""
        self.clock = ManualClock()
        self.core = FakeCore(self.clock)
        self.health = Noted()
        self.waits = asyncio.Event()
        self.viber = ViberPlatform(now=self.clock.now, sleep=self._wait)
        self.slept: list[float] = []
        self.files: dict[str, bytes] = {}
        self._given = settings
        self.elsewhere: Elsewhere | None = None
        """Set before the start: there may be other processes."""
        self._stack = contextlib.AsyncExitStack()
        self._parts = 0
        self.url = ""
        self.channel: ViberChannel

    async def _wait(self, seconds: float) -> None:
        """Hold the next attempt at a callback until the test lets time pass."""
        self.slept.append(seconds)
        await self.waits.wait()
        self.clock.tick(seconds)
        await asyncio.sleep(0)

    async def start(self) -> None:
        """Serve the model and the inbox; the channel is not running yet."""
        await self._stack.enter_async_context(self.viber.running())
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        given = {"token": Secret(self.viber.account.token), "api_base": self.viber.url}
        settings = ViberSettings.model_validate(given | self._given)
        self.channel = ViberChannel(settings, self._context())
        await self._stack.enter_async_context(self._serving(listening))

    async def stop(self) -> None:
        """End everything."""
        await self._stack.aclose()

    def _context(self) -> ChannelContext:
        return ChannelContext(
            inbox_id=INBOX,
            inbox_name="Крамниця",
            clock=self.clock,
            public_url=self.url,
            secret=SECRET,
            customers=CustomersOf(self.core),
            media=FakeMedia(),
            max_upload=4096,
            max_length=2000,
            locale="en",
            locales=("en", "ru", "uk", "es"),
            public_link=self.link,
            health=self.health,
            tries=self.core,
            elsewhere=self.elsewhere,
        )

    @contextlib.asynccontextmanager
    async def _serving(self, listening: socket.socket) -> AsyncIterator[None]:
        app: Any = create_app([self.channel, self._files()], public_url=self.url, version="1")
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        await eventually(lambda: server.started)
        try:
            yield
        finally:
            server.should_exit = True
            await task

    # --- files ---

    def _files(self) -> Any:
        async def give(id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
            found = self.files.get(f"{id}/{name}")
            return Response(found or b"", status_code=404 if found is None else 200)

        return get("/media/{id:str}/{name:str}", media_type="application/octet-stream")(give)

    def link(self, media: OutboundMedia) -> str:
        """Give a file's public address, as the core does."""
        return f"{self.url}/media/{media.public_id}/file{Path(media.name).suffix}?exp=1&sig=s"

    def file(self, name: str, mime: str, content: bytes, kind: MediaKind = "file") -> OutboundMedia:
        """Return a file that can be sent."""
        public_id = f"{len(self.files):032x}"
        self.files[f"{public_id}/file{Path(name).suffix}"] = content
        return OutboundMedia(
            public_id=public_id, kind=kind, name=name, mime=mime, size=len(content), path=""
        )

    # --- short ways ---

    def part(self, recipient: str, text: str = "", **more: Any) -> OutboundPart:
        """Return a new part."""
        self._parts += 1
        return OutboundPart(
            recipient=recipient, thread="", message_id=self._parts, text=text, **more
        )

    async def anna(self, **facts: Any) -> Customer:
        """Return somebody who has written to the bot."""
        anna = self.viber.customer(**facts)
        assert (await anna.writes("Добрий день")).answered
        return anna

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the channel until the context ends, its webhook set."""
        calls = len(self.viber.ledger.of("set_webhook"))
        task = asyncio.create_task(self.channel.run(self.core))
        await eventually(lambda: len(self.viber.ledger.of("set_webhook")) > calls or task.done())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class _Server(uvicorn.Server):
    """uvicorn in the test's own loop, which keeps its signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave signals alone."""
        yield
