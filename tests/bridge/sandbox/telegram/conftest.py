"""A model of Telegram, one bot, one customer, and a client that knows nothing of either."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bridge.sandbox.telegram import Bot, Customer, TelegramServer
from tests.bridge.sandbox.telegram.virtual import VirtualTime

TOKEN = "7000000001:AAtoken-of-the-model-0123456789ab"


def picture(width: int = 40, height: int = 30, format: str = "PNG") -> bytes:
    """Return a small picture."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, format)
    return made.getvalue()


@dataclass(slots=True)
class Api:
    """Calls methods as any HTTP client would."""

    http: aiohttp.ClientSession
    url: str
    token: str = TOKEN

    async def answer(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        """Call with a JSON body; return the status and the answer."""
        address = f"{self.url}/bot{self.token}/{method}"
        async with self.http.post(address, json=params) as answered:
            return answered.status, await answered.json()

    async def call(self, method: str, **params: Any) -> Any:
        """Call a method that is taken; return its result."""
        status, body = await self.answer(method, **params)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    async def refused(self, method: str, **params: Any) -> str:
        """Call a method that is refused; return the description."""
        status, body = await self.answer(method, **params)
        assert not body["ok"]
        assert body["error_code"] == status
        return str(body["description"])

    async def upload(self, method: str, files: dict[str, bytes], **params: Any) -> Any:
        """Call with a multipart body; return the whole answer."""
        form = aiohttp.FormData()
        for name, value in params.items():
            form.add_field(name, str(value))
        for name, data in files.items():
            form.add_field(name, data, filename=f"{name}.bin")
        async with self.http.post(f"{self.url}/bot{self.token}/{method}", data=form) as answered:
            return await answered.json()


@pytest.fixture
def time() -> VirtualTime:
    """Time that a test moves."""
    return VirtualTime()


@pytest.fixture
async def telegram(time: VirtualTime) -> AsyncIterator[TelegramServer]:
    """A model server with one bot."""
    server = TelegramServer(time=time)
    server.world.add_bot(TOKEN)
    async with server:
        yield server


@pytest.fixture
def bot(telegram: TelegramServer) -> Bot:
    """The bot's account."""
    return telegram.world.bots[TOKEN]


@pytest.fixture
def anna(telegram: TelegramServer, bot: Bot) -> Customer:
    """A customer who has started the bot and whose updates are all fetched."""
    user = telegram.world.add_user(
        "Анна", last_name="Коваль", username="anna_k", language_code="uk"
    )
    customer = Customer(telegram.world, user, bot)
    customer.chat.started = True
    return customer


@pytest.fixture
async def api(telegram: TelegramServer) -> AsyncIterator[Api]:
    """A plain client."""
    async with aiohttp.ClientSession() as http:
        yield Api(http, telegram.url)
