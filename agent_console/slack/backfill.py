"""Looking back after a break: Slack tells of an event for some six minutes, and then no more.

A channel's history has the cards, each with its reactions and the time of its thread's last
reply, and so names the threads in which something was said since. What was changed or taken
back is found by reading the threads in which it can have been: of conversations that were
open meanwhile, where agents have written something lately. All of it goes the way of events,
under the keys that those have, so that what is told afterwards is nothing new.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

from agent_console.slack.client import Client
from agent_console.slack.intake import Intake
from agent_console.slack.lookback import Look, gone_replies, reacted
from agent_console.slack.translate import (
    GONE,
    SAID,
    Hearing,
    is_persons,
    ms,
    said,
    said_anew,
    thread_gone,
)
from agent_console.surface import (
    Heard,
    PlaceChanged,
    PlaceGoneError,
    StaffDesk,
    Standing,
    ThreadGoneError,
)
from bridge.channel import SendError, StorageUnavailableError
from bridge.clock import Clock

_log = logging.getLogger(__name__)

# Events come out of their order by less than this, in ms.
OVERLAP = 5 * 60_000
# Cards are looked at that are so old at most (ms), and so many of a channel.
OLDEST = 30 * 24 * 3600 * 1000
_A_PAGE, _PAGES = 200, 15
# So far (ms) is looked back into a channel of which nobody knows since when it was lost.
UNKNOWN = 24 * 3600 * 1000
# So many threads of a channel are read for changes alone, the last that were written in.
MOST_READ = 100


class Backfill:
    """Finds what was done while nobody listened."""

    def __init__(self, client: Client, desk: StaffDesk, intake: Intake, clock: Clock) -> None:
        """Look into the channels that are listened to."""
        self._client = client
        self._desk = desk
        self._intake = intake
        self._clock = clock
        self._missed: dict[str, int] = {}
        self._again: set[asyncio.Task[None]] = set()
        intake.changed = self._changed

    async def run(self) -> None:
        """Store what was done since the cursor; raises `SendError`, `StorageUnavailableError`."""
        self._intake.caught_up = False
        began, cursor = self._clock.now(), await self._desk.cursor()
        if cursor is not None:
            since = int(cursor) - OVERLAP
            ear = await self._intake.ear()
            for place in await self._intake.present_places():
                missed = min(since, self._missed.get(place, since))
                await self._look_into(Look(place, missed, began, ear))
        self._intake.caught_up = True
        if cursor is None or int(cursor) < began - OVERLAP:
            await self._desk.accept((), str(began))

    async def stop(self) -> None:
        """Look no more."""
        tasks = list(self._again)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _changed(self, change: PlaceChanged) -> None:
        """Of a channel that we are not in nothing is told: it is looked into once we are."""
        if change.to == "lost":
            self._missed.setdefault(change.place, change.at)
        elif change.to == "found":
            task = asyncio.create_task(self._look_again(change.place))
            self._again.add(task)
            task.add_done_callback(self._again.discard)

    async def _look_again(self, place: str) -> None:
        now = self._clock.now()
        since = self._missed.get(place, now - UNKNOWN) - OVERLAP
        try:
            await self._look_into(Look(place, since, now, await self._intake.ear()))
        except (SendError, StorageUnavailableError) as error:
            # The next look goes as far back.
            self._missed[place] = since
            _log.warning("%s cannot be looked into now: %s", place, error)

    async def _look_into(self, look: Look) -> None:
        known = {one.thread: one for one in await self._desk.standing(look.place, look.since)}
        read = _to_read(known.values())
        seen: set[str] = set()
        try:
            async for card in self._history(look.place):
                seen.add(card["ts"])
                standing = known.get(card["ts"])
                if standing is not None:
                    await self._card(look, card, standing)
                if _is_card(card, look.ear) and (
                    card["ts"] in read or ms(card.get("latest_reply", "0")) > look.since
                ):
                    await self._read(look, card["ts"], standing)
            await self._missing(look, known, seen)
            self._missed.pop(look.place, None)
        except PlaceGoneError as error:
            self._missed.setdefault(look.place, look.since)
            _log.warning("%s cannot be looked into: %s", look.place, error)

    async def _history(self, place: str) -> AsyncIterator[Mapping[str, Any]]:
        oldest = _ts(self._clock.now() - OLDEST)
        async for one in pages(self._client, "conversations.history", channel=place, oldest=oldest):
            yield one

    async def _card(self, look: Look, card: Mapping[str, Any], standing: Standing) -> None:
        """Find what was done to a card: reactions, and that it was deleted below its replies."""
        if card.get("subtype") == GONE:
            await self._keep([thread_gone(look.place, card["ts"], look.at)])
        else:
            await self._keep(await reacted(look, card, standing))

    async def _missing(self, look: Look, known: Mapping[str, Standing], seen: set[str]) -> None:
        """Find threads whose card is not in the history, as far as that was read."""
        oldest = min(seen) if len(seen) >= _A_PAGE * _PAGES else _ts(look.at - OLDEST)
        gone = [one for one in known if one > oldest and one not in seen]
        await self._keep([thread_gone(look.place, one, look.at) for one in gone])

    async def _read(self, look: Look, thread: str, standing: Standing | None) -> None:
        """Find what was said in a thread, changed and taken back."""
        written = standing.written if standing is not None else ()
        # What stands at the very time is left out by Slack.
        oldest = min([look.since, *(ms(one) - 1000 for one in written)])
        args = {"channel": look.place, "ts": thread, "oldest": _ts(oldest)}
        try:
            answers = pages(self._client, "conversations.replies", **args)
            replies = [one async for one in answers if one["ts"] != thread]
        except ThreadGoneError:
            return
        found = [event for one in replies for event in await _said(look, one)]
        if len(replies) < _A_PAGE * _PAGES:
            found += gone_replies(look, thread, written, replies)
        await self._keep(found)

    async def _keep(self, found: Sequence[Heard]) -> None:
        if found:
            await self._intake.keep_what_was_missed(found)


def _to_read(standing: Collection[Standing]) -> set[str]:
    """Return the threads that are read whether anything was said in them or not."""
    written = sorted((max(one.written), one.thread) for one in standing if one.written)
    return {thread for _, thread in written[-MOST_READ:]}


def _is_card(message: Mapping[str, Any], ear: Hearing) -> bool:
    return message.get("bot_id") == ear.account.bot


async def _said(look: Look, message: Mapping[str, Any]) -> list[Heard]:
    """Return what was said or changed since, of one reply."""
    if message.get("subtype") not in SAID or not is_persons(message, look.ear.account):
        return []
    found: list[Heard] = []
    if ms(message["ts"]) > look.since:
        found.append(await said(look.place, message, look.ear))
    if ms((message.get("edited") or {}).get("ts", "0")) > look.since:
        found.append(await said_anew(look.place, message, look.ear))
    return found


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
