"""Looking back after a break: Slack tells of an event for some six minutes, and then no more.

A channel's history has the cards, each with the time of its thread's last reply, and so names
the threads in which something was said since. Edits, deletions and reactions of the break are
not found: Slack lists what is, not what was done.
"""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from agent_console.slack.client import Client
from agent_console.slack.intake import Intake
from agent_console.slack.translate import SAID, Hearing, is_persons, ms, said
from agent_console.surface import PlaceGoneError, StaffDesk, ThreadGoneError
from bridge.clock import Clock

_log = logging.getLogger(__name__)

# Events come out of their order by less than this, in ms.
OVERLAP = 5 * 60_000
# Cards are looked at that are so old at most (ms), and so many of a channel.
OLDEST = 30 * 24 * 3600 * 1000
_A_PAGE, _PAGES = 200, 15


class Backfill:
    """Finds what was said while nobody listened."""

    def __init__(
        self, client: Client, desk: StaffDesk, intake: Intake, places: Sequence[str], clock: Clock
    ) -> None:
        """Look into these channels."""
        self._client = client
        self._desk = desk
        self._intake = intake
        self._places = tuple(dict.fromkeys(places))
        self._clock = clock

    async def run(self) -> None:
        """Store what was said since the cursor; raises `SendError`, `StorageUnavailableError`."""
        self._intake.caught_up = False
        began, cursor = self._clock.now(), await self._desk.cursor()
        if cursor is not None:
            since = int(cursor) - OVERLAP
            ear = await self._intake.ear()
            for place in self._places:
                await self._look_into(place, since, ear)
        self._intake.caught_up = True
        if cursor is None or int(cursor) < began - OVERLAP:
            await self._desk.accept((), str(began))

    async def _look_into(self, place: str, since: int, ear: Hearing) -> None:
        try:
            async for card in self._cards(place, ear):
                if ms(card.get("latest_reply", "0")) > since:
                    await self._read(place, card["ts"], since, ear)
        except PlaceGoneError as error:
            _log.warning("%s cannot be looked into: %s", place, error)

    async def _cards(self, place: str, ear: Hearing) -> AsyncIterator[Mapping[str, Any]]:
        oldest = _ts(self._clock.now() - OLDEST)
        async for one in pages(self._client, "conversations.history", channel=place, oldest=oldest):
            if one.get("bot_id") == ear.account.bot:
                yield one

    async def _read(self, place: str, thread: str, since: int, ear: Hearing) -> None:
        args = {"channel": place, "ts": thread, "oldest": _ts(since)}
        replies = pages(self._client, "conversations.replies", **args)
        try:
            written = [one async for one in replies if one["ts"] != thread and _counts(one, ear)]
        except ThreadGoneError:
            return
        found = [await said(place, one, ear) for one in written]
        if found:
            await self._intake.keep(found)


def _counts(message: Mapping[str, Any], ear: Hearing) -> bool:
    return message.get("subtype") in SAID and is_persons(message, ear.account)


async def pages(client: Client, method: str, **args: Any) -> AsyncIterator[Mapping[str, Any]]:
    """Yield the messages of so many pages at most; raises `SendError`."""
    cursor = ""
    for _ in range(_PAGES):
        more = {"cursor": cursor} if cursor else {}
        answer = await client.call(method, repeatable=True, limit=_A_PAGE, **args, **more)
        for one in answer.get("messages", ()):
            yield one
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _ts(at: int) -> str:
    return f"{max(at, 0) // 1000}.{max(at, 0) % 1000:03}000"
