"""What a loop has begun beside itself: how much, about what, and that each end wakes it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class UnderWay(Generic[T]):
    """Work that runs while its loop looks for more."""

    def __init__(self, ended: Callable[[], None]) -> None:
        """Have `ended` called whenever something has ended, however it did."""
        self._tasks: dict[asyncio.Task[None], T] = {}
        self._ended = ended

    def __len__(self) -> int:
        """Return how much is under way."""
        return len(self._tasks)

    def about(self) -> list[T]:
        """Return what each of it is about.

        Whoever looks for more asks before the look: of what ends during the look, the look may
        not know yet that it has ended.
        """
        return list(self._tasks.values())

    def begin(self, work: Coroutine[Any, Any, None], about: T) -> None:
        """Begin something."""
        task = asyncio.create_task(work)
        self._tasks[task] = about
        task.add_done_callback(self._over)

    async def end(self, *, within: float = 0.0) -> None:
        """Let it end by itself for so long (s), and then cancel it; return when all has ended."""
        tasks = list(self._tasks)
        if tasks and within:
            await asyncio.wait(tasks, timeout=within)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _over(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        self._ended()
