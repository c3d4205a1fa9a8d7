"""A Slack surface between a desk in memory and a model of Slack, over real HTTP and sockets."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Literal

from agent_console.slack.settings import SlackSettings
from agent_console.slack.surface import SlackSurface
from agent_console.surface import Card, Post, Press, SurfaceContext, Thread
from bridge.channel import OutboundMedia
from bridge.clock import Clock
from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Message, SlackPlatform
from bridge.settings import Secret
from bridge.web import create_app
from tests.agent_console.staff_desk import FakeDesk
from tests.channels.health import Noted
from tests.channels.rig import eventually
from tests.channels.telegram.desk import serving

SURFACE = "slack_main"
Mode = Literal["socket", "hook"]


class Workspace:
    """One workspace with a channel for support and one for everything else."""

    def __init__(
        self, mode: Mode = "socket", *, clock: Clock | None = None, **settings: Any
    ) -> None:
        """Wire it; `settings` are further keys of the YAML. `open` starts the servers."""
        self.mode = mode
        self.clock = clock or Clock()
        self.slack = SlackPlatform(now=self.clock.now)
        self.anna = self.slack.agent("anna", email="anna@example.com")
        self.boris = self.slack.agent("boris", email="boris@example.com")
        self.support = self.slack.channel("support", self.anna, self.boris)
        self.general = self.slack.channel("desk", self.anna, self.boris)
        self.desk = FakeDesk(clock=self.clock)
        self.health = Noted()
        self.surface: SlackSurface
        self.hook = ""
        self._settings = settings
        self._made: list[SlackSurface] = []
        self._numbers = 0

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Workspace"]:
        """Start Slack, and the program's web server."""
        listening = socket.create_server(("127.0.0.1", 0))
        home = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.hook = f"{home}/hooks/{SURFACE}"
        async with self.slack.running():
            self.surface = self.new_surface(home)
            app = create_app([self.surface], public_url=home, version="1")
            try:
                async with serving(app, listening):
                    yield self
            finally:
                for one in self._made:
                    await one.close()

    def new_surface(self, home: str = "http://127.0.0.1:8080", **settings: Any) -> SlackSurface:
        """Return the surface, anew as after a restart."""
        given: dict[str, Any] = {
            "bot_token": Secret(BOT_TOKEN),
            "channels": {"support": self.support.id, "default": self.general.id},
            "api_base": self.slack.team.home,
        }
        if self.mode == "socket":
            given["app_token"] = Secret(APP_TOKEN)
        else:
            given["signing_secret"] = Secret(SIGNING_SECRET)
        context = SurfaceContext(
            surface_id=SURFACE,
            clock=self.clock,
            public_url=home,
            secret=b"surface-secret",
            health=self.health,
            locale="en",
            locales=("en", "ru", "uk", "es"),
            desk=self.desk,
        )
        made = SlackSurface(
            SlackSettings.model_validate(given | self._settings | settings), context
        )
        self._made.append(made)
        return made

    @contextlib.asynccontextmanager
    async def running(self, surface: SlackSurface | None = None) -> AsyncIterator[None]:
        """Run the surface until it hears; what it raises fails the test."""
        opened = self.slack.sockets.opened
        running = asyncio.create_task((surface or self.surface).run())

        def hears() -> bool:
            there = self.mode == "hook" or self.slack.sockets.opened > opened
            return there and self.desk.stored is not None

        try:
            await eventually(lambda: running.done() or hears())
            if running.done():
                running.result()
            if self.mode == "hook" and not self.slack.webhooks.events:
                assert await self.slack.verify_url(self.hook)
                self.slack.webhooks.interactions = self.hook
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    # --- what is shown ---

    async def thread(self, number: int = 1, card: Card | None = None) -> Thread:
        """Open the thread of a conversation, and let the desk know of it."""
        shown = card or a_card(number)
        made = await self.surface.open(self.support.id, shown, key=f"card{number}")
        self.desk.threads[made.place, made.id] = shown.conversation_id
        return made

    def post(self, text: str = "", **more: Any) -> Post:
        """Return something that a customer says."""
        self._numbers += 1
        said: dict[str, Any] = {"key": f"key{self._numbers}", "role": "customer", "author": "Олена"}
        return Post(text=text, **said | more)

    def message(self, ts: str) -> Message:
        """Return a message of the support channel."""
        return self.support.message(ts)

    def replies(self, thread: Thread) -> list[Message]:
        """Return what stands below a card."""
        return self.support.thread(thread.id)[1:]

    def asked(self, method: str) -> int:
        """Count how often Slack was asked, whatever became of it."""
        return self.slack.server.arrived[method]

    def refusals(self) -> list[str]:
        """Return what Slack has refused."""
        return [one.error for one in self.slack.ledger.calls if one.error]

    async def settled(self) -> None:
        """Wait until Slack has told everything."""
        await self.slack.telling.settled()


def a_card(number: int = 1, **more: Any) -> Card:
    """Return a card as the kernel makes them."""
    given: dict[str, Any] = {
        "conversation_id": number,
        "title": "Олена Петренко",
        "inbox": "Shop bot",
        "network": "telegram",
        "look": "new",
        "state": "New · nobody has it",
        "lines": [("Language", "Ukrainian"), ("From", "google / ads")],
        "said": "Де моє замовлення? 🐤",
        "buttons": [
            Press(verb="take", label="Take", style="primary"),
            Press(verb="assign", label="Assign"),
            Press(verb="close", label="Close"),
        ],
        "more": [Press(verb="note", label="Note"), Press(verb="block", label="Block")],
        "url": f"https://support.example.com/console/all/{number}",
    }
    return Card(**given | more)


def a_file(folder: Path, name: str, content: bytes, kind: Any = "file") -> OutboundMedia:
    """Return a file that lies on the disk."""
    path = folder / name
    path.write_bytes(content)
    return OutboundMedia(
        public_id=name,
        kind=kind,
        name=name,
        mime="application/octet-stream",
        size=len(content),
        path=str(path),
    )


def rich(*elements: dict[str, Any], kind: str = "rich_text_section") -> Sequence[Any]:
    """Return the blocks of a message that somebody typed into Slack."""
    inside = [{"type": kind, "elements": list(elements)}]
    return [{"type": "rich_text", "block_id": "x1", "elements": inside}]


def words(text: str, **style: bool) -> dict[str, Any]:
    """Return a run of rich text."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}
