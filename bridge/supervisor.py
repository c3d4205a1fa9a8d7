"""Keeps each channel running: restarts it with backoff, and knows how it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bridge.channel import MisconfiguredError, SendError
from bridge.clock import Clock
from bridge.delivery import pause_after

_log = logging.getLogger(__name__)

State = Literal["starting", "up", "degraded", "misconfigured", "stopped"]
# Running this long without falling over means well again, in seconds.
WELL_AFTER = 60.0


@dataclass(slots=True)
class Health:
    """How one supervised thing is; `why` is a sentence without secrets."""

    state: State = "starting"
    why: str = ""
    since: int = 0
    restarts: int = 0


@dataclass(slots=True)
class Supervisor:
    """Runs long-lived work, each under its name, until stopped."""

    clock: Clock
    health: dict[str, Health] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def start(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run `run()` again whenever it ends, with growing pauses."""
        self.health[name] = Health(since=self.clock.now())
        self._tasks[name] = asyncio.create_task(self._keep_running(name, run), name=name)

    async def stop(self) -> None:
        """Cancel everything and wait until it has ended."""
        await self._cancel(list(self._tasks.values()))
        for name in self.health:
            self._is(name, "stopped")

    async def end(self, names: Iterable[str]) -> None:
        """Cancel these, and forget them once they have ended; others are not touched."""
        ended = [self._tasks[name] for name in names if name in self._tasks]
        await self._cancel(ended)
        for task in ended:
            # Somebody else may have ended it meanwhile, and even begun it again.
            if self._tasks.get(task.get_name()) is task:
                self._tasks.pop(task.get_name())
                self.health.pop(task.get_name(), None)

    async def _cancel(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_running(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        attempts, said = 0, ""
        while True:
            started = self.clock.monotonic()
            self._is(name, "up")
            try:
                await run()
                why = "it ended by itself"
            except SendError as error:
                # Its sentence is for people, and says all there is to say, once.
                why = str(error)
                if why != said:
                    _log.warning("%s: %s", name, why)
                said = why
                if isinstance(error, MisconfiguredError):
                    self._is(name, "misconfigured", why)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                # Something inside was cancelled, not this: it must be started again.
                why = "it was cancelled from within"
                _log.error("%s: %s", name, why)
            except Exception as error:  # noqa: BLE001  # Whatever it is, it is started again.
                why = type(error).__name__
                _log.exception("%s fell over", name)
            if self.clock.monotonic() - started > WELL_AFTER:
                attempts, said = 0, ""
            attempts += 1
            if self.health[name].state != "misconfigured":
                self._is(name, "degraded", why)
            self.health[name].restarts += 1
            await asyncio.sleep(pause_after(attempts))

    def _is(self, name: str, state: State, why: str = "") -> None:
        health = self.health[name]
        if (health.state, health.why) != (state, why):
            health.state, health.why, health.since = state, why, self.clock.now()
