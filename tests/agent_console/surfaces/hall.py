"""An office whose agents sit in a chat: the real adapter, the kernel, and a model platform.

What a test does is said once, and played on each platform by its own means: a button is
pressed where it is shown, a question is answered as that platform has it asked.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from agent_console.fanout.staff import Staffed, staff_of
from agent_console.fanout.words import DeskWords
from agent_console.registry import surface_class
from bridge.health import Watch
from bridge.models import Event
from bridge.store import heard as h
from bridge.store import surfaces as s
from bridge.store.transactions import News, Store
from tests.agent_console.office import Agent, Office, open_office, settings_of
from tests.clock import ManualClock

SURFACE = "team_chat"
WHO = ("pavel", "anna", "ivan", "vera")
"""Who has an account there; others are strangers."""
TEAMS: Mapping[str, Any] = {
    "support": {"members": ["pavel", "anna"]},
    "sales": {"members": ["ivan"]},
}
_WITHIN = 20.0


class Hall(ABC):
    """One office, its surface, and whoever is in the chat."""

    kind: str
    office: Office
    staffed: Staffed
    _owner: Agent | None = None
    _signed_in = 0
    beside: Callable[[Sequence[Event]], None] | None = None
    """What else is told of what has happened."""

    # --- the platform ---

    @abstractmethod
    def platform(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Start the model; everybody is there afterwards."""

    @abstractmethod
    def changes(self) -> Mapping[str, Any]:
        """Return the keys of the YAML: the surface, and whose account is whose."""

    @abstractmethod
    def secrets(self) -> Mapping[str, str]:
        """Return what stands in the `.env`."""

    @abstractmethod
    def hears(self) -> bool:
        """Say whether the surface listens since its last start."""

    # --- what people do ---

    @abstractmethod
    async def says(self, who: str, text: str, conversation: int = 1) -> str:
        """Write in the thread of a conversation; return the message's id."""

    @abstractmethod
    async def sends(self, who: str, name: str, content: bytes, conversation: int = 1) -> str:
        """Send a file into the thread."""

    @abstractmethod
    async def presses(self, who: str, verb: str, conversation: int = 1) -> None:
        """Press a button of the card, or of the menu behind it."""

    @abstractmethod
    async def fills(self, who: str, /, **fields: str) -> None:
        """Answer what a press has asked: an option's value, or words, for each question."""

    @abstractmethod
    async def commands(self, who: str, text: str) -> None:
        """Give a command outside of any conversation."""

    @abstractmethod
    async def takes_by_eyes(self, who: str, conversation: int = 1) -> None:
        """Set the reaction that takes."""

    # --- what is to be seen ---

    @abstractmethod
    def card(self, conversation: int = 1) -> str:
        """Return all that a card says, with its buttons."""

    @abstractmethod
    async def offers(self, label: str, conversation: int = 1) -> bool:
        """Say whether the card, or the menu behind it, has a button with this label."""

    async def look(self, conversation: int = 1) -> None:
        """Look at a thread, so that what it shows can be asked for."""
        await self.where(conversation)

    @abstractmethod
    def thread(self, conversation: int = 1) -> list[str]:
        """Return what is said in a thread, the oldest first."""

    @abstractmethod
    def files(self, conversation: int = 1) -> list[bytes]:
        """Return the files in a thread."""

    @abstractmethod
    def told(self, who: str) -> list[str]:
        """Return what somebody was told, however the platform does that."""

    @abstractmethod
    async def presses_told(self, who: str, verb: str) -> None:
        """Press a button of what somebody was told last."""

    @abstractmethod
    def questions(self, who: str) -> int:
        """Return how many questions are open to somebody."""

    # --- its life ---

    def wire(self) -> None:
        """Put the surface together anew, as a start of the program does."""
        watch = Watch(self.office.store)
        words = DeskWords(self.office.settings, self.office.desk)
        found = staff_of(self.office, words, watch.inbox, surface_class, self.office.settings)
        self.staffed = found[SURFACE]

    def said_to(self, who: str, words: str) -> bool:
        """Say whether somebody was told something with these words."""
        return any(words in one for one in self.told(who))

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        self.wire()
        one = self.staffed
        runs = (one.surface.run, one.hearing.run, one.fanout.run)
        self._tasks = [asyncio.create_task(_run(run)) for run in runs]
        await self.until(self.hears)

    async def stop(self) -> None:
        """Stop as a kill does: nothing gets to end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.staffed.surface.close()

    async def restart(self) -> None:
        """Stop and start."""
        await self.stop()
        await self.start()

    def committed(self, news: News) -> None:
        """Tell the surface what has happened."""
        self.staffed.committed(news.events)
        if self.beside is not None:
            self.beside(news.events)

    @contextlib.asynccontextmanager
    async def open(
        self, store: Store, clock: ManualClock, folder: Path, changes: Mapping[str, Any]
    ) -> AsyncIterator["Hall"]:
        """Open the office, and let everybody in."""
        async with self.platform():
            keys: dict[str, Any] = {"teams": deepcopy(TEAMS), **self.changes(), **changes}
            lines = [f"{name}={value}\n" for name, value in self.secrets().items()]
            (folder / ".env").write_text("".join(lines), encoding="utf-8")
            settings = settings_of(folder, keys)
            async with open_office(store, clock, settings) as self.office:
                told = store.on_commit

                def committed(news: News) -> None:
                    if told is not None:
                        told(news)
                    self.committed(news)

                await self.start()
                store.on_commit = committed
                try:
                    yield self
                finally:
                    store.on_commit = told
                    await self.stop()

    # --- waiting ---

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something is to be seen."""
        end = asyncio.get_running_loop().time() + _WITHIN
        while True:
            with contextlib.suppress(LookupError):
                if holds():
                    return
            assert asyncio.get_running_loop().time() < end, "it never came"
            await asyncio.sleep(0.01)

    async def until_is(self, who: str, conversation: int) -> None:
        """Wait until somebody has a conversation."""
        for _ in range(100):
            if (await self.row(conversation))["assignee"] == who:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{who} was never given it")

    async def settled(self) -> None:
        """Wait until all that was done has been acted on and shown."""
        rest = 0
        for _ in range(2000):
            await asyncio.sleep(0.01)
            rest = rest + 1 if await self._idle() else 0
            if rest == 3:
                return
        raise AssertionError("it never came to rest")

    async def _idle(self) -> bool:
        heard = await self.office.store.read(
            lambda tx: tx.one(h.NEXT_HEARD, surface_id=SURFACE, after=0)
        )
        return heard is None and not self.staffed.fanout._tasks and self.quiet()

    @abstractmethod
    def quiet(self) -> bool:
        """Say whether the platform has told everything, and nothing is on its way."""

    async def where(self, conversation: int) -> tuple[str, str, str]:
        """Return the place, the thread and the card of a conversation, once they are there."""
        for _ in range(1000):
            rows = await self.office.store.read(
                lambda tx: tx.all(s.THREADS_OF, surface_id=SURFACE, conversation_id=conversation)
            )
            if rows and rows[-1].thread and rows[-1].card:
                return rows[-1].place, rows[-1].thread, rows[-1].card
            await asyncio.sleep(0.01)
        raise AssertionError("there is no thread")

    # --- what came of it ---

    async def outgoing(self, conversation: int = 1) -> list[str]:
        """Return what goes to the customer, by the deliveries there are."""
        return [one["text"] for one in await self._messages(conversation, "outgoing")]

    async def notes(self, conversation: int = 1) -> list[str]:
        """Return the notes."""
        return [one["text"] for one in await self._messages(conversation, "note")]

    async def owner(self) -> Agent:
        """Return the owner, signed in to the console within this hour."""
        now = self.office.clock.now()
        if self._owner is None or now - self._signed_in > 3_600_000:
            self._owner, self._signed_in = await self.office.sign_in("olga"), now
        return self._owner

    async def _messages(self, conversation: int, kind: str) -> Sequence[Any]:
        olga = await self.owner()
        return [one for one in await olga.thread(conversation) if one["kind"] == kind]

    async def row(self, conversation: int = 1) -> Any:
        """Return the conversation as the console has it."""
        olga = await self.owner()
        return (await olga.row(conversation))["conversation"]


async def _run(run: Callable[[], Awaitable[None]]) -> None:
    await run()
