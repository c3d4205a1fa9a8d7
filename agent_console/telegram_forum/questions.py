"""The questions that are open, kept so that a restart between question and answer is harmless.

A question is kept before it is asked, and let go only when its message is gone or its answer
is done: as long as somebody may see it, their next words are for it and for no customer.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence

import msgspec

from agent_console.surface import StaffDesk
from agent_console.telegram_forum.forms import Asking, forces
from bridge.clock import Clock

_SORT = "asked"
MOST_OPEN = 500
# For so long (ms) a question waits; then it is taken away.
WAITS = 24 * 3_600_000
# Kept for longer, for whatever was said to it while we were away.
_KEPT = 14 * WAITS
# What was written while it could be seen comes within so long (ms) after it was taken away.
_FADES = 60_000


class Open:
    """The questions that are open, by names of their own and by the messages that ask them."""

    def __init__(self, desk: StaffDesk, clock: Clock) -> None:
        """Ask nobody yet."""
        self._desk = desk
        self._clock = clock
        self._asked: dict[str, Asking] = {}
        self._on_its_way: dict[str, asyncio.Event] = {}
        self._gone: dict[str, int] = {}
        # What was let go while it was being looked up is not open again for it.
        self._dropped: deque[str] = deque(maxlen=MOST_OPEN)

    async def load(self) -> None:
        """Know what is open, whichever process has asked; raises `StorageUnavailableError`."""
        kept = await self._desk.kept(_SORT)
        found = {name: msgspec.json.decode(one, type=Asking) for name, one in kept.items()}
        found |= {name: one for name, one in self._asked.items() if name in self._on_its_way}
        known = sorted(found.values(), key=lambda one: one.since)
        self._asked = {one.name: one for one in known if one.name not in self._dropped}
        self._gone = {name: at for name, at in self._gone.items() if name in self._asked}

    # --- which ---

    def get(self, place: str, question: str) -> Asking | None:
        """Return what a message asks, or what has this name."""
        if question in self._asked:
            return self._asked[question]
        return next(
            (one for one in self._asked.values() if one.message == question and one.place == place),
            None,
        )

    def awaits(self, place: str, thread: str, account: str) -> str | None:
        """Return what waits for words of somebody there, the latest of several."""
        for name, asking in reversed(self._asked.items()):
            theirs = (asking.place, asking.thread, asking.by.id) == (place, thread, account)
            if theirs and forces(asking) and not self._has_faded(name):
                return name
        return None

    def lapsed(self) -> Sequence[Asking]:
        """Return what has waited for too long, what a stop cut short, and what is too many."""
        before, many = self._clock.now() - WAITS, len(self._asked) - MOST_OPEN
        return [
            one
            for number, one in enumerate(self._asked.values())
            if one.name not in self._gone and (one.since < before or number < many)
        ]

    def is_over(self, asking: Asking) -> bool:
        """Say whether a question takes no answer any more, although words may wait for it."""
        return asking.over or asking.name in self._gone

    def gone(self, asking: Asking) -> None:
        """Say that nobody can see a question any more."""
        self._gone[asking.name] = self._clock.now()

    def faded(self) -> Sequence[Asking]:
        """Return what is gone for so long that nothing said to it can come any more."""
        return [one for one in self._asked.values() if self._has_faded(one.name)]

    def _has_faded(self, name: str) -> bool:
        return name in self._gone and self._clock.now() - self._gone[name] > _FADES

    def cut_short(self) -> Sequence[Asking]:
        """Return what was being done just now, as nobody knows after a start how it ended."""
        return [one for one in self._asked.values() if one.over]

    # --- keeping ---

    def named(self, asking: Asking) -> None:
        """Give a question a name and a time, before it is asked."""
        asking.name, asking.since = f"q{secrets.token_hex(8)}", self._clock.now()

    async def keep(self, asking: Asking) -> None:
        """Keep a question as it is now; raises `StorageUnavailableError`."""
        value = msgspec.json.encode(asking).decode()
        about = asking.form.conversation_id
        await self._desk.keep(_SORT, {asking.name: value}, within=_KEPT, about=about)
        self._asked[asking.name] = asking

    async def drop(self, asking: Asking) -> None:
        """Forget a question; raises `StorageUnavailableError`."""
        self._dropped.append(asking.name)
        self._asked.pop(asking.name, None)
        self._gone.pop(asking.name, None)
        await self._desk.keep(_SORT, {asking.name: None}, within=0)

    # --- on its way ---

    def goes(self, asking: Asking) -> None:
        """Say that a question is on its way; who waits for it already waits on."""
        self._on_its_way.setdefault(asking.name, asyncio.Event())

    def went(self, asking: Asking) -> None:
        """Say that it is there, or never will be."""
        if (event := self._on_its_way.pop(asking.name, None)) is not None:
            event.set()

    async def arrived(self, asking: Asking) -> None:
        """Return when a question is not on its way any more."""
        if (event := self._on_its_way.get(asking.name)) is not None:
            await event.wait()
