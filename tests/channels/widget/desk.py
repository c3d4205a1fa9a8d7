"""The widget inbox, wired to a core in memory, and visitors who use it as browsers do."""

import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from bridge.channel import ChannelContext, Elsewhere, Once, Onward
from bridge.settings import Secret
from bridge.web import create_app
from channels.widget.channel import WidgetChannel
from channels.widget.settings import WidgetSettings
from tests.channels.core import FakeCore
from tests.channels.doors import CustomersOf, FakeMedia
from tests.channels.widget.socket import TestSocket
from tests.clock import ManualClock

HOME = "http://127.0.0.1:8080"
KEY = "site_main"
SECRET = b"inbox-secret-canary-0123456789abcdef"
IDENTITY_SECRET = "identity-secret-canary-0123456789abcdef"
OLD_IDENTITY_SECRET = "older-identity-secret-canary-0123456789"
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36"
)
THREAD = "11111111-1111-4111-8111-111111111111"


def client_id(name: str) -> str:
    """Return a UUID that stands for `name`."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


class Desk:
    """One widget inbox and everything around it that is not the widget."""

    def __init__(
        self,
        *,
        trusted_proxies: Sequence[str] = (),
        onward: Onward | None = None,
        elsewhere: Elsewhere | None = None,
        once: Once | None = None,
        clock: ManualClock | None = None,
        core: FakeCore | None = None,
        **settings: Any,
    ) -> None:
        """Wire it; `settings` are the keys of the YAML.

        `elsewhere` and `once` are kept in common with another process on the same `core`.
        """
        secrets = (Secret(IDENTITY_SECRET), Secret(OLD_IDENTITY_SECRET))
        given = {"key": KEY, "identity_secret": secrets, "messages_per_minute": 6000} | settings
        self.clock = clock or ManualClock()
        self.core = core or FakeCore(self.clock)
        self.media = FakeMedia()
        self.settings = WidgetSettings.model_validate(given)
        self.context = ChannelContext(
            inbox_id="site",
            inbox_name="Наш сайт",
            clock=self.clock,
            public_url=HOME,
            secret=SECRET,
            customers=CustomersOf(self.core),
            media=self.media,
            max_upload=4096,
            max_length=2000,
            locale="en",
            locales=("en", "ru", "uk", "es"),
            trusted_proxies=trusted_proxies,
            onward=onward,
            tries=self.core,
            elsewhere=elsewhere,
            once=once,
        )
        self.channel = WidgetChannel(self.settings, self.context)
        self.app: Any = create_app([self.channel], public_url=HOME, version="1")

    @property
    def parts(self) -> Any:
        """Look inside."""
        return self.channel._parts

    def open(self) -> None:
        """Give the channel its sink without a loop, so that a test makes time pass itself."""
        self.parts.intake.open(self.core)

    def client(self, address: str = "203.0.113.7") -> httpx.AsyncClient:
        """Return a browser's connection."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 50000))
        return httpx.AsyncClient(
            transport=transport, base_url=HOME, headers={"user-agent": BROWSER}
        )

    async def visitor(self, address: str = "203.0.113.7", **session: Any) -> "Visitor":
        """Return somebody with a session."""
        visitor = Visitor(self, self.client(address))
        await visitor.open_session(**session)
        return visitor


@dataclass(slots=True)
class Visitor:
    """One browser with the widget open."""

    desk: Desk
    http: httpx.AsyncClient
    token: str = ""
    cursor: str = ""
    customer: str = ""
    session: dict[str, Any] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """Return what every call of the frame carries."""
        return {"authorization": f"Bearer {self.token}", "origin": HOME}

    async def open_session(self, **body: Any) -> dict[str, Any]:
        """Begin or continue a session; return the server's answer."""
        answered = await self.http.post(f"/widget/{KEY}/api/session", json=body)
        assert answered.status_code == 200, answered.text
        self.session = answered.json()
        self.token, self.cursor = self.session["token"], self.session["cursor"]
        known = self.desk.parts.tokens.read(self.token)
        self.customer = known.customer
        return self.session

    async def write(self, text: str = "Hello", **more: Any) -> httpx.Response:
        """Send a message; a fresh one unless `client_id` is given."""
        body = {"client_id": str(uuid.uuid4()), "thread": THREAD, "text": text} | more
        return await self.post("messages", body)

    async def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """Call the API."""
        url = f"/widget/{KEY}/api/{path}"
        return await self.http.post(url, json=body, headers=self.headers)

    async def get(self, path: str) -> httpx.Response:
        """Ask the API."""
        return await self.http.get(f"/widget/{KEY}/api/{path}", headers=self.headers)

    async def upload(self, data: bytes, name: str = "photo.png") -> httpx.Response:
        """Upload a file."""
        url = f"/widget/{KEY}/api/uploads"
        return await self.http.post(url, files={"file": (name, data)}, headers=self.headers)

    @contextlib.asynccontextmanager
    async def live(self, *, tab: str = "tab-1", **hello: Any) -> AsyncIterator[TestSocket]:
        """Give a live socket that has said hello."""
        async with self.socket() as socket:
            first = {"token": self.token, "cursor": self.cursor, "tab": tab, "visible": True}
            socket.send({"type": "hello"} | first | hello)
            welcome = await socket.receive()
            assert welcome["type"] == "hello", welcome
            yield socket

    @contextlib.asynccontextmanager
    async def socket(self, **headers: str) -> AsyncIterator[TestSocket]:
        """Give a websocket that has not said anything yet."""
        told = {"host": "127.0.0.1:8080", "origin": HOME, "user-agent": BROWSER} | headers
        socket = TestSocket(self.desk.app, f"/widget/{KEY}/live", told)
        async with socket.open():
            yield socket


def failure(answered: httpx.Response) -> dict[str, Any]:
    """Return what an answer complains of."""
    body: dict[str, Any] = answered.json()["error"]
    return body
