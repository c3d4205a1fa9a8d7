"""Whose turn it is: what a bot may send to a group in a minute, and to everybody in a second.

A group takes 20 messages a minute over all of its topics; edits, topics that are made, closed
or renamed, and pins count as well (core.telegram.org/bots/faq#my-bot-is-hitting-limits,
tdlib/td issue 2592). Reactions, deletions and answers to presses do not; they keep to what a
chat takes in a second. Both together stay below 30 a second. Where Telegram asks to wait all
the same, nobody calls the group in that time, whichever conversation it was asked about.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from agent_console.surface import Urgency
from bridge.botapi.errors import WAIT
from bridge.channel import ThrottledError
from bridge.pace import Budget, Pace, Rests

Sort = Literal["message", "other"]
"""Whether a call counts as one of the group's 20, or not."""

GROUP = Budget(20, 60.0)
CHAT = Budget(1, 1.0)
MESSAGES = Budget(20, 1.0)
OTHERS = Budget(10, 1.0)
# For so many seconds what is less urgent lets those pass who ask after it.
YIELDS: Mapping[Urgency, float] = {"words": 0.0, "marks": 20.0, "cards": 60.0}
ERRAND = 60.0
# What a call needs beside its turn goes before everybody: half a thread is on the table.
_FIRST = -3600.0


@dataclass(slots=True)
class _Held:
    """The places of a turn that no call has used yet."""

    place: str
    sort: Sort
    answered: list[Callable[[], None]] = field(default_factory=list)


_HELD: ContextVar[_Held | None] = ContextVar("held", default=None)


def apart() -> None:
    """Have the task that runs hold no turn, although the one that began it does."""
    _HELD.set(None)


class Turns:
    """Keeps one bot to what Telegram takes."""

    def __init__(self) -> None:
        """Let the first go at once."""
        self._paces: Mapping[Sort, Pace] = {
            "message": Pace(MESSAGES, GROUP),
            "other": Pace(OTHERS, CHAT),
        }
        self._rests = Rests()

    @contextlib.asynccontextmanager
    async def turn(self, place: str, urgency: Urgency) -> AsyncIterator[None]:
        """Enter when a call may go; what was not used in it is given back."""
        sort: Sort = "other" if urgency == "marks" else "message"
        held = _Held(place, sort)
        pace = self._paces[sort]
        before = _HELD.set(held)
        try:
            await self._rests.over((place, sort))
            held.answered.append(await pace.take(place, yields=YIELDS[urgency]))
            yield
        finally:
            _HELD.reset(before)
            while held.answered:
                held.answered.pop()
                pace.give_back(place)

    def room(self, place: str) -> int:
        """Return how many messages would have their turn at once; from any thread."""
        if self._rests.asked((place, "message")):
            return 0
        return self._paces["message"].room(place)

    @contextlib.asynccontextmanager
    async def call(
        self, place: str, sort: Sort = "message", *, yields: float | None = None
    ) -> AsyncIterator[None]:
        """Enter for one call: in the turn that is held, or else when there is room.

        Raises `ThrottledError` where Telegram has asked to wait since the turn began.
        """
        answered = await self._place(place, sort, yields)
        try:
            yield
        except ThrottledError as error:
            self._rests.begin((place, sort), error.after)
            raise
        finally:
            answered()

    async def _place(self, place: str, sort: Sort, yields: float | None) -> Callable[[], None]:
        held = _HELD.get()
        if held is None:
            await self._rests.over((place, sort))
        self._check_rest(place, sort)
        if held is not None and (held.place, held.sort) == (place, sort) and held.answered:
            return held.answered.pop()
        if yields is None:
            yields = 0.0 if held is None else _FIRST
        answered = await self._paces[sort].take(place, yields=yields)
        try:
            self._check_rest(place, sort)
        except ThrottledError:
            self._paces[sort].give_back(place)
            raise
        return answered

    def _check_rest(self, place: str, sort: Sort) -> None:
        if (left := self._rests.left((place, sort))) > 0:
            raise ThrottledError(WAIT, after=left)

    async def pay(self, place: str, messages: int) -> None:
        """Count messages that went beside the first of an album, as there is room for them."""
        for _ in range(messages):
            (await self._paces["message"].take(place, yields=_FIRST))()
