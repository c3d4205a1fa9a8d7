"""Small calls that follow what has been stored, and that nobody waits for.

A press of a button is answered, or its wheel turns for half a minute; a customer's picture
is looked up, since no message tells of it.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from aiogram.methods import AnswerCallbackQuery, GetUserProfilePhotos

from bridge.botapi.client import Client
from bridge.channel import (
    ButtonPressed,
    ContactUpdated,
    InboundEvent,
    InboundMessage,
    RejectedError,
    Sender,
    SendError,
    Sink,
    StorageUnavailableError,
)
from bridge.clock import Clock
from channels.telegram.translate import CALLBACK

# A person's picture is looked up at most so often, in seconds.
PICTURE_HOLDS = 24 * 3600.0
# So many people are remembered, and so many errands may be under way.
MOST_REMEMBERED = 10_000
MOST_AT_ONCE = 8
MOST_WAITING = 500
PROFILE = "profile/"


class Errands:
    """What runs beside the receiving, and ends with it."""

    def __init__(self, client: Client, clock: Clock) -> None:
        """Run nothing yet."""
        self._client = client
        self._clock = clock
        self._looked_up: dict[str, float] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._width = asyncio.Semaphore(MOST_AT_ONCE)

    def follow(self, events: Sequence[InboundEvent], sink: Sink) -> None:
        """Begin what follows from stored events."""
        for event in events:
            if isinstance(event, ButtonPressed):
                self._begin(self._answer(event.external_id.removeprefix(CALLBACK)))
            elif isinstance(event, InboundMessage) and self._is_due(event.sender):
                self._begin(self._look_up(event.sender.external_id, sink))

    async def stop(self) -> None:
        """End what is under way: it is nobody's loss."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _begin(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._run(errand))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, errand: Coroutine[Any, Any, None]) -> None:
        try:
            async with self._width:
                await errand
        except (SendError, StorageUnavailableError):
            return
        finally:
            errand.close()

    async def _answer(self, query: str) -> None:
        await self._client.call(AnswerCallbackQuery(callback_query_id=query))

    def _is_due(self, sender: Sender) -> bool:
        """Say whether to look the sender's picture up now, and take note that it is done."""
        now, of = self._clock.monotonic(), sender.external_id
        if now - self._looked_up.get(of, -PICTURE_HOLDS) < PICTURE_HOLDS:
            return False
        if len(self._running) >= MOST_WAITING:
            return False
        self._looked_up.pop(of, None)
        self._looked_up[of] = now
        if len(self._looked_up) > MOST_REMEMBERED:
            # The first is the one who was looked up longest ago.
            del self._looked_up[next(iter(self._looked_up))]
        return True

    async def _look_up(self, customer: str, sink: Sink) -> None:
        sizes = await newest_picture(self._client, customer)
        if not sizes:
            return
        handle = f"{PROFILE}{customer}/{sizes[-1]['file_unique_id']}"
        await sink.accept([ContactUpdated(sender=Sender(external_id=customer, photo=handle))])


async def newest_picture(client: Client, customer: str) -> Sequence[Any]:
    """Return the sizes of a person's picture, the largest last; none if there is none.

    Raises `SendError`.
    """
    found = await client.call(GetUserProfilePhotos(user_id=int(customer), limit=1))
    return found["photos"][0] if found["photos"] else ()


async def picture_of(client: Client, handle: str) -> str:
    """Return the file that a handle of ours names; raises `SendError`.

    Handles name the picture, not Telegram's id of the file, which is another every time.
    """
    customer, _, unique_id = handle.removeprefix(PROFILE).partition("/")
    sizes = await newest_picture(client, customer)
    if not sizes or sizes[-1]["file_unique_id"] != unique_id:
        raise RejectedError("The picture is not there any more.", reason="media_gone")
    file_id: str = sizes[-1]["file_id"]
    return file_id
