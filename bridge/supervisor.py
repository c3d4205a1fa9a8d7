"""Keeps each channel running: restarts it with backoff, and knows how it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bridge.channel import MisconfiguredError, SendError, StorageUnavailableError
from bridge.clock import Clock
from bridge.delivery import pause_after

_log = logging.getLogger(__name__)

State = Literal["starting", "up", "degraded", "misconfigured", "stopped"]
# Running this long without falling over means well again, in seconds.
WELL_AFTER = 60.0
# The database is asked again after so many seconds, however long it is away.
ASK_AGAIN = 1.0


@dataclass(slots=True)
class Health:
    """How one supervised thing is; `why` is a sentence without secrets."""

    state: State = "starting"
    why: str = ""
    since: int = 0
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class _End:
    """Why something ended, whether that is a sentence of its own, and the longest pause (s)."""

    why: str
    is_told: bool = False
    within: float = float("inf")


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
            end = await self._run_once(name, run, said)
            # A sentence for people says all there is to say, once.
            said = end.why if end.is_told else said
            if self.clock.monotonic() - started > WELL_AFTER:
                attempts, said = 0, ""
            attempts += 1
            if self.health[name].state != "misconfigured":
                self._is(name, "degraded", end.why)
            self.health[name].restarts += 1
            await asyncio.sleep(min(pause_after(attempts), end.within))

    async def _run_once(self, name: str, run: Callable[[], Awaitable[None]], said: str) -> _End:
        """Run until it ends; return why, and say so unless that was `said` already."""
        try:
            await run()
        except SendError as error:
            end = _End(str(error), is_told=True)
            if end.why != said:
                _log.warning("%s: %s", name, end.why)
            if isinstance(error, MisconfiguredError):
                self._is(name, "misconfigured", end.why)
        except StorageUnavailableError:
            end = _End("the database is away", is_told=True, within=ASK_AGAIN)
            if end.why != said:
                _log.error("%s waits for the database", name)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Something inside was cancelled, not this: it must be started again.
            end = _End("it was cancelled from within")
            _log.error("%s: %s", name, end.why)
        except Exception as error:  # noqa: BLE001  # Whatever it is, it is started again.
            end = _End(type(error).__name__)
            _log.exception("%s fell over", name)
        else:
            end = _End("it ended by itself")
        return end

    def _is(self, name: str, state: State, why: str = "") -> None:
        health = self.health[name]
        if (health.state, health.why) != (state, why):
            health.state, health.why, health.since = state, why, self.clock.now()
