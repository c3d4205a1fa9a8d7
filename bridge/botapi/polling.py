"""Asking Telegram for updates: handed on and stored first, confirmed by the next question.

aiogram's own loop confirms before its handlers have ended, so only its method is used.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

import aiohttp
from aiogram.methods import DeleteWebhook, GetUpdates

from bridge.botapi.client import Client
from bridge.channel import Health, OutcomeUnknownError, UnavailableError
from bridge.clock import Clock

_log = logging.getLogger(__name__)

Take = Callable[[Sequence[Any], str], Awaitable[None]]

# How long Telegram holds a question it has no answer to, in seconds.
PATIENCE = 25
_WITHIN = aiohttp.ClientTimeout(total=PATIENCE + 15, sock_connect=10)
# A question, its pauses and what it brings take less; longer than that is hanging, in seconds.
SILENCE = 180.0
MOST_AT_ONCE = 100
# A line that breaks is mended by asking again; one that stays broken is the supervisor's.
PAUSES = (1.0, 2.0, 4.0)
# After a week of silence numbers begin anywhere (core.telegram.org/bots/api#update), and may
# be lower than what was confirmed last; well before, nothing is confirmed any more.
NUMBERS_HOLD = 5 * 24 * 3600 * 1000


class Poller:
    """Receives the updates of one bot by `getUpdates`."""

    def __init__(
        self, client: Client, kinds: Collection[str], clock: Clock, health: Health
    ) -> None:
        """Ask nothing yet, then for these kinds; tell `health` of every answer."""
        self._client = client
        self._kinds = kinds
        self._clock = clock
        self._health = health

    async def run(self, stored: str | None, take: Take) -> None:
        """Receive until cancelled, from the cursor that was stored last.

        `take` returns when updates are stored, with the cursor after them; what could not be
        is asked for again. Raises `StorageUnavailableError` and `SendError`.
        """
        # Telegram answers no questions while a webhook is set. What waits is kept.
        await self._client.call(DeleteWebhook())
        cursor = _Cursor.read(stored)
        while True:
            updates = await self._patiently(cursor.offset(self._clock.now()))
            if updates:
                cursor = _Cursor(updates[-1]["update_id"] + 1, self._clock.now())
                await take(updates, cursor.written)

    async def _patiently(self, offset: int) -> Sequence[Any]:
        """Ask, and ask again where a broken line may be the reason for no answer."""
        for pause in PAUSES:
            try:
                return await self._ask(offset)
            except (UnavailableError, OutcomeUnknownError) as error:
                _log.warning("no updates now: %s", error)
            await asyncio.sleep(pause)
        return await self._ask(offset)

    async def _ask(self, offset: int) -> Sequence[Any]:
        question = GetUpdates(
            offset=offset or None,
            timeout=PATIENCE,
            limit=MOST_AT_ONCE,
            allowed_updates=list(self._kinds),
        )
        found: Sequence[Any] = await self._client.call(question, within=_WITHIN)
        self._health.well(within=SILENCE)
        return found


class _Cursor:
    """Which update comes next, and since when that is known (ms)."""

    def __init__(self, following: int, at: int) -> None:
        self._following = following
        self._at = at

    @classmethod
    def read(cls, written: str | None) -> "_Cursor":
        following, _, at = (written or "0@0").partition("@")
        return cls(int(following), int(at))

    @property
    def written(self) -> str:
        return f"{self._following}@{self._at}"

    def offset(self, now: int) -> int:
        """Return what to ask from: 0 is all that was never confirmed."""
        return self._following if now - self._at < NUMBERS_HOLD else 0
