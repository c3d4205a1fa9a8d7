"""Visitors and an agent without a browser, who repeat a message until it is taken."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.e2e.house import KEY, AgentApi

API = f"/widget/{KEY}/api"
# What a client meets while the program is dead, or dies over its request.
GONE = (httpx.TransportError, OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, EOFError)
PAUSE = 0.05


@dataclass(slots=True)
class Taken:
    """A message that the program has acknowledged."""

    id: int
    text: str


async def until_taken(
    http: httpx.AsyncClient, path: str, body: Mapping[str, Any], headers: Mapping[str, str]
) -> Any:
    """Post the same body until it is answered with 200 or 201; any 4xx is a fault."""
    while True:
        try:
            answer = await http.post(path, json=body, headers=dict(headers))
        except GONE:
            await asyncio.sleep(PAUSE)
            continue
        if answer.status_code in (200, 201):
            return answer.json()
        assert answer.status_code >= 500, f"{path}: {answer.status_code} {answer.text}"
        await asyncio.sleep(PAUSE)


@dataclass(slots=True)
class Writer:
    """A visitor who writes one message after the other."""

    http: httpx.AsyncClient
    name: str
    token: str
    cursor: str
    thread: str = field(default_factory=lambda: str(uuid4()))
    taken: list[Taken] = field(default_factory=list)

    @classmethod
    async def arrive(cls, http: httpx.AsyncClient, name: str) -> Self:
        """Begin a session."""
        session = await until_taken(http, f"{API}/session", {"locale": "uk"}, {})
        return cls(http, name, session["token"], session["cursor"])

    @property
    def headers(self) -> dict[str, str]:
        """Return what shows who asks."""
        return {"authorization": f"Bearer {self.token}"}

    async def write(self) -> None:
        """Write the next message, and have it acknowledged."""
        text = f"{self.name}: повідомлення {len(self.taken)} 🧾"
        body = {
            "client_id": str(uuid4()),
            "thread": self.thread,
            "text": text,
            "pre_chat": {"name": self.name},
        }
        answer = await until_taken(self.http, f"{API}/messages", body, self.headers)
        self.taken.append(Taken(answer["message"]["id"], text))

    async def go_on(self, stop: asyncio.Event, chance: random.Random) -> None:
        """Write until told to stop."""
        while not stop.is_set():
            await self.write()
            await asyncio.sleep(chance.uniform(0, 0.1))

    async def thread_now(self) -> list[Any]:
        """Load the whole thread afresh."""
        found: list[Any] = []
        while True:
            before = f"&before={found[0]['id']}" if found else ""
            address = f"{API}/threads/{self.thread}/messages?limit=100{before}"
            page = (await self.http.get(address, headers=self.headers)).json()
            found = page["messages"] + found
            if not page["has_before"]:
                return found


@dataclass(slots=True)
class Reader:
    """A widget that only follows its websocket: what came is all it knows."""

    writer: Writer
    url: str
    cursor: str
    messages: dict[int, Any] = field(default_factory=dict)

    async def follow(self) -> None:
        """Follow for ever, going on from the last cursor whenever the line breaks."""
        while True:
            with contextlib.suppress(*GONE):
                async for frame in self._frames():
                    self._take(frame)
            await asyncio.sleep(PAUSE)

    async def _frames(self) -> AsyncIterator[Any]:
        address = f"{self.url.replace('http', 'ws', 1)}/widget/{KEY}/live"
        async with connect(address, origin=self.url, close_timeout=0.2) as socket:  # type: ignore[arg-type]  # An origin is text.
            hello = {
                "type": "hello",
                "token": self.writer.token,
                "cursor": self.cursor,
                "tab": "t",
                "visible": True,
            }
            await socket.send(json.dumps(hello))
            async for text in socket:
                yield json.loads(text)

    def _take(self, frame: Any) -> None:
        assert frame["type"] != "reset", "a restart is no reason to load afresh"
        if frame["type"] == "changes":
            self.messages |= {one["id"]: one for one in frame["messages"]}
            self.cursor = frame["cursor"]


@dataclass(slots=True)
class Answerer:
    """An agent who answers whoever has written."""

    http: httpx.AsyncClient
    csrf: str
    taken: dict[int, list[Taken]] = field(default_factory=dict)

    @classmethod
    @contextlib.asynccontextmanager
    async def of(cls, agent: AgentApi) -> AsyncIterator[Self]:
        """Use an agent's session until the block ends."""
        http = httpx.AsyncClient(
            base_url=agent.http.base_url,
            headers=agent.http.headers,
            cookies=agent.http.cookies,
            timeout=60,
        )
        async with http:
            yield cls(http, agent.csrf)

    async def answer(self, conversation: int, text: str) -> None:
        """Reply, and have it acknowledged."""
        body = {"client_id": str(uuid4()), "kind": "reply", "text": text}
        path = f"/api/conversations/{conversation}/messages"
        answer = await until_taken(self.http, path, body, {"x-csrf-token": self.csrf})
        self.taken.setdefault(conversation, []).append(Taken(answer["message"]["id"], text))

    async def go_on(
        self, conversations: list[int], stop: asyncio.Event, chance: random.Random
    ) -> None:
        """Answer now this one, now that one, until told to stop."""
        number = 0
        while not stop.is_set():
            await self.answer(chance.choice(conversations), f"відповідь {number} 🙂")
            number += 1
            await asyncio.sleep(chance.uniform(0, 0.1))

    async def thread_now(self, conversation: int) -> list[Any]:
        """Load a whole conversation, in order."""
        found: list[Any] = []
        while True:
            after = found[-1]["id"] if found else 0
            address = f"/api/conversations/{conversation}/messages?limit=100&after={after}"
            page = (await self.http.get(address)).json()
            found += page["messages"]
            if not page["has_after"]:
                return found
