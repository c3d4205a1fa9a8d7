"""Keeping to how often Slack lets itself be called: docs.slack.dev/apis/web-api/rate-limits.

A channel takes one message a second, and each method so many calls a minute by its tier. Each
call takes a place of its method's; a turn takes one beforehand, so that what is shown is
reckoned only when it may go. Cards and marks have fewer places than their methods: whatever
else calls those (an edit, a closed thread's tick) still finds one. Where Slack asks to wait
all the same, the method is not called in that time, whoever wants to.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar

from agent_console.surface import Urgency
from bridge.channel import ThrottledError
from bridge.pace import Budget, Pace, Rests

POSTS_OF_A_CHANNEL = Budget(1, 1.0)
# "Several hundred" a minute in the whole workspace.
POSTS = Budget(4, 1.0)
# Methods by their tier, a few calls short of it: people look at what Slack counts as ours too.
MINUTE = 60.0
TIERS: Mapping[str, int] = {
    "apps.connections.open": 4,
    "reactions.remove": 18,
    "chat.update": 48,
    "chat.delete": 48,
    "conversations.history": 45,
    "conversations.info": 45,
    "conversations.replies": 45,
    "files.delete": 45,
    "reactions.add": 48,
    "reactions.get": 45,
}
TIER_4 = 95
CARDS = 34
MARKS = 38
# Home tabs drawn because of what has happened; the rest is for who opens theirs.
HOMES = 60
# For so many seconds they let words go first that wait.
LEISURE = 30
# For so many seconds words may pass what asked before them.
YIELDS: Mapping[Urgency, float] = {"words": 0.0, "marks": 20.0, "cards": 40.0}
# For so long (s) a call inside of a turn waits: the turn of others stands still meanwhile.
PATIENCE = 5.0

Answered = Callable[[], None]
POST = "chat.postMessage"
# What shares a file stands in the channel as a message does.
_AS = {"files.completeUploadExternal": POST}
_METHOD: Mapping[Urgency, str] = {"words": POST, "marks": "reactions.add", "cards": "chat.update"}
_Held = dict[tuple[str, str | None], Answered]
_held: ContextVar[_Held | None] = ContextVar("slack_turn", default=None)


class Budgets:
    """The places of one app's calls."""

    def __init__(self) -> None:
        """Let as many go at once as Slack takes."""
        self._posts = Pace(POSTS, POSTS_OF_A_CHANNEL)
        self._paces: dict[str, Pace] = {}
        self._rests = Rests()
        self._few = {"cards": _a_minute(CARDS), "marks": _a_minute(MARKS)}
        self._homes = _a_minute(HOMES)

    @contextlib.asynccontextmanager
    async def turn(self, place: str, urgency: Urgency) -> AsyncIterator[None]:
        """Enter when a call of the urgency's usual method may go; see `StaffSurface.turn`.

        What else is called inside takes its own place as it goes.
        """
        async with contextlib.AsyncExitStack() as stack:
            if urgency in self._few:
                few = self._few[urgency]
                await stack.enter_async_context(few.turn())
            name, to = self._named(_METHOD[urgency], place)
            await self._rests.over((name, to))
            held: _Held = {(name, to): await self._pace(name).take(to, yields=YIELDS[urgency])}
            before = _held.set(held)
            try:
                yield
            finally:
                _held.reset(before)
                for answered in held.values():
                    answered()

    def room(self, place: str) -> int:
        """Return how many messages a channel takes at once; from any thread."""
        return 0 if self._rests.asked((POST, place)) else self._posts.room(place)

    @contextlib.asynccontextmanager
    async def leisure(self) -> AsyncIterator[None]:
        """Enter when a Home tab may be drawn anew: while no words wait, and not too often."""
        async with self._homes.turn():
            for _ in range(LEISURE):
                if self._posts.has_room:
                    break
                await asyncio.sleep(1)
            yield

    async def take(self, method: str, place: str | None) -> Answered:
        """Return when a call may go, with what is called at its answer.

        Raises `ThrottledError` where that would take longer than a turn may stand still, and
        where Slack has asked to wait.
        """
        name, to = self._named(method, place)
        self._check_rest(name, to)
        held = _held.get() or {}
        if (name, to) in held:
            return held.pop((name, to))
        try:
            async with asyncio.timeout(PATIENCE):
                answered = await self._pace(name).take(to)
        except TimeoutError:
            failure = ThrottledError("What Slack allows in a minute is used up.", after=PATIENCE)
            raise failure from None
        try:
            self._check_rest(name, to)
        except ThrottledError:
            answered()
            raise
        return answered

    def _check_rest(self, name: str, to: str | None) -> None:
        if (left := self._rests.left((name, to))) > 0:
            raise ThrottledError("Slack has asked the app to wait.", after=left)

    def rest(self, method: str, place: str | None, seconds: float) -> None:
        """Have a method left alone, as Slack has asked."""
        self._rests.begin(self._named(method, place), seconds)

    def has_room(self, method: str) -> bool:
        """Say whether at least half of a method's places are free."""
        return self._pace(method).has_room

    def _named(self, method: str, place: str | None) -> tuple[str, str | None]:
        name = _AS.get(method, method)
        return name, place if name == POST else None

    def _pace(self, name: str) -> Pace:
        if name == POST:
            return self._posts
        if name not in self._paces:
            self._paces[name] = _a_minute(TIERS.get(name, TIER_4))
        return self._paces[name]


def _a_minute(calls: int) -> Pace:
    return Pace(Budget(calls, MINUTE))
