"""The websocket half of the widget: what changes, as it changes, and who is there."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import msgspec
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import WebsocketRouteHandler

from bridge.channel import ContactTyping, CustomerChanges, Sender, StorageUnavailableError
from bridge.web import ApiError, Buckets, describe, own_origin_only
from channels.widget import back, blocked, protocol
from channels.widget.blocked import Blocked
from channels.widget.confirming import mark_delivered, mark_read
from channels.widget.limits import FRAMES_A_MINUTE
from channels.widget.parts import Parts, said
from channels.widget.presence import Tab
from channels.widget.protocol import (
    Ack,
    AgentTyping,
    Changes,
    ClientFrame,
    Hello,
    Page,
    Ping,
    Pong,
    Read,
    Reset,
    ServerFrame,
    Typing,
    Visible,
    Welcome,
)
from channels.widget.tokens import Session

_log = logging.getLogger(__name__)

HELLO_WITHIN = 10.0
LARGEST_FRAME = 64 * 1024
# A reader that has not taken one frame in this time is too slow for all of them.
SLOW_AFTER = 10.0
TYPING_EVERY = 2.0

NOT_TEXT = 1003
BAD_FRAME = 1008
NO_HELLO = "no hello"
TOO_BIG = 1009
COME_AGAIN = 1012
TRY_LATER = 1013
TOKEN_REFUSED = 4401
TOO_SLOW = 4408

_FRAMES: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)

Socket = WebSocket[Any, Any, Any]


class ClosedError(Exception):
    """The conversation over this socket is to end, and the visitor told why by a code."""

    def __init__(self, code: int, reason: str = "") -> None:
        """`code` 1000 and no reason: they have gone by themselves."""
        super().__init__(reason)
        self.code = code
        self.reason = reason


GONE = 1000


class SocketLine:
    """One websocket: frames in, checked; frames out, never more than one waiting."""

    def __init__(self, socket: Socket, frames: Buckets) -> None:
        """Speak over an accepted socket."""
        self._socket = socket
        self._frames = frames
        self._sending = asyncio.Lock()

    async def receive(self) -> ClientFrame:
        """Return the next frame; raises `ClosedError` for one that is none."""
        event: Any = await self._socket.receive()
        if event["type"] != "websocket.receive":
            raise ClosedError(GONE)
        raw = event.get("text")
        if raw is None:
            raise ClosedError(NOT_TEXT, "text frames only")
        if len(raw) > LARGEST_FRAME or len(raw.encode()) > LARGEST_FRAME:
            raise ClosedError(TOO_BIG, "the frame is too big")
        if self._frames.take("") is not None:
            raise ClosedError(BAD_FRAME, "too many frames")
        try:
            return _FRAMES.decode(raw)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise ClosedError(BAD_FRAME, "this is no frame") from None

    async def send(self, frame: ServerFrame) -> None:
        """Send a frame; raises `ClosedError` if the visitor does not take it in time."""
        async with self._sending:
            try:
                async with asyncio.timeout(SLOW_AFTER):
                    await self._socket.send_data(msgspec.json.encode(frame).decode())
            except TimeoutError:
                raise ClosedError(TOO_SLOW, "too slow") from None
            except (OSError, WebSocketDisconnect):
                # The words of ASGI and of Litestar for a browser that has gone meanwhile.
                raise ClosedError(GONE) from None

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, if it still can be."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(SLOW_AFTER):
                await self._socket.close(code, reason)


class WidgetLive:
    """The websocket of one inbox."""

    def __init__(self, parts: Parts) -> None:
        """Serve one inbox."""
        self._parts = parts

    def route(self) -> WebsocketRouteHandler:
        """Return the route. Another origin than our own is refused before it is accepted."""
        return websocket(
            f"/widget/{self._parts.settings.key}/live",
            guards=[own_origin_only(self._parts.context.public_url), self._not_too_often],
        )(self.serve)

    async def _not_too_often(self, connection: Any, _: object) -> None:
        await self._parts.limits.socket(self._parts.address(connection))

    async def serve(self, socket: Socket) -> None:
        """Talk to one tab until either side ends it."""
        await socket.accept()
        frames = Buckets(self._parts.clock, per_minute=FRAMES_A_MINUTE, burst=FRAMES_A_MINUTE / 3)
        line = SocketLine(socket, frames)
        try:
            session, hello = await self._greeted(line)
            await _Talk(self._parts, line, session).hold(hello, socket)
        except ClosedError as end:
            if end.code != GONE:
                await line.close(end.code, end.reason)
        except StorageUnavailableError:
            await line.close(TRY_LATER, "try again")
        except Exception as error:  # noqa: BLE001  # One socket's fault is nobody else's.
            _log.error("a widget's socket failed: %s", describe(error))
            await line.close(1011, "something went wrong on our side")

    async def _greeted(self, line: SocketLine) -> tuple[Session, Hello]:
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                hello = await line.receive()
        except TimeoutError:
            raise ClosedError(BAD_FRAME, NO_HELLO) from None
        if not isinstance(hello, Hello):
            raise ClosedError(BAD_FRAME, "hello comes first")
        session = self._parts.tokens.read(hello.token)
        if session is None:
            raise ClosedError(TOKEN_REFUSED, "the token is not valid")
        return session, hello


class _Talk:
    """One tab's conversation with the server, after its hello."""

    def __init__(self, parts: Parts, line: SocketLine, session: Session) -> None:
        self._parts = parts
        self._line = line
        self._session = session
        self._customer = session.customer
        self._selves = [session.customer]
        self._typed_at = float("-inf")

    async def hold(self, hello: Hello, socket: Socket) -> None:
        async with self._present(hello, socket):
            await self._line.send(Welcome(hello.cursor, self._parts.clock.now()))
            await self._parts.remember(self._session, said(hello.visit))
            await _first_of(self._follow(hello.cursor), self._listen(), self._over())

    @contextlib.asynccontextmanager
    async def _present(self, hello: Hello, socket: Socket) -> AsyncIterator[None]:
        parts, told = self._parts, hello.visit
        tab = Tab(hello.tab, visible=hello.visible)
        if told is not None:
            tab.url, tab.title = parts.collector.url(told.url), parts.collector.title(told.title)
        story = await parts.story(socket, told)
        self._selves = await back.selves(parts, self._customer)
        try:
            for one in self._selves:
                if not parts.presence.joined(one, self._line, replace(tab), story):
                    raise ClosedError(TRY_LATER, "too many tabs")
            yield
        finally:
            for one in self._selves:
                parts.presence.left(one, self._line)

    async def _over(self) -> None:
        await self._parts.over.wait()
        raise ClosedError(COME_AGAIN, "come again")

    # --- out ---

    async def _follow(self, cursor: str) -> None:
        changes = self._parts.customers.follow(self._customer, cursor)
        async with contextlib.aclosing(changes) as following:  # type: ignore[type-var]
            async for change in following:
                await self._tell(change)
        raise ClosedError(COME_AGAIN, "load afresh")

    async def _tell(self, change: CustomerChanges) -> None:
        if change.reset:
            await self._line.send(Reset())
            return
        for thread, name in change.typing:
            await self._line.send(AgentTyping(thread, name))
        if change.block_changed:
            await self._line.send(Blocked(blocked.block(change.block)))
        if any(one.author == "visitor" for one in change.messages):
            self._parts.presence.heard(self._customer)
        messages = [protocol.message(one) for one in change.messages]
        threads = [protocol.thread(one) for one in change.threads]
        if messages or threads:
            await self._line.send(Changes(change.cursor, messages, threads))

    # --- in ---

    async def _listen(self) -> None:
        while True:
            await self._take(await self._line.receive())

    async def _take(self, frame: ClientFrame) -> None:
        match frame:
            case Ack():
                await mark_delivered(self._parts, self._customer, frame.ids)
            case Read():
                await mark_read(self._parts, self._customer, frame.thread, frame.message_id)
            case Typing():
                await self._typing(frame.thread)
            case Page():
                self._moved(frame)
            case Visible():
                for one in self._selves:
                    self._parts.presence.looked(one, self._line, visible=frame.visible)
            case Ping():
                await self._line.send(Pong())
            case Hello():
                raise ClosedError(BAD_FRAME, "hello comes once")

    def _moved(self, frame: Page) -> None:
        collector = self._parts.collector
        url, title = collector.url(frame.url), collector.title(frame.title)
        for one in self._selves:
            self._parts.presence.moved(one, self._line, url, title)

    async def _typing(self, thread: str) -> None:
        now = self._parts.clock.monotonic()
        if now - self._typed_at < TYPING_EVERY:
            return
        self._typed_at = now
        # That somebody is writing is worth nothing later.
        with contextlib.suppress(ApiError, StorageUnavailableError):
            await self._parts.intake.accept(
                ContactTyping(sender=Sender(external_id=self._customer), thread=thread)
            )


async def _first_of(*talks: Any) -> None:
    """Run until one ends, end the others, and raise what the one raised."""
    tasks = [asyncio.ensure_future(one) for one in talks]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
