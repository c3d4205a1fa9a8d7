"""Calls to groups, at the pace that Telegram allows."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiogram.methods import TelegramMethod

from agent_console.surface import Urgency
from bridge.botapi.client import TIMEOUT, UPLOAD_TIMEOUT, Client
from bridge.pace import Budget, Pace

# core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this; edits and new topics
# count as well (tdlib/td, issue 2592).
OVERALL = Budget(30, 1.0)
GROUP = Budget(20, 60.0)
# For so many seconds what is less urgent lets pass what is more so.
_YIELDS: dict[Urgency, float] = {"words": 0.0, "marks": 5.0, "cards": 20.0}


class Calls:
    """One bot's way into its groups."""

    def __init__(self, client: Client) -> None:
        """Call by `client`."""
        self._client = client
        self._pace = Pace(OVERALL, GROUP)

    @contextlib.asynccontextmanager
    async def turn(self, place: str, urgency: Urgency, calls: int = 1) -> AsyncIterator[None]:
        """Enter when so many calls may go; reactions are not among a group's 20 a minute."""
        to = None if urgency == "marks" else place
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(calls):
                turn = self._pace.turn(to, yields=_YIELDS[urgency])
                await stack.enter_async_context(turn)
            yield

    async def now(
        self, method: TelegramMethod[Any], *, unless: str = "", upload: bool = False
    ) -> Any:
        """Call inside of a turn; raises `SendError`."""
        within = UPLOAD_TIMEOUT if upload else TIMEOUT
        return await self._client.call(method, within=within, unless=unless)

    async def soon(self, place: int, method: TelegramMethod[Any]) -> Any:
        """Call when it is the turn of somebody who waits for an answer; raises `SendError`."""
        async with self.turn(str(place), "words"):
            return await self.now(method, unless="message is not modified")

    async def free(self, method: TelegramMethod[Any]) -> Any:
        """Call what counts for nothing; raises `SendError`."""
        return await self._client.call(method)
