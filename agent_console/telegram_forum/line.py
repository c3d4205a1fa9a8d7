"""The bot's line to Telegram: each call in its turn, and in the topic that was meant."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import aiohttp
from aiogram import methods as tg
from aiogram.methods import TelegramMethod

from agent_console.surface import ThreadGoneError
from agent_console.telegram_forum.turns import Sort, Turns, apart
from bridge.botapi.client import TIMEOUT, Client
from bridge.channel import SendError, StorageUnavailableError

_log = logging.getLogger(__name__)


class Line:
    """One bot, and what it does beside what it was asked to."""

    def __init__(self, client: Client, turns: Turns) -> None:
        """Say nothing yet."""
        self.client = client
        self.turns = turns
        self._errands: set[asyncio.Task[None]] = set()

    async def call(
        self,
        place: str,
        method: TelegramMethod[Any],
        *,
        sort: Sort = "message",
        within: aiohttp.ClientTimeout = TIMEOUT,
        unless: str = "",
        yields: float | None = None,
    ) -> Any:
        """Call when it is its turn; raises `SendError`. `unless` as of `Client.call`."""
        async with self.turns.call(place, sort, yields=yields):
            return await self.client.call(method, within=within, unless=unless)

    async def say(
        self,
        place: str,
        thread: str,
        method: TelegramMethod[Any],
        *,
        within: aiohttp.ClientTimeout = TIMEOUT,
    ) -> list[str]:
        """Call what puts messages into a topic; return their numbers.

        What landed elsewhere is taken away again (telegram-bot-api, issue 854), and raised as
        `ThreadGoneError`.
        """
        result = await self.call(place, method, within=within)
        sent = result if isinstance(result, list) else [result]
        numbers = [str(one["message_id"]) for one in sent]
        if thread and not all(_is_in(one, thread) for one in sent):
            await self.remove(place, numbers)
            raise ThreadGoneError("The topic was deleted.", reason="unreachable")
        return numbers

    async def remove(self, place: str, numbers: list[str]) -> None:
        """Take messages away; those that are gone already are passed over."""
        chat, ids = int(place), [int(one) for one in numbers]
        method: TelegramMethod[Any] = tg.DeleteMessages(chat_id=chat, message_ids=ids)
        if len(ids) == 1:
            method = tg.DeleteMessage(chat_id=chat, message_id=ids[0])
        await self.call(place, method, sort="other", unless="to delete not found")

    # --- beside ---

    def beside(self, errand: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something meanwhile; that it fails is logged."""
        task = asyncio.create_task(_quietly(errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def rest(self) -> None:
        """Return when everything beside is done."""
        while self._errands:
            await asyncio.gather(*self._errands)

    async def close(self) -> None:
        """Leave what is beside undone, and hang up."""
        tasks = list(self._errands)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.client.close()


async def _quietly(errand: Callable[[], Coroutine[Any, Any, None]]) -> None:
    apart()
    try:
        await errand()
    except (SendError, StorageUnavailableError) as error:
        _log.warning("not done in the staff group: %s", error)
    except Exception:  # noqa: BLE001  # An errand that breaks must not be lost without a word.
        _log.exception("an errand in the staff group fell over")


def _is_in(message: Mapping[str, Any], thread: str) -> bool:
    return str(message.get("message_thread_id")) == thread
