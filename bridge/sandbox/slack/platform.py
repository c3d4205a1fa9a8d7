"""The model of Slack: its server on loopback, and the people a test plays."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from bridge.sandbox.faults import Faults
from bridge.sandbox.slack import chat, files, reading, views
from bridge.sandbox.slack.agents import Agent
from bridge.sandbox.slack.ledger import Ledger
from bridge.sandbox.slack.methods import Answer, Call
from bridge.sandbox.slack.server import CONNECT, Server
from bridge.sandbox.slack.sockets import Sockets
from bridge.sandbox.slack.team import BOT_USER, Channel, Team, User
from bridge.sandbox.slack.telling import Telling
from bridge.sandbox.slack.webhooks import Webhooks

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105  # The one of Slack's own documents.
_LARGEST_BODY = 100 * 2**20


def _now() -> int:
    return time.time_ns() // 1_000_000


class SlackPlatform:
    """Slack, as far as one app in one workspace sees it."""

    def __init__(
        self,
        *,
        now: Callable[[], int] = _now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`now` is in ms; `sleep` passes the seconds between attempts at an event."""
        self.team = Team(now)
        self.ledger = Ledger()
        self.webhooks = Webhooks(SIGNING_SECRET, now)
        self.sockets = Sockets(now)
        self.telling = Telling(self.team, self.ledger, self.webhooks, self.sockets, sleep)
        self._triggers = views.Triggers(now)
        methods = {
            **chat.METHODS,
            **reading.METHODS,
            **files.METHODS,
            **views.methods(self._triggers),
            CONNECT: self._open_connection,
        }
        self.server = Server(self.team, self.ledger, self.telling.soon, methods)
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def faults(self) -> Faults:
        """Return what goes wrong with the next calls."""
        return self.server.faults

    @property
    def url(self) -> str:
        """Return the address of the API, for `api_base`; it ends in a slash, as Slack's does."""
        return f"{self.team.home}/api/"

    # --- the workspace ---

    def agent(self, name: str, *, email: str | None = None) -> Agent:
        """Return somebody of the workspace; the same name is the same person."""
        for one in self.team.users.values():
            if one.name == name:
                return Agent(one, self.team, self.telling, self._triggers)
        made = User(self.team.id("U"), name, email)
        self.team.users[made.id] = made
        return Agent(made, self.team, self.telling, self._triggers)

    def channel(
        self, name: str, *members: Agent, private: bool = False, invited: bool = True
    ) -> Channel:
        """Make a channel; the app is in it if `invited`."""
        inside = {one.id for one in members} | ({BOT_USER} if invited else set())
        made = Channel(self.team.id("C"), name, private, members=inside)
        self.team.channels[made.id] = made
        return made

    async def verify_url(self, url: str) -> bool:
        """Set the address of events, if it answers the challenge."""
        challenge = f"challenge-{self.team.next()}"
        body = {"token": "verification-token", "challenge": challenge, "type": "url_verification"}
        sent = json.dumps(body).encode()
        answer = await self.webhooks.post(url, sent, "application/json", {})
        said = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        if not answer.ok or said != challenge:
            return False
        self.webhooks.events = url
        return True

    # --- running ---

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as the context lasts."""
        await self.come_up()
        try:
            yield
        finally:
            await self.telling.stop()
            await self.go_down()

    async def come_up(self) -> None:
        """Begin to answer, at the address it had before."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        self.server.add_routes(app.router)
        app.router.add_get("/link/", self.sockets.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.team.home = self.sockets.home = f"http://127.0.0.1:{self._port}"

    async def go_down(self) -> None:
        """Stop answering, and drop every socket."""
        await self.sockets.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _open_connection(self, _call: Call) -> Answer:
        return {"url": self.sockets.ticket()}
