"""All open consoles of this process: who is here, who looks at what, and the counters.

Who is here elsewhere is in rows, who looks at what elsewhere is whispered.

What is not in the event log is told at most a few times a second, and more rarely the
more consoles there are: everybody is told of everybody.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Collection, Sequence
from typing import Any

from litestar import WebSocket

from agent_console import cards
from agent_console.actions import sight_on
from agent_console.cards.shapes import Folders
from agent_console.web.auth import Caller, Sessions
from agent_console.web.live import ended, frames
from agent_console.web.live.attendance import Attendance
from agent_console.web.live.batches import Batches
from agent_console.web.live.elsewhere import Elsewhere
from agent_console.web.live.ended import EndedError
from agent_console.web.live.socket import ConsoleSocket
from agent_console.web.live.viewers import Viewers
from bridge.channel import StorageUnavailableError
from bridge.events import EventHub, StaleCursorError, Step
from bridge.store.desk import AGENTS
from bridge.store.sessions import SESSIONS_ENDED
from bridge.store.transactions import Store, Tx
from routing import sight
from routing.desk import Desk

_log = logging.getLogger(__name__)

# Seconds between two rounds of news: at least this, and this much more for each console.
ROUND = 0.2
ROUND_PER_CONSOLE = 0.002
# And so many times what the last counting took, so that it never takes all there is.
COUNTING_SHARE = 10
# So many consoles load all afresh at once; for each one more they take their time, in ms.
AFRESH_AT_ONCE = 50
AFRESH_EACH = 20
# Seconds between two looks at who does not read, and at whose session has run out or was
# ended by another process; what ends in this one is told at once.
LOOK = 1.0
LOOK_AT_SESSIONS = 5.0
# Events that can change a counter: of everybody, or of the one they are private to.
_COUNTED = frozenset(
    {"message.added", "conversation.changed", "conversation.purged", "read.changed"}
)


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
        process: int | None = None,
    ) -> None:
        """`agents` are the ids of those who can be here.

        `process` is this one's number where there may be several.
        """
        self._store = store
        self._hub = hub
        self._sessions = sessions
        self._agents = agents
        self._desk = desk
        self._batches = Batches(store, desk, view)
        self._sockets: set[ConsoleSocket] = set()
        self._attendance = Attendance(store, desk, process)
        self._shared = process is not None
        self._elsewhere = Elsewhere(
            store, wanted=lambda: bool(self._sockets), changed=self._moved_elsewhere
        )
        self._viewers = Viewers(process)
        self._work: list[asyncio.Task[None]] = []
        # What is to be told in the next round.
        self._news = asyncio.Event()
        self._came_or_went: set[str] = set()
        self._looked_at: set[int] = set()
        self._moved: set[int] = set()
        self._newcomers: set[ConsoleSocket] = set()
        self._recount: set[str] = set()
        self._recount_all = False
        self._told: dict[str, Folders] = {}
        self._cost = 0.0

    def online(self) -> frozenset[str]:
        """Return the agents who have a console open, at whichever process."""
        return self._attendance.here() | self._elsewhere.agents

    def look_elsewhere_soon(self) -> None:
        """See soon who has a console open at another process, if anybody here would know."""
        if self._shared:
            self._elsewhere.look_soon()

    def _moved_elsewhere(self, agents: frozenset[str]) -> None:
        self._came_or_went |= agents
        self._news.set()

    def can_be_here(self, agents: Sequence[str]) -> None:
        """Know others as those who can be here."""
        self._agents = agents

    async def counters_of(self, agent_id: str) -> Folders:
        """Return the counters of one agent (R10)."""
        return (await self._store.read(_counted, self._desk, [agent_id]))[agent_id]

    async def serve(self, socket: WebSocket[Any, Any, Any], caller: Caller, after: str) -> None:
        """Serve one console until it ends."""
        console = ConsoleSocket(
            socket,
            caller,
            hub=self._hub,
            batches=self._batches,
            clock=self._store.clock,
            room=self,
        )
        if self._shared:
            # It may come from a process that is a moment ahead of this one.
            with contextlib.suppress(StorageUnavailableError):
                await self._hub.catch_up()
            await self._elsewhere.look()
        self._enter(console)
        if self._shared:
            # Somebody may have come or gone since, when nobody here would have known.
            self._elsewhere.go_on()
        try:
            await console.run(after)
        finally:
            await self._leave(console)

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
            self._viewers.left(before, socket.agent_id)
            self._looked_at.add(before)
            self._moved.add(before)
        if conversation_id is not None:
            self._viewers.came(conversation_id, socket.agent_id)
            self._looked_at.add(conversation_id)
            self._moved.add(conversation_id)
        self._news.set()

    def touched(self, socket: ConsoleSocket) -> None:
        """Take note that the agent is at work at this console."""
        self._attendance.touched(socket.agent_id, socket.viewing)

    def spread(self) -> int:
        """Return within how many ms all consoles may load all afresh."""
        return AFRESH_EACH * max(0, len(self._sockets) - AFRESH_AT_ONCE)

    # --- coming and going ---

    def _enter(self, console: ConsoleSocket) -> None:
        self._sockets.add(console)
        if self._attendance.opened(console.agent_id):
            self._came_or_went.add(console.agent_id)
        here = self.online()
        console.put("presence", frames.presence({one: one in here for one in self._agents}))
        self._newcomers.add(console)
        # The counters it has loaded may be older than its cursor.
        self._told.pop(console.agent_id, None)
        self._recount.add(console.agent_id)
        self._news.set()
        if not self._work:
            follow = self._follow(self._hub.cursor())
            works = (follow, self._rounds(), self._look_around())
            self._work = [asyncio.create_task(work) for work in works]
            if (question := self._viewers.question()) is not None:
                self._hub.tell_others(question)

    async def _leave(self, console: ConsoleSocket) -> None:
        self.show(console, None)
        self._sockets.discard(console)
        self._newcomers.discard(console)
        if self._attendance.closed(console.agent_id):
            self._came_or_went.add(console.agent_id)
            self._told.pop(console.agent_id, None)
        self._news.set()
        if not self._sockets:
            # No round follows that would tell the others.
            self._tell_others_who_looks()
            self._viewers.forget_the_others()
            self._looked_at.clear()
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
                    self._hear(step)
                    await self._let_go(step)
            except (StaleCursorError, StorageUnavailableError):
                # Not at once again: the database may be gone for a while.
                await asyncio.sleep(LOOK)
            cursor, self._recount_all = self._hub.cursor(), True

    async def _let_go(self, step: Step) -> None:
        if any(one.kind == SESSIONS_ENDED for one in step.events):
            await self.look_again()

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

    def _hear(self, step: Step) -> None:
        """Take what other processes tell of who looks at what, and tell it if they ask."""
        for whisper in step.whispers:
            self._seen_elsewhere(self._viewers.hear(whisper))
        if step.whispers:
            self._tell_others_who_looks()

    def _tell_others_who_looks(self) -> None:
        changed, self._moved = self._moved, set()
        for whisper in self._viewers.to_tell(changed):
            self._hub.tell_others(whisper)

    def _seen_elsewhere(self, changed: set[int]) -> None:
        if changed:
            self._looked_at |= changed
            self._news.set()

    async def _rounds(self) -> None:
        """Tell everybody the news, round by round."""
        while True:
            await self._news.wait()
            pause = ROUND + ROUND_PER_CONSOLE * len(self._sockets) + COUNTING_SHARE * self._cost
            await asyncio.sleep(pause)
            self._news.clear()
            self._tell_who_is_here()
            self._tell_others_who_looks()
            try:
                await self._tell_who_looks()
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
            self._seen_elsewhere(self._viewers.forget_the_silent())
            self._tell_others_who_looks()
            if loop.time() - looked_at >= LOOK_AT_SESSIONS:
                looked_at = loop.time()
                await self.look_again()

    def _tell_who_is_here(self) -> None:
        changed, self._came_or_went = self._came_or_went, set()
        here = self.online()
        for agent_id in changed:
            self._tell(("presence", agent_id), frames.presence({agent_id: agent_id in here}))

    async def _tell_who_looks(self) -> None:
        """Tell everybody what has changed, and whoever has just come everything, in sight."""
        changed, self._looked_at = self._looked_at, set()
        newcomers, self._newcomers = self._newcomers, set()
        looked_at = frozenset(changed).union(self._viewers.looked_at() if newcomers else ())
        try:
            who = await self._batches.onlookers(looked_at, self._hub.cursor())
        except StorageUnavailableError:
            self._looked_at |= changed
            self._newcomers |= newcomers & self._sockets
            raise
        shown = {one: frames.viewing(one, self._viewers.of(one)) for one in looked_at}
        for socket in self._sockets:
            sees = who.of(socket.caller.agent)
            for one in looked_at if socket in newcomers else changed:
                if sees(one):
                    socket.put(("viewing", one), shown[one])

    def _tell(self, topic: tuple[str, str | int], frame: str) -> None:
        for socket in self._sockets:
            socket.put(topic, frame)

    async def _tell_counters(self) -> None:
        here = self._attendance.here()
        wanted = here if self._recount_all else here & self._recount
        self._recount, self._recount_all = set(), False
        if wanted:
            began = time.monotonic()
            counted = await self._store.read(_counted, self._desk, wanted)
            self._cost = time.monotonic() - began
            for agent_id, counters in counted.items():
                self._tell_counter(agent_id, counters)

    def _tell_counter(self, agent_id: str, counters: Folders) -> None:
        sockets = [one for one in self._sockets if one.agent_id == agent_id]
        if not sockets:
            return
        if self._told.get(agent_id) == counters:
            return
        self._told[agent_id] = counters
        frame = frames.folders(counters)
        for socket in sockets:
            socket.put("folders", frame)


def _counted(tx: Tx, desk: Desk, agent_ids: Collection[str]) -> dict[str, Folders]:
    """Return the counters of these agents; bots are told none."""
    wanted = (one for one in tx.all(AGENTS) if one.id in agent_ids and one.role != "bot")
    sights = [sight_on(desk, one) for one in wanted]
    counters = cards.counters(tx, narrowed=not all(one.whole for one in sights))
    return {one.agent: counters.of(one, sight.teams_shown(one, desk.teams)) for one in sights}
