"""What processes tell each other that is worth nothing a moment later: who writes just now.

Redis carries it without a transaction of the database. What is told while a line is down is
not heard; whoever tells is told how many heard, and may use another way.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from bridge.redis.line import AGAIN, Line, connected_to, is_theirs

if TYPE_CHECKING:
    from redis.asyncio.client import PubSub

_log = logging.getLogger(__name__)

# After so long (s) without a word the server is asked whether it is there, and has as long.
_SILENCE = 5.0


class Whispers:
    """The line of one process. Used in the event loop."""

    def __init__(self, line: Line, channel: bytes, heard: Callable[[bytes], None]) -> None:
        """Hear nothing yet. `heard` is told what is told in `channel`, ours too."""
        self._line = line
        self._channel = channel
        self._heard = heard
        self.is_listening = False

    async def tell(self, said: bytes) -> int:
        """Tell all processes, this one too; return how many have heard it."""
        reached = await self._line.ask(lambda client: client.publish(self._channel, said))
        return reached or 0

    async def run(self) -> None:
        """Listen until cancelled; a line that is lost is taken up again, for ever."""
        while True:
            try:
                async with self._listening() as line:
                    await self._listen(line)
            except Exception as error:
                if not is_theirs(error):
                    raise
                # Whoever looks after the line for counting has told of it.
                _log.debug("nobody is heard by Redis: %s", type(error).__name__)
            await asyncio.sleep(AGAIN)

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncIterator["PubSub"]:
        client = connected_to(self._line.url)
        line = client.pubsub()
        try:
            async with asyncio.timeout(_SILENCE):
                await line.subscribe(self._channel)
                while not self.is_listening:
                    answer = await line.get_message(timeout=_SILENCE)
                    self.is_listening = answer is not None and answer["type"] == "subscribe"
            yield line
        finally:
            self.is_listening = False
            await line.aclose()  # type: ignore[no-untyped-call]
            await client.aclose()

    async def _listen(self, line: "PubSub") -> None:
        """Hear what is told; raises what a line that is lost raises, silent ones too."""
        asked = False
        while True:
            message = await line.get_message(timeout=_SILENCE)
            if message is None and asked:
                raise TimeoutError
            asked = message is None
            if message is None:
                await line.ping()
            elif message["type"] == "message":
                self._heard(message["data"])
