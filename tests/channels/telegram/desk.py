"""A Telegram inbox between a core in memory and a model of the Bot API, over real HTTP."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any, Literal

import uvicorn

from bridge.channel import ChannelContext, OutboundPart
from bridge.clock import Clock
from bridge.sandbox.telegram import Customer, TelegramServer, Time
from bridge.settings import Secret
from bridge.web import create_app
from channels.telegram.channel import TelegramChannel
from channels.telegram.settings import TelegramSettings
from tests.channels.core import FakeCore
from tests.channels.doors import CustomersOf, FakeMedia
from tests.channels.health import Noted
from tests.channels.rig import eventually

TOKEN = "7000000001:AAtoken-canary-0123456789abcdefgh"
SECRET = b"inbox-secret-canary-0123456789abcdef"
INBOX = "shop_tg"
Mode = Literal["polling", "webhook"]


class Hurried:
    """The machine's time, in which nobody waits for long."""

    def __init__(self) -> None:
        self._clock = Clock()

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return self._clock.now() / 1000

    async def sleep(self, seconds: float) -> None:
        """Hardly sleep."""
        await asyncio.sleep(min(seconds, 0.01))


class Desk:
    """One bot, its network, its inbox and its customers."""

    def __init__(
        self, mode: Mode, *, time: Time | None = None, clock: Clock | None = None, **settings: Any
    ) -> None:
        """Wire it; `settings` are further keys of the YAML. `open` starts the servers."""
        self.mode = mode
        self.clock = clock or Clock()
        self.telegram = TelegramServer(time=time or Hurried(), local=True)
        self.bot = self.telegram.world.add_bot(TOKEN, username="shop_bot")
        self.core = FakeCore(self.clock)
        self.channel: TelegramChannel
        self.health = Noted()
        self.hook = ""
        self._made: list[TelegramChannel] = []
        self._settings = settings
        self._people: dict[str, Customer] = {}
        self._parts = 0

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Desk"]:
        """Start Telegram, and the program's web server for its webhooks."""
        listening = socket.create_server(("127.0.0.1", 0))
        home = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.hook = f"{home}/hooks/{INBOX}"
        async with self.telegram:
            self.channel = self.new_channel(home)
            app = create_app([self.channel], public_url=home, version="1")
            try:
                async with serving(app, listening):
                    yield self
            finally:
                for one in self._made:
                    await one.close()

    def new_channel(self, home: str = "http://127.0.0.1:8080", **settings: Any) -> TelegramChannel:
        """Return the inbox's channel, anew as after a restart."""
        given: dict[str, Any] = {"token": Secret(TOKEN), "mode": self.mode}
        given |= {"api_base": self.telegram.url} | self._settings | settings
        context = ChannelContext(
            inbox_id=INBOX,
            inbox_name="Магазин",
            clock=self.clock,
            public_url=home,
            secret=SECRET,
            customers=CustomersOf(self.core),
            media=FakeMedia(),
            max_upload=4_000_000,
            max_length=2000,
            locale="en",
            locales=("en", "ru", "uk", "es"),
            health=self.health,
            tries=self.core,
        )
        made = TelegramChannel(TelegramSettings.model_validate(given), context)
        self._made.append(made)
        return made

    def person(self, name: str = "anna", **more: Any) -> Customer:
        """Return the customer called so, who has a phone and this bot's address."""
        if name not in self._people:
            user = self.telegram.world.add_user(name.title(), **more)
            self._people[name] = Customer(self.telegram.world, user, self.bot)
        return self._people[name]

    def met(self, name: str = "anna", **more: Any) -> Customer:
        """Return a customer who has started the bot long ago."""
        person = self.person(name, **more)
        person.chat.started = True
        return person

    def part(self, to: Customer | str, text: str = "", **more: Any) -> OutboundPart:
        """Return a part for a customer."""
        self._parts += 1
        recipient = to if isinstance(to, str) else str(to.user.id)
        return OutboundPart(
            recipient=recipient, thread="", message_id=self._parts, text=text, **more
        )

    @contextlib.asynccontextmanager
    async def running(self, channel: TelegramChannel | None = None) -> AsyncIterator[None]:
        """Run the channel until it receives; what it raises fails the test."""
        asked = self._asked()
        running = asyncio.create_task((channel or self.channel).run(self.core))
        try:
            await eventually(lambda: self._is_receiving(since=asked) or running.done())
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    def _asked(self) -> int:
        """Count how often Telegram was asked for updates, in the desk's way."""
        return self.telegram.arrived["setWebhook" if self.mode == "webhook" else "getUpdates"]

    def _is_receiving(self, *, since: int) -> bool:
        # The webhook of an earlier run stays; what comes before this one has begun is turned away.
        there = self.mode == "polling" or self.bot.courier.webhook is not None
        return there and self._asked() > since

    async def taken(self, *, within: float = 30.0) -> None:
        """Wait until Telegram has nothing more for us."""
        await eventually(lambda: not self.bot.updates.pending, within=within)

    def sent_calls(self) -> int:
        """Count what Telegram was asked to carry."""
        arrived = self.telegram.arrived
        return sum(n for name, n in arrived.items() if name.startswith("send"))


@contextlib.asynccontextmanager
async def serving(app: Any, listening: socket.socket) -> AsyncIterator[None]:
    """Serve the web application on an open socket."""
    config = uvicorn.Config(app, http="httptools", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await eventually(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        server.force_exit = True
        await task
