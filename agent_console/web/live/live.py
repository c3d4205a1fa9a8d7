"""All open consoles of this process: who is here, who looks at what, and the counters.

What is not in the event log is told at most a few times a second, and more rarely the
more consoles there are: everybody is told of everybody.
"""

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from litestar import WebSocket

from agent_console import cards
from agent_console.cards.shapes import Folders
from agent_console.web.auth import Caller, Sessions
from agent_console.web.live import ended, frames
from agent_console.web.live.attendance import Attendance
from agent_console.web.live.batches import Batches
from agent_console.web.live.ended import EndedError
from agent_console.web.live.socket import ConsoleSocket
from bridge.channel import StorageUnavailableError
from bridge.events import EventHub, StaleCursorError, Step
from bridge.store.bots import OPEN_OF_BOT
from bridge.store.transactions import Store, Tx
from routing.desk import Desk

_log = logging.getLogger(__name__)

# Seconds between two rounds of news: at least this, and this much more for each console.
ROUND = 0.2
ROUND_PER_CONSOLE = 0.002
# And so many times what the last counting took, so that it never takes all there is.
COUNTING_SHARE = 10
# Seconds between two looks at who does not read, and at whose session has ended.
LOOK = 1.0
LOOK_AT_SESSIONS = 30.0
# Events that can change a counter: of everybody, or of the one they are private to.
_COUNTED = frozenset({"message.added", "conversation.changed", "read.changed"})


class Live:
    """The room of all consoles; it works only while there are any."""

    def __init__(
        self,
        store: Store,
        hub: EventHub,
        desk: Desk,
        view: cards.ViewFile,
        sessions: Sessions,
        *,
        agents: Sequence[str],
    ) -> None:
        """`agents` are the ids of those who can be here."""
        self._store = store
        self._hub = hub
        self._sessions = sessions
        self._agents = agents
        self._batches = Batches(store, desk.policy, view)
        self._sockets: set[ConsoleSocket] = set()
        self._attendance = Attendance(store, desk.policy)
        self._viewers: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._work: list[asyncio.Task[None]] = []
        # What is to be told in the next round.
        self._news = asyncio.Event()
        self._came_or_went: set[str] = set()
        self._looked_at: set[int] = set()
        self._recount: set[str] = set()
        self._recount_all = False
        self._told: dict[str, Folders] = {}
        self._cost = 0.0

    def online(self) -> frozenset[str]:
        """Return the agents who have a console open."""
        return self._attendance.here()

    async def serve(self, socket: WebSocket[Any, Any, Any], caller: Caller, after: str) -> None:
        """Serve one console until it ends."""
        held = await self._held_by(caller)
        console = ConsoleSocket(
            socket,
            caller,
            hub=self._hub,
            batches=self._batches,
            clock=self._store.clock,
            room=self,
            held=held,
        )
        self._enter(console)
        try:
            await console.run(after)
        finally:
            await self._leave(console)

    async def _held_by(self, caller: Caller) -> set[int] | None:
        if caller.agent.role != "bot":
            return None
        return set(await self._store.read(_open_of, caller.agent.id))

    def signed_out(self, token_hash: str) -> None:
        """Close every console of a session that has ended."""
        for socket in self._sockets:
            if socket.caller.key == token_hash:
                socket.end(EndedError(ended.SIGNED_OUT, frames.SIGNED_OUT))

    async def look_again(self) -> None:
        """Close every console whose session has ended, wherever that was."""
        hashes = {socket.caller.key for socket in self._sockets}
        if not hashes:
            return
        try:
            still_open = await self._sessions.of_these_open(hashes)
        except StorageUnavailableError:
            _log.error("looking at sessions waits for the database")
            return
        for one in hashes - still_open:
            self.signed_out(one)

    def show(self, socket: ConsoleSocket, conversation_id: int | None) -> None:
        """Take note of what a console shows."""
        before, socket.viewing = socket.viewing, conversation_id
        if before == conversation_id:
            return
        if before is not None:
            _take_one(self._viewers[before], socket.agent_id)
            if not self._viewers[before]:
                del self._viewers[before]
            self._looked_at.add(before)
        if conversation_id is not None:
            self._viewers[conversation_id][socket.agent_id] += 1
            self._looked_at.add(conversation_id)
        self._news.set()

    def touched(self, socket: ConsoleSocket) -> None:
        """Take note that the agent is at work at this console."""
        self._attendance.touched(socket.agent_id, socket.viewing)

    # --- coming and going ---

    def _enter(self, console: ConsoleSocket) -> None:
        self._sockets.add(console)
        if self._attendance.opened(console.agent_id):
            self._came_or_went.add(console.agent_id)
        here = self.online()
        console.put("presence", frames.presence({one: one in here for one in self._agents}))
        for conversation_id, viewers in self._viewers.items():
            console.put(("viewing", conversation_id), frames.viewing(conversation_id, viewers))
        # The counters it has loaded may be older than its cursor.
        self._told.pop(console.agent_id, None)
        self._recount.add(console.agent_id)
        self._news.set()
        if not self._work:
            follow = self._follow(self._hub.cursor())
            works = (follow, self._rounds(), self._look_around())
            self._work = [asyncio.create_task(work) for work in works]

    async def _leave(self, console: ConsoleSocket) -> None:
        self.show(console, None)
        self._sockets.discard(console)
        if self._attendance.closed(console.agent_id):
            self._came_or_went.add(console.agent_id)
            self._told.pop(console.agent_id, None)
        self._news.set()
        if not self._sockets:
            work, self._work = self._work, []
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    # --- the rounds ---

    async def _follow(self, cursor: str) -> None:
        """Notice what changes a counter."""
        while True:
            try:
                async for step in self._hub.follow(cursor):
                    self._note(step)
            except (StaleCursorError, StorageUnavailableError):
                # Not at once again: the database may be gone for a while.
                await asyncio.sleep(LOOK)
            cursor, self._recount_all = self._hub.cursor(), True

    def _note(self, step: Step) -> None:
        for event in step.events:
            if event.kind not in _COUNTED:
                continue
            if event.private_to is None:
                self._recount_all = True
            else:
                self._recount.add(event.private_to)
        if self._recount_all or self._recount:
            self._news.set()

    async def _rounds(self) -> None:
        """Tell everybody the news, round by round."""
        while True:
            await self._news.wait()
            pause = ROUND + ROUND_PER_CONSOLE * len(self._sockets) + COUNTING_SHARE * self._cost
            await asyncio.sleep(pause)
            self._news.clear()
            self._tell_who_is_here()
            self._tell_who_looks()
            try:
                await self._tell_counters()
            except StorageUnavailableError:
                _log.error("counting waits for the database")
                self._recount_all = True
                self._news.set()

    async def _look_around(self) -> None:
        """Let go who does not read, and whose session has ended elsewhere."""
        loop = asyncio.get_running_loop()
        looked_at = loop.time()
        while True:
            await asyncio.sleep(LOOK)
            for socket in self._sockets:
                socket.look(loop.time())
            if loop.time() - looked_at >= LOOK_AT_SESSIONS:
                looked_at = loop.time()
                await self.look_again()

    def _tell_who_is_here(self) -> None:
        changed, self._came_or_went = self._came_or_went, set()
        here = self.online()
        for agent_id in changed:
            self._tell(("presence", agent_id), frames.presence({agent_id: agent_id in here}))

    def _tell_who_looks(self) -> None:
        changed, self._looked_at = self._looked_at, set()
        for one in changed:
            self._tell(("viewing", one), frames.viewing(one, self._viewers.get(one, ())))

    def _tell(self, topic: tuple[str, str | int], frame: str) -> None:
        for socket in self._sockets:
            socket.put(topic, frame)

    async def _tell_counters(self) -> None:
        here = self.online()
        wanted = here if self._recount_all else here & self._recount
        self._recount, self._recount_all = set(), False
        if wanted:
            began = time.monotonic()
            counters = await self._store.read(cards.counters)
            self._cost = time.monotonic() - began
            for agent_id in wanted:
                self._tell_counter(agent_id, counters.of(agent_id))

    def _tell_counter(self, agent_id: str, counters: Folders) -> None:
        if self._told.get(agent_id) == counters:
            return
        self._told[agent_id] = counters
        frame = frames.folders(counters)
        for socket in self._sockets:
            if socket.agent_id == agent_id:
                socket.put("folders", frame)


def _open_of(tx: Tx, bot: str) -> list[int]:
    return tx.all(OPEN_OF_BOT, bot=bot)


def _take_one(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
