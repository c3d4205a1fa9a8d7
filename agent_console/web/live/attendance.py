"""Who has a console open, and who touches it, kept in the database for routing to go by."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping

from bridge.channel import StorageUnavailableError
from bridge.store.transactions import Store, Tx
from routing import attending, presence
from routing.desk import Desk
from routing.policy import Policy

_log = logging.getLogger(__name__)

# Seconds until the database is tried again.
_AGAIN = 1.0
# A touch so many seconds after one of the same agent in the same conversation is no news.
_OFTEN = 5.0


class Attendance:
    """Counts the open consoles of each agent, and writes down who comes, goes and works."""

    def __init__(self, store: Store, desk: Desk, process: int | None = None) -> None:
        """Nobody is here yet; `process` is this one's number where there may be several."""
        self._store = store
        self._desk = desk
        self._process = process
        self._open: Counter[str] = Counter()
        # What is to be written: who came or went, and where somebody was last at work.
        self._changed: set[str] = set()
        self._worked: dict[str, int | None] = {}
        self._touches: dict[str, tuple[int | None, float]] = {}
        self._writing: asyncio.Task[None] | None = None

    def here(self) -> frozenset[str]:
        """Return who has a console open."""
        return frozenset(self._open)

    def opened(self, agent_id: str) -> bool:
        """Count a console that was opened; say whether it is the agent's first."""
        self._open[agent_id] += 1
        if self._open[agent_id] > 1:
            return False
        self._changed.add(agent_id)
        self._write_soon()
        return True

    def closed(self, agent_id: str) -> bool:
        """Count a console that is gone; say whether it was the agent's last."""
        self._open[agent_id] -= 1
        if self._open[agent_id] > 0:
            return False
        del self._open[agent_id]
        self._changed.add(agent_id)
        self._write_soon()
        return True

    def touched(self, agent_id: str, conversation_id: int | None) -> None:
        """Take note that the agent is at work, with this conversation before them."""
        now = self._store.clock.monotonic()
        where, at = self._touches.get(agent_id, (None, -_OFTEN))
        if where == conversation_id and now - at < _OFTEN:
            return
        self._touches[agent_id] = (conversation_id, now)
        self._worked[agent_id] = conversation_id
        self._write_soon()

    def _write_soon(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """Write until nothing is left; of several changes of somebody, what is true now."""
        while self._changed or self._worked:
            changed, self._changed = self._changed, set()
            worked, self._worked = self._worked, {}
            now = {agent_id: agent_id in self._open for agent_id in changed}
            try:
                await self._store.write(_keep, self._desk.policy, now, worked, self._process)
            except StorageUnavailableError:
                _log.error("who is here waits for the database")
                self._changed |= changed
                self._worked = worked | self._worked
                await asyncio.sleep(_AGAIN)


def _keep(
    tx: Tx,
    policy: Policy,
    here: Mapping[str, bool],
    worked: Mapping[str, int | None],
    process: int | None,
) -> None:
    for agent_id, is_here in here.items():
        if process is not None and attending.elsewhere(tx, agent_id, process, here=is_here):
            continue
        came_or_went = presence.arrived if is_here else presence.departed
        came_or_went(tx, policy, agent_id)
    for agent_id, conversation_id in worked.items():
        presence.acted(tx, policy, agent_id, conversation_id)
