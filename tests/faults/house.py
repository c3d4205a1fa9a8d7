"""The program of a scenario: that of the storms, with a staff surface that can be killed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent_console.fanout.staff import Staffed
from bridge.clock import Clock
from bridge.db import Place
from bridge.reload.wired import Inbox
from bridge.settings import Settings
from tests.channels.storm.house import Guards, House, Killable, StormProgram
from tests.faults.failpoints import Failpoints
from tests.faults.ground import SURFACE, Ground

AGENTS: Mapping[str, Mapping[str, Any]] = {
    "olga": {"name": "Ольга", "role": "owner"},
    "ivan": {"name": "Иван", "role": "agent"},
}


class StaffProgram(StormProgram):
    """The program; what it sends to customers always ends, whatever happens to the surface."""

    def __init__(self, settings: Settings, clock: Clock, points: Failpoints) -> None:
        """Wire it."""
        self.points = points
        super().__init__(settings, Guards(), clock)

    def wire(self, inbox_id: str, settings: Settings) -> Inbox:
        """Have a worker that waits for what is on the wire."""
        wired = super().wire(inbox_id, settings)
        assert isinstance(wired.worker, Killable)
        wired.worker._last_words = 60.0
        return wired

    def wire_staff(self, settings: Settings) -> dict[str, Staffed]:
        """Put the failpoints around the surface."""
        staff = super().wire_staff(settings)
        for one in staff.values():
            self.points.guard(one)
        return staff


class StaffHouse(House):
    """One program after the other, with an inbox and a staff surface."""

    def __init__(
        self,
        folder: Path,
        inbox: Mapping[str, Any],
        ground: Ground,
        clock: Clock,
        points: Failpoints,
        place: Place,
    ) -> None:
        """Write its configuration."""
        accounts = ground.accounts()
        agents = {key: {**one, **accounts.get(key, {})} for key, one in AGENTS.items()}
        super().__init__(
            folder,
            inbox,
            clock=clock,
            guards=Guards(),
            environ=ground.environ,
            uncertain="ask",
            place=place,
            more={"staff": {SURFACE: dict(ground.staff())}, "agents": agents},
        )
        self._points = points
        self.kills = self.lives = 0

    def made(self, settings: Settings) -> StaffProgram:
        """Return the program of one life."""
        self.lives += 1
        return StaffProgram(settings, self._clock, self._points)

    async def kill(self) -> None:
        """End a life at once: nothing that stands at a failpoint goes on."""
        self.kills += 1
        await self.end(killed=False)
        self._points.disarm()
