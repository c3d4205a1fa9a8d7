"""The widget: visitors who repeat a message until it is taken, and read what their socket says."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, WebSocketException
from websockets.frames import Close

from channels.widget.live import BAD_FRAME, NO_HELLO, NOT_TEXT, TOO_BIG
from tests.channels.storm.network import Carried, Network, Said, Trouble

KEY = "storm_site"
_API = f"/widget/{KEY}/api"
# What a visitor's browser meets while the program or the line is dead.
_GONE = (OSError, EOFError, httpx.TransportError)
_PAUSE = 1.0
# So many are acknowledged anew on each connection, as by the page (line.ts), and so long (s) it
# waits for an answer (api.ts).
_REMEMBERED, _PATIENCE = 50, 30.0


class Visitor:
    """One browser with the widget open."""

    def __init__(self, network: "WidgetNetwork", name: str) -> None:
        """Begin as somebody nobody knows."""
        self.name = name
        self._network = network
        self._thread = str(uuid5(NAMESPACE_URL, name))
        self._session: dict[str, Any] = {}
        self._cursor = ""
        self._shown: list[int] = []
        self._arriving = asyncio.Lock()
        self._socket: ClientConnection | None = None

    async def write(self, said: Said) -> None:
        """Send a message, again and again until it is taken."""
        await self._ready()
        body = {
            "client_id": str(uuid5(NAMESPACE_URL, said.text)),
            "thread": self._thread,
            "text": said.text,
        }
        await self._until_taken("messages", body)

    async def _ready(self) -> None:
        # One browser has one session, however many things it begins with.
        async with self._arriving:
            if not self._session:
                self._session = await self._until_taken("session", {"locale": "uk"})
                self._cursor = self._session["cursor"]

    async def _until_taken(self, path: str, body: Any) -> Any:
        token = self._session.get("token", "")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        while True:
            await self._network.there.wait()
            with contextlib.suppress(*_GONE):
                answer = await self._network.http.post(
                    f"{self._network.home}{_API}/{path}", json=body, headers=headers
                )
                if answer.status_code in (200, 201):
                    return answer.json()
                if answer.status_code in (409, 410):
                    # It was said before, and is this visitor's no more, or was deleted for good:
                    # the page lets it be.
                    return None
                # Too many at once, or a server that is ending: as the page, come again.
                assert answer.status_code in (429, 500, 502, 503), answer.text
            await asyncio.sleep(_PAUSE)

    async def follow(self) -> None:
        """Follow the socket for ever, going on from where the page has come to."""
        await self._ready()
        while True:
            await self._network.there.wait()
            with contextlib.suppress(*_GONE, WebSocketException):
                await self._listen_well()
            await asyncio.sleep(_PAUSE)

    async def _listen_well(self) -> None:
        try:
            await self._listen()
        except ConnectionClosedError as end:
            if _is_refusal(end.rcvd):
                raise RuntimeError(f"the program refuses what the page says: {end.rcvd}") from end
            raise

    async def _listen(self) -> None:
        home = self._network.home
        address = f"{home.replace('http', 'ws', 1)}/widget/{KEY}/live"
        async with connect(address, origin=home, close_timeout=0.2) as socket:  # type: ignore[arg-type]  # An origin is text.
            self._socket = socket
            hello = {"token": self._session["token"], "cursor": self._cursor}
            await socket.send(json.dumps({"type": "hello", "tab": "t", "visible": True} | hello))
            # An acknowledgement may have been lost with the last line, so it is made anew.
            await self._acknowledge(socket, self._shown[-_REMEMBERED:])
            async for text in socket:
                await self._take(socket, json.loads(text))

    async def _acknowledge(self, socket: ClientConnection, ids: Sequence[int]) -> None:
        if ids:
            await socket.send(json.dumps({"type": "ack", "ids": list(ids)}))

    async def _take(self, socket: ClientConnection, frame: Any) -> None:
        if frame["type"] != "changes":
            return
        answers = [one for one in frame["messages"] if one["from"] == "agent"]
        for one in answers:
            self._network.arrived.setdefault((self.name, one["id"]), one["text"])
        self._cursor = frame["cursor"]
        ids = [one["id"] for one in answers]
        self._shown += ids
        await self._acknowledge(socket, ids)

    def loses_the_line(self) -> None:
        """Have the socket break off."""
        if self._socket is not None:
            self._socket.transport.abort()

    @property
    def known(self) -> bool:
        """Whether they have a session."""
        return bool(self._session)

    @property
    def account(self) -> str:
        """Return whom the session speaks for, as the visitor's token says."""
        claims = self._session["token"].split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(claims + "=="))["sub"])


def _is_refusal(closed: Close | None) -> bool:
    """Say whether a socket was closed for what the page said.

    That it said nothing yet is none: where minutes pass at once, they pass before that as well.
    """
    codes = (NOT_TEXT, BAD_FRAME, TOO_BIG)
    return closed is not None and closed.code in codes and closed.reason != NO_HELLO


class WidgetNetwork(Network):
    """A site and its visitors; what their pages show is the ledger."""

    name = "widget"
    # A page and the program wait ten seconds for each other's first word.
    step = 1.0
    # A send ends in our own process: no answer of anybody's can be lost.
    troubles = ("lost_request",)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the site."""
        self.home = ""
        self.there = asyncio.Event()
        self.arrived: dict[tuple[str, int], str] = {}
        """What agents have said on whose page, by its id there, in the order it came."""
        self.visitors: dict[str, Visitor] = {}
        self._work: set[asyncio.Task[None]] = set()
        async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE) as self.http:
            try:
                yield
            finally:
                for task in self._work:
                    task.cancel()
                await asyncio.gather(*self._work, return_exceptions=True)

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        return {"type": "widget", "key": KEY, "messages_per_minute": 100_000}

    async def compose(self, everything: Sequence[Said]) -> None:
        """Have the visitors come."""
        self.visitors = {one.customer: Visitor(self, one.customer) for one in everything}

    async def connect(self, home: str) -> None:
        """Name the site, and have everybody follow."""
        self.home = home
        self.there.set()
        for one in self.visitors.values():
            self._begin(one.follow())

    async def tell(self, said: Said, *, in_order: bool) -> None:
        """Send the message, or the very same again."""
        writing = self.visitors[said.customer].write(said)
        if in_order:
            await writing
        else:
            self._begin(writing)

    def told(self) -> bool:
        """Say whether nobody repeats anything any more; fails when somebody's page has given up."""
        assert len(self._work) >= len(self.visitors)
        return len(self._work) == len(self.visitors)

    def customer_of(self, external_id: str) -> str:
        """Return whose session it is."""
        found = {one.account: name for name, one in self.visitors.items() if one.known}
        return found.get(external_id, external_id)

    def plan(self, trouble: Trouble) -> None:
        """Have everybody's line break."""
        del trouble
        for one in self.visitors.values():
            one.loses_the_line()

    def left(self) -> Sequence[Trouble]:
        """Return nothing: a line breaks at once."""
        return ()

    def heal(self) -> None:
        """There is nothing to forget."""

    async def go_away(self) -> None:
        """Have everybody lose the line, for as long as it takes."""
        self.there.clear()
        self.plan("lost_request")

    async def come_back(self) -> None:
        """Have everybody back."""
        self.there.set()

    def carried(self) -> list[Carried]:
        """Return what the pages show."""
        return [Carried(name, text) for (name, _), text in self.arrived.items()]

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
