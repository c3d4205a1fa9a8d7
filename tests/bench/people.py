"""Visitors and agents for the benchmarks: as real as the wire, as light as a script."""

import json
import os
import time
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect

from tests.bench.wire import Wire

KEY = "site_main"
TEXT = "Добрий день! Де моє замовлення №{}? Чекаю вже третій день, дякую за відповідь."


def client_made_id() -> str:
    """Return an id as the widget makes it: a UUID of version 7, which begins with the time."""
    made = bytearray((time.time_ns() // 1_000_000).to_bytes(6) + os.urandom(10))
    made[6] = made[6] & 0x0F | 0x70
    made[8] = made[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(made)))


@dataclass(slots=True)
class Visitor:
    """Somebody with a session and a conversation of their own."""

    wire: Wire
    token: str
    thread: str
    written: int = 0

    @classmethod
    async def arrive(cls, url: str) -> Self:
        """Open a session, as the widget's frame does."""
        wire = await Wire.open(url)
        session = await wire.json(
            "POST", f"/widget/{KEY}/api/session", {"locale": "uk"}, Origin=url
        )
        return cls(wire, session["token"], client_made_id())

    async def write(self, text: str | None = None) -> int:
        """Send one message; return its id once it is stored and synced."""
        self.written += 1
        message = {
            "client_id": client_made_id(),
            "thread": self.thread,
            "text": text or TEXT.format(self.written),
        }
        answer = await self.wire.json(
            "POST",
            f"/widget/{KEY}/api/messages",
            message,
            Authorization=f"Bearer {self.token}",
        )
        found: int = answer["message"]["id"]
        return found


@dataclass(slots=True)
class AgentAtConsole:
    """An agent who has signed in with a one-time link."""

    wire: Wire
    url: str
    cookie: str
    session: dict[str, object]

    @classmethod
    async def sign_in(cls, url: str, link: str) -> Self:
        """Use the link up."""
        wire = await Wire.open(url)
        token = link.partition("#link=")[2]
        status, body, headers = await wire.ask(
            "POST", "/api/session/link", {"token": token}, headers={"Origin": url}
        )
        if status != 200:
            raise RuntimeError(f"signing in: {status} {body!r}")
        return cls(wire, url, headers["set-cookie"].partition(";")[0], json.loads(body))

    async def get(self, path: str) -> object:
        """Read something."""
        return await self.wire.json("GET", path, Cookie=self.cookie)

    async def follow(self) -> ClientConnection:
        """Open the console's websocket from where the session began."""
        address = f"ws{self.url.removeprefix('http')}/api/live?after={self.session['cursor']}"
        headers = {"Cookie": self.cookie, "Origin": self.url}
        socket = await connect(address, additional_headers=headers, max_size=None)
        await socket.recv()
        return socket
