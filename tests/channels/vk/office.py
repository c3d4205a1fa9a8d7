"""A VK inbox wired to the model platform and to a core in memory, over real HTTP."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn

from bridge.channel import ChannelContext, OutboundMedia, OutboundPart
from bridge.clock import Clock
from bridge.sandbox.vk import VkPlatform
from bridge.settings import Secret
from bridge.web import create_app
from channels.vk.channel import VkChannel
from channels.vk.settings import VkSettings
from tests.channels.core import FakeCore
from tests.channels.doors import CustomersOf, FakeMedia
from tests.channels.health import Noted
from tests.channels.rig import eventually

SECRET = "callbackSecretCanary0123456789"
INBOX = "shop_vk"


async def never(_seconds: float) -> None:
    """Wait for what a test brings about itself."""
    await asyncio.Event().wait()


def settings_for(platform: VkPlatform, **given: Any) -> VkSettings:
    """Return the keys of an inbox on the platform; `given` overrides."""
    keys: dict[str, Any] = {
        "name": "Квіти",
        "group_id": platform.world.group_id,
        "token": Secret(platform.world.token),
        "confirmation": platform.callback.code,
        "secret": Secret(SECRET),
        "api_base": platform.url,
    }
    return VkSettings.model_validate(keys | given)


class Office:
    """One inbox. `url` is its address for VK, once it is served."""

    def __init__(
        self,
        platform: VkPlatform,
        *,
        clock: Clock | None = None,
        core: FakeCore | None = None,
        sleep: Any = asyncio.sleep,
        **given: Any,
    ) -> None:
        """Wire it."""
        self.platform = platform
        self.clock = clock or Clock()
        self.core = core or FakeCore(self.clock)
        self.health = Noted()
        self.settings = settings_for(platform, **given)
        self.context = ChannelContext(
            inbox_id=INBOX,
            inbox_name="Квіти",
            clock=self.clock,
            public_url="http://127.0.0.1",
            secret=b"inbox-secret-canary-0123456789abcdef",
            customers=CustomersOf(self.core),
            media=FakeMedia(),
            max_upload=4096,
            max_length=2000,
            locale="en",
            locales=("en", "ru", "uk", "es"),
            health=self.health,
            tries=self.core,
        )
        self.channel = VkChannel(self.settings, self.context, sleep=sleep)
        self.url = ""
        self._parts = 0

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Serve the inbox's address on a port of its own."""
        listening = socket.create_server(("127.0.0.1", 0))
        home = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(
            create_app([self.channel], public_url=home, version="1"),
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await eventually(lambda: server.started)
        self.url = f"{home}/hooks/{INBOX}"
        try:
            yield
        finally:
            server.should_exit = True
            await serving
            listening.close()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the channel."""
        task = asyncio.create_task(self.channel.run(self.core))
        await asyncio.sleep(0.01)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def part(self, recipient: str | int, text: str = "", **more: Any) -> OutboundPart:
        """Return a new part for a customer."""
        self._parts += 1
        given = {"recipient": str(recipient), "thread": "", "text": text}
        return OutboundPart(message_id=self._parts, **(given | more))


def file_of(
    folder: Path, name: str, data: bytes, *, kind: Any = "file", mime: str = "text/plain"
) -> OutboundMedia:
    """Return a file that is to be sent."""
    path = folder / name
    path.write_bytes(data)
    return OutboundMedia(
        public_id=name, kind=kind, name=name, mime=mime, size=len(data), path=str(path)
    )
