"""What is told to every open page: a phone whenever it looks different, and nothing else."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterable

from bridge.sandbox.phones.phone import Phone

# Several changes that come at once are shown at once, in seconds.
TOGETHER = 0.03


class Live:
    """Looks at the phones after each change."""

    def __init__(self, phones: Iterable[Phone]) -> None:
        """Look at these phones."""
        self._phones = list(phones)
        self._change = asyncio.Event()
        self._shown: dict[str, str] = {}
        self._news: set[asyncio.Event] = set()
        self._looking: asyncio.Task[None] | None = None
        for one in self._phones:
            one.wire.watch(self._change.set)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look for as long as the context lasts."""
        self._change.set()
        self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            await self._change.wait()
            await asyncio.sleep(TOGETHER)
            self._change.clear()
            self._shown = {one.id: _written(one) for one in self._phones}
            for news in self._news:
                news.set()
            # Reading is a change of its own, after what is read was shown.
            for one in self._phones:
                await one.read()

    async def follow(self) -> AsyncIterator[str]:
        """Yield each phone's JSON, all of them first and then each that has changed."""
        news, seen = asyncio.Event(), dict[str, str]()
        news.set()
        self._news.add(news)
        try:
            while True:
                await news.wait()
                news.clear()
                for phone, written in self._shown.items():
                    if seen.get(phone) != written:
                        seen[phone] = written
                        yield written
        finally:
            self._news.discard(news)


def _written(phone: Phone) -> str:
    return json.dumps(phone.shown(), ensure_ascii=False)
