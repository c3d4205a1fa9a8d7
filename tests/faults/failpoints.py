"""Places in the program's ways at which it can be killed: around each write and each call."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from agent_console.fanout.staff import Staffed
from bridge.channel import OutcomeUnknownError
from bridge.store.jobs import work_of

WRITES = ("reckon", "record", "failed", "act", "_accept")
CALLS = ("open", "draw", "post", "mark", "tell", "find")
EVERY = [
    f"{when} {what}"
    for what in (*WRITES, *(f"call {one}" for one in CALLS))
    for when in ("before", "after")
]


class Failpoints:
    """Stands still for ever at one place, once it is armed; whoever waits then ends the life."""

    def __init__(self) -> None:
        """Let everything pass."""
        self.reached: Counter[str] = Counter()
        self.hit: Counter[str] = Counter()
        """At which places the program was killed, and how often."""
        self.unknown = 0
        """Of how many calls the adapter did not know the end."""
        self._armed: str | None = None
        self._there = asyncio.Event()
        self._on = asyncio.Event()

    def arm(self, name: str) -> None:
        """Have the next one who comes to this place stand still."""
        self._armed = name
        self._there.clear()
        self._on.clear()

    def disarm(self) -> None:
        """Let everything pass again."""
        self._armed = None

    def let_go(self) -> None:
        """Have whoever stands still go on after all."""
        self._on.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until somebody stands there; say whether they do in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._there.wait()
        except TimeoutError:
            self.disarm()
            return False
        return True

    async def passes(self, name: str) -> None:
        """Pass, or never."""
        self.reached[name] += 1
        if self._armed != name:
            return
        self._armed = None
        self.hit[name] += 1
        self._there.set()
        await self._on.wait()

    # --- where they stand ---

    def guard(self, staffed: Staffed) -> None:
        """Put them around everything that a surface writes and calls."""
        kernel: Any = staffed
        surface: Any = staffed.surface
        desk = getattr(surface, "_desk", None) or surface._intake._desk
        for one in (kernel.fanout, kernel.hearing, desk):
            one._store = _Store(one._store, self)
        for name in CALLS:
            if hasattr(surface, name):
                setattr(surface, name, self._around(f"call {name}", getattr(surface, name)))

    def _around(self, name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def called(*args: Any, **more: Any) -> Any:
            await self.passes(f"before {name}")
            try:
                result = await call(*args, **more)
            except (OutcomeUnknownError, asyncio.CancelledError):
                self.unknown += 1
                raise
            await self.passes(f"after {name}")
            return result

        return called


class _Store:
    """The store, with places before and after what is written."""

    def __init__(self, store: Any, points: Failpoints) -> None:
        self._inner = store
        self._points = points

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def write(self, work: Callable[..., Any], *args: Any) -> Any:
        """Write, unless it never comes to that."""
        name = work_of(work).__name__
        await self._points.passes(f"before {name}")
        result = await self._inner.write(work, *args)
        await self._points.passes(f"after {name}")
        return result
