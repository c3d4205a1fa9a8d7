"""An office without a network: the console's real routes over a real database.

Customers write through the real `Sink`; what becomes of an answer is told by hand, since
nothing is sent anywhere.
"""

import asyncio
import contextlib
import functools
import hashlib
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import websockets
from ruamel.yaml import YAML

from agent_console.web.auth import make_link
from agent_console.web.surface import console_routes
from bridge.channel import (
    UNCOUNTED,
    Capabilities,
    InboundMedia,
    InboundMessage,
    PageVisited,
    Sender,
    Tries,
    Visit,
    WayOn,
)
from bridge.cli.config import known_kinds
from bridge.events import EventHub
from bridge.media import MediaStore
from bridge.models import DeliveryAction, DeliveryState
from bridge.redis import SharedBudgets
from bridge.settings import Settings, load
from bridge.store import deliveries as d
from bridge.store.transactions import Store, Tx
from bridge.web import create_app
from bridge.web.server import WebServer, served
from routing import reports, sight
from routing.configured import policy_of, said_by_us
from routing.declared import declare
from routing.desk import Desk, LeadBack
from routing.eraser import Eraser
from routing.inbound import InboundSink
from routing.onward import StartLinks
from routing.teams import teams_of
from tests.bridge.webhooks.receiver import SECRET
from tests.clock import ManualClock
from tests.quiet import quiet, unhurried

ROOT = Path(__file__).parent.parent.parent
ORIGIN = "http://127.0.0.1:8080"

CONFIG: dict[str, Any] = {
    "version": 1,
    "server": {"listen": "127.0.0.1:8080"},
    "locale": {"timezone": "Europe/Kyiv"},
    "agents": {
        "olga": {"name": "Ольга", "email": "Olga@example.com", "role": "owner"},
        "anna": {"name": "Анна Коваль", "role": "supervisor"},
        "pavel": {"name": "Павел", "email": "pavel@example.com", "role": "agent"},
        "ivan": {"name": "Иван 🧑‍💻", "role": "agent"},
        "vera": {"name": "Вера", "role": "viewer"},
    },
    "channels": {
        "site": {"type": "widget", "name": "Website", "key": "site_main"},
        "blog": {"type": "widget", "name": "Блог", "key": "blog_main"},
    },
    "topics": {
        "prices": {"label": {"en": "Prices", "uk": "Ціни"}},
        "orders": {"label": "Orders"},
    },
    "tags": {
        "vip": {"label": "VIP", "color": "#D97706", "pinned": True},
        "gross": {"label": {"en": "Wholesale", "uk": "Гурт"}},
        "debtor": {"label": "Debtor", "color": "#b91c1c"},
    },
    "quick_replies": {
        "hello": {
            "shortcut": "hi",
            "title": "Greeting",
            "text": {
                "en": "Hello {{contact.name|there}}! This is {{agent.name}} of {{inbox.name}}.",
                "uk": "Вітаю, {{contact.name|друже}}!",
            },
        },
        "plain": {"shortcut": "wait", "text": "One moment 🙏 ({{conversation.id}})"},
    },
    # Tests are about what customers and agents say; those about this ask for it.
    "system_messages": quiet(),
    "flood": unhurried(),
}

ENVIRON = {
    "WEBHOOK_SECRET": SECRET,
    "SLACK_BOT": "xoxb-of-the-office",
    "SLACK_APP": "xapp-of-the-office",
    "STAFF_BOT": "7000000002:AAtoken-of-the-staff-0123456789ab",
    "MAIL": "the password",
    "OIDC_SECRET": "the client secret",
}

CAPABILITIES = Capabilities(
    max_text=4000,
    media={"image": 4 << 20, "file": 4 << 20, "video": 4 << 20, "audio": 4 << 20},
    rich_text=True,
    quotes=True,
    typing=True,
    reports_delivered=True,
    reports_read=True,
    edits=True,
    deletes=True,
    threads=True,
)


def settings_of(folder: Path, changes: Mapping[str, Any] | None = None) -> Settings:
    """Load the test's configuration, with some keys (`routing.max_wait`) set otherwise."""
    config: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(CONFIG))
    config["storage"] = {
        "database": f"sqlite:///{folder / 'office.db'}",
        "media": {"dir": str(folder / "media")},
    }
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        place = config
        for name in parents:
            place = place.setdefault(name, {})
        place[last] = value
    written = folder / "office.yaml"
    with written.open("w", encoding="utf-8") as file:
        YAML().dump(config, file)
    return load(written, kinds=known_kinds(), environ=ENVIRON)


BLOG = WayOn(inbox_id="blog", kind="telegram", name="Shop bot")


class Starter:
    """As much of an adapter as a link needs."""

    async def start_link(self, payload: str) -> str:
        """Return a link as Telegram has them."""
        return f"https://t.me/shop_bot?start={payload}"


@dataclass
class Office:
    """The parts of a program that the console is built from."""

    settings: Settings
    clock: ManualClock
    store: Store
    hub: EventHub
    media: MediaStore
    desk: Desk
    start_links: StartLinks = field(default_factory=lambda: StartLinks([BLOG], {"blog": Starter()}))
    leads_back: dict[str, LeadBack] = field(default_factory=dict)
    eraser: Eraser = field(init=False)
    process: int | None = None
    budgets: SharedBudgets | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _sinks: dict[str, InboundSink] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have who erases people."""
        storage = self.settings.storage
        self.eraser = Eraser(
            self.store,
            database=storage.database_path,
            media=storage.media.dir,
            listed=storage.database_path.with_suffix(".erased"),
        )

    @functools.cached_property
    def app(self) -> Any:
        """Make the application for whoever calls it first: half of the tests never do."""
        return create_app(console_routes(self), public_url=ORIGIN, version="test")

    def derive(self, purpose: str) -> bytes:
        """Return key material."""
        return hashlib.sha256(purpose.encode()).digest()

    def owned(self, name: str) -> Store:
        """Return the database: there is one process."""
        del name
        return self.store

    def tries(self, inbox_id: str) -> Tries:
        """Return what counts nothing: nothing is told by a network."""
        return UNCOUNTED

    # --- customers ---

    async def customer_writes(
        self,
        text: str = "Добрый день 👋",
        *,
        customer: str = "visitor-one-000001",
        thread: str = "t",
        inbox: str = "site",
        sender: Mapping[str, Any] | None = None,
        media: Sequence[InboundMedia] = (),
        visit: Visit | None = None,
        verified: bool | None = None,
        after: float = 1,
        ago: float = 0,
    ) -> tuple[int, int]:
        """Let a customer write after some seconds; return (conversation id, message id).

        `ago` is how many seconds it was on its way.
        """
        self.clock.tick(after)
        event = InboundMessage(
            sender=Sender(external_id=customer, **(sender or {})),
            external_id=f"m{next(self._numbers)}",
            sent_at=self.clock.now() - int(ago * 1000),
            thread=thread,
            text=text,
            media=media,
            visit=visit,
            verified=verified,
        )
        (answer,) = await self.sink(inbox).accept([event])
        assert answer.conversation_id is not None, answer
        assert answer.message_id is not None, answer
        return answer.conversation_id, answer.message_id

    async def customer_visits(self, visit: Visit, *, customer: str = "visitor-one-000001") -> None:
        """Let a customer look at a page."""
        event = PageVisited(sender=Sender(external_id=customer), visit=visit, at=self.clock.now())
        await self.sink("site").accept([event])

    def sink(self, inbox: str) -> InboundSink:
        """Return where an inbox hands what it receives."""
        if inbox not in self._sinks:
            self._sinks[inbox] = InboundSink(self.store, self.hub, self.desk, inbox)
        return self._sinks[inbox]

    async def delivered(
        self,
        message_id: int,
        state: DeliveryState,
        reason: str | None = None,
        part: int = 0,
        action: DeliveryAction = "send",
    ) -> None:
        """Let the network have done something with a part of a message."""
        await self.store.write(_set_state, message_id, part, action, state, reason)

    # --- agents ---

    async def sign_in(self, agent_id: str) -> "Agent":
        """Return an agent with a session, by a one-time link."""
        token = await self.store.write(make_link, agent_id, "sign_in")
        agent = self.stranger()
        answer = await agent.http.post(
            "/api/session/link", json={"token": token}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 200, answer.text
        agent.adopt(answer.json())
        return agent

    def stranger(self) -> "Agent":
        """Return a browser that is not signed in."""
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 50_000))
        return Agent(httpx.AsyncClient(transport=transport, base_url=ORIGIN))

    # --- the wire ---

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Serve the app as the program does, on a port of its own; yield its `host:port`."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        server = WebServer(served(self.app, grace=1))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await server.answering.wait()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.end()
            await serving


@dataclass
class Agent:
    """A browser, signed in or not."""

    http: httpx.AsyncClient
    csrf: str = ""
    session: dict[str, Any] = field(default_factory=dict)

    def adopt(self, session: dict[str, Any]) -> None:
        """Remember what signing in has answered."""
        self.session = session
        self.csrf = session["csrf"]

    async def ask(
        self, method: str, path: str, body: Any = None, *, expect: int | None = None, **more: Any
    ) -> httpx.Response:
        """Send a request as our own page does."""
        headers = {"Origin": ORIGIN, "X-CSRF-Token": self.csrf} if method != "GET" else {}
        answer = await self.http.request(method, path, json=body, headers=headers, **more)
        if expect is not None:
            assert answer.status_code == expect, f"{method} {path}: {answer.text}"
        return answer

    async def get(self, path: str, **params: Any) -> Any:
        """Return what there is to read."""
        return (await self.ask("GET", path, params=params, expect=200)).json()

    async def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """Change something; return the answer's JSON."""
        answer = await self.ask("POST", path, {} if body is None else body, expect=expect)
        return answer.json() if answer.content else None

    async def act(self, verb: str, conversation_id: int, body: Any = None) -> Any:
        """Carry out a verb; return the row."""
        return (await self.post(f"/api/conversations/{conversation_id}/{verb}", body))["row"]

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and the error of a request that fails."""
        answer = await self.ask(method, path, body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]

    async def says(
        self,
        conversation_id: int,
        text: str,
        *,
        kind: str = "reply",
        expect: int = 201,
        **more: Any,
    ) -> Any:
        """Write a reply or a note; return the answer."""
        body = {"client_id": str(uuid4()), "kind": kind, "text": text} | more
        return await self.post(
            f"/api/conversations/{conversation_id}/messages", body, expect=expect
        )

    async def row(self, conversation_id: int) -> Any:
        """Return a conversation's row, loaded afresh."""
        return (await self.get(f"/api/conversations/{conversation_id}"))["row"]

    async def listed(self, folder: str, **params: Any) -> list[int]:
        """Return the ids of a folder's first page, in its order."""
        page = await self.get("/api/conversations", folder=folder, **params)
        return [row["conversation"]["id"] for row in page["rows"]]

    async def thread(self, conversation_id: int) -> list[Any]:
        """Return the last page of messages."""
        page = await self.get(f"/api/conversations/{conversation_id}/messages", limit=100)
        messages: list[Any] = page["messages"]
        return messages

    @contextlib.asynccontextmanager
    async def live(self, address: str, *, after: str | None = None) -> AsyncIterator["LiveView"]:
        """Follow the changes over a websocket."""
        cursor = self.session["cursor"] if after is None else after
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        async with websockets.connect(
            f"ws://{address}/api/live?after={cursor}",
            origin=websockets.Origin(ORIGIN),
            additional_headers={"Cookie": cookies},
            compression=None,
            # As a browser: whatever comes together is one frame.
            max_size=None,
        ) as connection:
            yield LiveView(connection)


@dataclass
class LiveView:
    """What a console has been told so far."""

    connection: websockets.ClientConnection
    frames: list[Any] = field(default_factory=list)

    async def until(self, kind: str, seconds: float = 30.0, **holds: Any) -> Any:
        """Return the next frame of a kind (and with these values), keeping all in `frames`."""
        async with asyncio.timeout(seconds):
            while True:
                frame = msgspec.json.decode(await self.connection.recv())
                self.frames.append(frame)
                if frame["type"] == kind and all(frame[k] == v for k, v in holds.items()):
                    return frame

    async def message(self, message_id: int) -> Any:
        """Return a message as it is next told of."""
        while True:
            for one in (await self.until("changes"))["messages"]:
                if one["id"] == message_id:
                    return one

    async def quiet(self, seconds: float = 0.3) -> list[Any]:
        """Read until nothing comes for so long; return what came."""
        came = []
        with contextlib.suppress(TimeoutError):
            while True:
                async with asyncio.timeout(seconds):
                    came.append(msgspec.json.decode(await self.connection.recv()))
        self.frames += came
        return came

    async def send(self, frame: Any) -> None:
        """Send a frame."""
        await self.connection.send(msgspec.json.encode(frame).decode())


@contextlib.asynccontextmanager
async def open_office(
    store: Store, clock: ManualClock, settings: Settings
) -> AsyncIterator[Office]:
    """Open an office over a store whose `on_commit` is free."""
    hub = EventHub(store)
    store.on_commit = lambda news: hub.committed(news.events)
    leads_back: dict[str, LeadBack] = {}
    capabilities = dict.fromkeys(settings.channels, CAPABILITIES)
    office = Office(
        settings=settings,
        clock=clock,
        store=store,
        hub=hub,
        media=MediaStore(
            store,
            settings.storage.media.dir,
            clock=clock,
            secret=b"media",
        ),
        desk=Desk(
            policy_of(settings),
            capabilities,
            leads_back=leads_back,
            says=said_by_us(settings),
            webhooks=settings.webhooks,
            tickets=settings.tickets,
            teams=teams_of(settings),
            statuses=settings.conversation.statuses,
        ),
        leads_back=leads_back,
    )
    await store.write(declare, settings)
    await store.write(sight.declare, office.desk.policy)
    await hub.start()
    reading = asyncio.create_task(hub.run())
    try:
        yield office
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


def _set_state(
    tx: Tx,
    message_id: int,
    part: int,
    action: DeliveryAction,
    state: DeliveryState,
    reason: str | None,
) -> None:
    known = tx.all(d.DELIVERIES_OF, message_id=message_id)
    (one,) = [x for x in known if (x.part, x.action) == (part, action)]
    tx.run(
        d.SET_STATE,
        of=one.id,
        expected=one.state,
        state=state,
        reason=reason,
        detail=None,
        at=tx.now,
    )
    reports.tell(tx, one)
