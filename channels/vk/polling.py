"""Bots Long Poll: https://dev.vk.com/ru/api/bots-long-poll/getting-started.

`ts`, the number of the last event, is stored in the transaction of the events before it. So
VK is told that we have them only once that is true, and a restart goes on where it was.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

from bridge.channel import UNWATCHED, Health, Sink, ThrottledError, UnavailableError
from bridge.clock import Clock
from channels.vk import errors
from channels.vk.api import Api
from channels.vk.backfill import Backfill
from channels.vk.intake import Intake
from channels.vk.wire import Wire

Sleep = Callable[[float], Awaitable[None]]

_log = logging.getLogger(__name__)

# In seconds: VK's advice, since proxies cut a connection after 30.
WAIT = 25
_ANSWERED_WITHIN = WAIT + 10.0
# A question and what it brings take less; longer than that is hanging, in seconds.
SILENCE = 180.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
# Who has been asking for so long without a failure begins with the shortest pause again.
_WELL_AFTER = 60.0


class _Failed(IntEnum):
    """What VK says instead of events."""

    OUTDATED = 1
    KEY_EXPIRED = 2
    LOST = 3


@dataclass(frozen=True, slots=True)
class Position:
    """How far we are: the last event's number, and when it was told, in ms."""

    ts: str
    at: int

    def __str__(self) -> str:
        """Write it as a cursor."""
        return f"{self.ts}@{self.at}"

    @classmethod
    def read(cls, cursor: str | None) -> Self | None:
        """Return what a cursor says; one that is not ours says nothing."""
        ts, _, at = (cursor or "").partition("@")
        return cls(ts, int(at)) if ts and at.isdecimal() else None


@dataclass(frozen=True, slots=True)
class _Session:
    """Where to ask, and with which key."""

    server: str
    key: str
    ts: str


class Polling:
    """The loop that asks VK for events."""

    def __init__(
        self,
        group_id: int,
        api: Api,
        wire: Wire,
        intake: Intake,
        clock: Clock,
        sleep: Sleep,
        *,
        health: Health = UNWATCHED,
    ) -> None:
        """Ask for one community; tell `health` how that goes."""
        self._group_id = group_id
        self._api = api
        self._wire = wire
        self._intake = intake
        self._clock = clock
        self._sleep = sleep
        self._health = health
        self._backfill = Backfill(api, intake)

    async def run(self, sink: Sink) -> None:
        """Ask until cancelled; a VK that is away for a while is waited for.

        Raises `MisconfiguredError`, and `StorageUnavailableError` to be started again at
        the last position that was stored.
        """
        pause = _SHORTEST_PAUSE
        while True:
            begun = self._clock.monotonic()
            try:
                await self._ask_on(sink)
            except ThrottledError as error:
                await self._sleep(error.after)
            except UnavailableError as error:
                self._health.down(error.reason, str(error))
                if self._clock.monotonic() - begun > _WELL_AFTER:
                    pause = _SHORTEST_PAUSE
                # Said once; the inbox's silence goes on until the next line.
                level = logging.WARNING if pause == _SHORTEST_PAUSE else logging.DEBUG
                _log.log(level, "no events from VK for now: %s", error)
                await self._sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _ask_on(self, sink: Sink) -> None:
        """Ask until something fails."""
        session = await self._begin()
        position = Position.read(await sink.cursor())
        if position is None:
            position = await self._move(sink, session.ts)
        while True:
            answer = await self._ask(session, position.ts)
            match answer.get("failed"):
                case None:
                    position = await self._take(sink, answer, position)
                case _Failed.OUTDATED:
                    ts = str(answer.get("ts", session.ts))
                    position = await self._catch_up(sink, position, ts)
                case _Failed.KEY_EXPIRED:
                    session = await self._begin()
                case _Failed.LOST:
                    session = await self._begin()
                    position = await self._catch_up(sink, position, session.ts)
                case _:
                    raise errors.malformed(had_effect=False)

    async def _begin(self) -> _Session:
        answer = await self._api.call("groups.getLongPollServer", group_id=self._group_id)
        try:
            return _Session(answer["server"], answer["key"], str(answer["ts"]))
        except (KeyError, TypeError):
            failure = errors.malformed(had_effect=False)
        raise failure

    async def _ask(self, session: _Session, ts: str) -> Mapping[str, Any]:
        asked = {"act": "a_check", "key": session.key, "ts": ts, "wait": str(WAIT)}
        answer = await self._wire.get_json(session.server, asked, patience=_ANSWERED_WITHIN)
        if isinstance(answer, dict) and ("failed" in answer or _has_events(answer)):
            self._health.well(within=SILENCE)
            return answer
        raise errors.malformed(had_effect=False)

    async def _take(self, sink: Sink, answer: Mapping[str, Any], position: Position) -> Position:
        """Store what came; nothing came if the number is the same."""
        if str(answer["ts"]) == position.ts:
            return position
        new = Position(str(answer["ts"]), self._clock.now())
        await self._intake.take(sink, answer["updates"], cursor=str(new))
        return new

    async def _catch_up(self, sink: Sink, position: Position, ts: str) -> Position:
        """Read from the dialogs what VK no longer has as events, and go on from `ts`."""
        _log.error("VK has lost events; messages are read from the dialogs instead")
        await self._backfill.since(sink, position.at)
        return await self._move(sink, ts)

    async def _move(self, sink: Sink, ts: str) -> Position:
        position = Position(ts, self._clock.now())
        await sink.accept([], cursor=str(position))
        return position


def _has_events(answer: Mapping[str, Any]) -> bool:
    return "ts" in answer and isinstance(answer.get("updates"), list)
