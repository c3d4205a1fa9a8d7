"""One open console: what it is sent, what it says, and how it ends.

Nothing is queued for it. It reads the event log at its own pace, and of what is not in
the log (counters, who is here, who looks at what) only the latest is kept; so a slow one
costs its own lateness, and past a limit it is let go: it comes back with its cursor.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Coroutine, Hashable
from dataclasses import replace
from typing import Any, Protocol

from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

from agent_console.web.auth import Caller
from agent_console.web.live import ended, frames
from agent_console.web.live.batches import Batch, Batches
from agent_console.web.live.ended import EndedError
from bridge.clock import Clock
from bridge.events import EventHub, StaleCursorError, Step, Whisper
from routing.access import rights

# More events than this are more to send than to load afresh.
FURTHEST_BEHIND = 3000
# Seconds that a frame may wait for the console to take the ones before it.
PATIENCE = 15.0
# Seconds that each of the last words may wait when the other side does not read.
LAST_WORDS = 3.0
# RFC 6455, 7.1.5: the line went without a farewell.
GONE = 1006


class Room(Protocol):
    """Where a console tells what it shows."""

    def show(self, socket: "ConsoleSocket", conversation_id: int | None) -> None:
        """Take note of what is on this console's screen."""
        ...

    def touched(self, socket: "ConsoleSocket") -> None:
        """Take note that the agent is at work at this console."""
        ...

    def spread(self) -> int:
        """Return within how many ms all consoles may load something, each at its moment."""
        ...


class ConsoleSocket:
    """One websocket of one signed-in agent."""

    def __init__(
        self,
        socket: WebSocket[Any, Any, Any],
        caller: Caller,
        *,
        hub: EventHub,
        batches: Batches,
        clock: Clock,
        room: Room,
    ) -> None:
        """Speak over `socket`, which is not yet accepted."""
        self.caller = caller
        self.agent_id = caller.agent.id
        self.viewing: int | None = None
        self._socket = socket
        self._hub = hub
        self._batches = batches
        self._clock = clock
        self._room = room
        self._sending = asyncio.Lock()
        self._latest: dict[Hashable, str] = {}
        self._news = asyncio.Event()
        self._stuck_since: float | None = None
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[EndedError] = self._loop.create_future()

    @property
    def _is_bot(self) -> bool:
        return self.caller.agent.role == "bot"

    # --- what others tell it ---

    def put(self, topic: Hashable, frame: str) -> None:
        """Send a frame soon; of one topic only the latest is sent."""
        if self._is_bot:
            # Counters, and what colleagues do, are for people.
            return
        self._latest[topic] = frame
        self._news.set()

    def look(self, now: float) -> None:
        """Close the socket if a frame has waited too long; `now` is the loop's time."""
        if self._stuck_since is not None and now - self._stuck_since > PATIENCE:
            self.end(EndedError(ended.TOO_SLOW))

    def end(self, why: EndedError) -> None:
        """Close the socket soon."""
        if not self._over.done():
            self._over.set_result(why)

    # --- its life ---

    async def run(self, after: str) -> None:
        """Accept the socket and serve it until either side ends it."""
        await self._socket.accept()
        try:
            await self._serve(after)
        except EndedError as why:
            await self._close(why)
        except WebSocketDisconnect:
            return

    async def _serve(self, after: str) -> None:
        works: list[Coroutine[Any, Any, None]] = [
            self._listen(),
            self._follow(after),
            self._tell(),
            self._end(),
        ]
        tasks = [asyncio.create_task(one) for one in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _close(self, why: EndedError) -> None:
        if why.last is not None:
            await _at_last(self._send(why.last))
        await _at_last(self._socket.close(code=why.code))

    # --- what it says ---

    async def _listen(self) -> None:
        """Take frames until the console goes away."""
        while True:
            raw = await self._receive()
            if raw is None:
                return
            try:
                frame = frames.read(raw)
            except frames.BadFrameError:
                raise EndedError(ended.BAD_FRAME) from None
            if isinstance(frame, frames.Ping):
                await self._send(frames.pong(self._clock.now()))
            elif isinstance(frame, frames.Active):
                self._room.touched(self)
            else:
                self._room.show(self, frame.conversation_id)

    async def _receive(self) -> str | bytes | None:
        message: Any = await self._socket.receive()
        if message["type"] != "websocket.receive":
            return None
        raw: str | bytes | None = message.get("text")
        return message.get("bytes", b"") if raw is None else raw

    # --- what it is told ---

    async def _follow(self, after: str) -> None:
        """Send what the log says, from the cursor on; afresh where it reaches too far back."""
        cursor = after
        if not self._reachable(cursor):
            cursor = self._hub.cursor()
            await self._send(frames.hello(cursor, self._clock.now()))
            await self._send(frames.RESET)
        else:
            await self._send(frames.hello(cursor, self._clock.now()))
        while True:
            try:
                async for step in self._hub.follow(cursor):
                    cursor = step.cursor
                    await self._pass_on(step)
            except StaleCursorError:
                cursor = self._hub.cursor()
                await self._send(frames.RESET)

    def _reachable(self, cursor: str) -> bool:
        try:
            behind = self._hub.position(self._hub.cursor()) - self._hub.position(cursor)
        except StaleCursorError:
            return False
        # One from ahead of the log is of a database that has since lost its end.
        return 0 <= behind <= FURTHEST_BEHIND

    async def _pass_on(self, step: Step) -> None:
        if step.events:
            await self._pass_on_events(step)
        # That somebody types, and how colleagues and channels are, a bot does not wait for.
        for whisper in () if self._is_bot else step.whispers:
            if whisper.kind in frames.TYPING_KINDS and whisper.agent_id != self.agent_id:
                await self._pass_on_typing(whisper, step.cursor)

    async def _pass_on_events(self, step: Step) -> None:
        batch = await self._batches.of(step.events, step.cursor)
        anew = batch.anew.get(self.agent_id)
        if anew is not None:
            self.caller = replace(self.caller, agent=anew)
        frame = batch.frame_for(self.caller.agent)
        if frame is not None:
            await self._send(frame)
        if not self._is_bot:
            await self._pass_on_rest(batch, anew=anew is not None)

    async def _pass_on_rest(self, batch: Batch, *, anew: bool) -> None:
        """Tell of what is around the conversations."""
        own = batch.preferences.get(self.agent_id)
        for more in (batch.channels, batch.presence, batch.photos, own):
            if more is not None:
                await self._send(more)
        if batch.surfaces and "health" in rights(self.caller.agent.role, batch.policy):
            await self._send(frames.SURFACES)
        if batch.has_views_of(self.caller.agent):
            await self._send(frames.VIEWS)
        if self.agent_id in batch.chats:
            await self._send(frames.CHATS)
        if anew:
            await self._send(frames.RESET)
        elif batch.fresh:
            await self._send(frames.configured(self._room.spread()))

    async def _pass_on_typing(self, whisper: Whisper, cursor: str) -> None:
        if whisper.conversation_id is None:
            return
        who = await self._batches.onlookers(frozenset([whisper.conversation_id]), cursor)
        if who.of(self.caller.agent)(whisper.conversation_id):
            await self._send(frames.typing(whisper))

    async def _tell(self) -> None:
        """Send the latest of each topic."""
        while True:
            await self._news.wait()
            self._news.clear()
            latest, self._latest = self._latest, {}
            for frame in latest.values():
                await self._send(frame)

    async def _send(self, frame: str) -> None:
        async with self._sending:
            # Not a timer for each of thousands of frames: `look` comes by.
            self._stuck_since = self._loop.time()
            try:
                await self._socket.send({"type": "websocket.send", "bytes": None, "text": frame})
            except OSError:
                # ASGI says so of a client that has gone and whose farewell is still unread.
                raise WebSocketDisconnect(detail="the console has gone", code=GONE) from None
            self._stuck_since = None

    async def _end(self) -> None:
        """Wait until somebody says that it is over."""
        raise await self._over


async def _at_last(said: Awaitable[None]) -> None:
    """Say one of the last words, to who may hear nothing any more."""
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, OSError):
        async with asyncio.timeout(LAST_WORDS):
            await said
