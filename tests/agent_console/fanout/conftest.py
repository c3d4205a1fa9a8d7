"""An office with a board on its wall."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from agent_console.fanout import homes, places
from agent_console.fanout.deck import Deck
from agent_console.fanout.hearing import Hearing
from agent_console.fanout.office import Presses, StaffOffice
from agent_console.fanout.runner import Fanout
from agent_console.fanout.voice import Voice
from agent_console.slack import budgets
from agent_console.surface import (
    Answer,
    CanProve,
    Heard,
    Person,
    Said,
    SaidAnew,
    Signed,
    StaffFile,
    Unsaid,
)
from agent_console.telegram_forum import turns
from bridge.pace import Budget
from bridge.sandbox.slack import SlackPlatform
from bridge.sandbox.slack import budgets as theirs
from bridge.sandbox.telegram import TelegramServer
from bridge.store import heard as h
from bridge.store.transactions import News, Tx
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.fanout.board import Board, PlainVoice
from tests.agent_console.fanout.houses import DESK, TwoHouses, running
from tests.agent_console.office import Office
from tests.clock import ManualClock
from tests.databases import until

_KEYS = count(1)


@dataclass
class Wall:
    """A board that runs on an office."""

    office: Office
    board: Board
    voice: Voice = field(default_factory=PlainVoice)
    options: Mapping[str, Any] = field(default_factory=dict)
    press: Presses = field(default=lambda *_: Answer())

    def use(self, voice: Voice, press: Presses) -> None:
        """Speak with this voice from the next start on."""
        self.voice, self.press = voice, press

    def start(self) -> None:
        """Show and hear, as after a start of the program."""
        deck = Deck(
            surface_id="wall",
            kind="board",
            can=self.board.capabilities,
            voice=self.voice,
            media=self.office.media,
            desk=self.office.desk,
            places=self.board.places,
            proves=isinstance(self.board, CanProve),
            photo=lambda _tx, _identity: None,
            **self.options,
        )
        self.fanout = Fanout(self.office.store, self.board, deck)
        self.hearing = Hearing(
            self.office.store, self.board, deck, limit=1 << 20, look=self.fanout.look
        )
        self.desk = StaffOffice(self.office.store, deck, self.press, heard=self.hearing.wake)
        self._tasks = [
            asyncio.create_task(self.fanout.run()),
            asyncio.create_task(self.hearing.run()),
        ]

    async def begin(self) -> None:
        """Start, and wait until it looks."""
        self.start()
        await until(lambda: self.fanout._running)  # The test looks inside.

    async def stop(self) -> None:
        """Stop as a kill does: nothing gets to end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until nothing is owed any more."""
        store = self.office.store

        async def idle() -> bool:
            heard = await store.read(lambda tx: tx.one(h.NEXT_HEARD, surface_id="wall", after=0))
            return heard is None and not self.fanout._tasks  # The test looks inside.

        for _ in range(400):
            await asyncio.sleep(0.01)
            if await idle():
                await asyncio.sleep(0.02)
                if await idle():
                    return
        raise AssertionError("the wall never came to rest")

    # --- staff ---

    async def says(self, account: str, text: str = "", **more: Any) -> str:
        """Let somebody write in the only thread; return the id of what they wrote."""
        number = f"s{next(_KEYS)}"
        given = self._by(account, f"said:{number}") | more
        await self.hears(Said(**given, external_id=number, text=text))
        return number

    async def changes(self, account: str, external_id: str, text: str) -> None:
        """Let somebody change what they wrote."""
        key = f"anew:{next(_KEYS)}"
        await self.hears(SaidAnew(**self._by(account, key), external_id=external_id, text=text))

    async def takes_back(self, account: str, external_id: str) -> None:
        """Let somebody take back what they wrote."""
        await self.hears(Unsaid(**self._by(account, f"un:{next(_KEYS)}"), external_id=external_id))

    async def signs(self, account: str, sign: Any, external_id: str = "x") -> None:
        """Let somebody set a reaction."""
        key = f"sign:{next(_KEYS)}"
        await self.hears(Signed(**self._by(account, key), external_id=external_id, sign=sign))

    async def hears(self, *events: Heard) -> None:
        """Bring something in, and wait until it is dealt with."""
        await self.desk.accept(events)
        await self.settled()

    def by(self, account: str, **more: Any) -> Person:
        """Return somebody."""
        return Person(id=account, **more)

    def _by(self, account: str, key: str) -> dict[str, Any]:
        topic = next(iter(self.board.topics.values()))
        return {
            "key": key,
            "place": topic.place,
            "thread": topic.id,
            "by": self.by(account),
            "at": self.office.clock.now(),
        }


PutUp = Callable[..., AbstractAsyncContextManager[Wall]]


@pytest.fixture
def put_up(an_office: OpenOffice) -> PutUp:
    """Return how to put a board up in an office."""

    @contextlib.asynccontextmanager
    async def opened(
        board: Board | None = None,
        changes: Mapping[str, Any] | None = None,
        open_one: OpenOffice = an_office,
        **options: Any,
    ) -> AsyncIterator[Wall]:
        async with open_one(changes) as office:
            wall = Wall(office, board or Board("room"), options=options)
            wall.start()
            told = office.store.on_commit

            def committed(news: News) -> None:
                if told is not None:
                    told(news)
                wall.fanout.committed(news.events)

            def claim(tx: Tx) -> None:
                wall.fanout.claim(tx)

            office.store.on_commit, office.store.at_end = committed, claim
            await until(lambda: wall.fanout._running)
            try:
                yield wall
            finally:
                await wall.stop()

    return opened


@pytest.fixture
async def wall(put_up: PutUp) -> AsyncIterator[Wall]:
    """Return a board that is up."""
    async with put_up() as up:
        yield up


@pytest.fixture
async def houses(
    request: pytest.FixtureRequest,
    an_office: OpenOffice,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[TwoHouses]:
    """Both surfaces, showing and hearing; a parameter is what the YAML says otherwise."""
    monkeypatch.setattr(places, "EVERY", 0.3)
    monkeypatch.setattr(homes, "TOGETHER", 0.1)
    for one in ("GROUP", "CHAT"):
        monkeypatch.setattr(turns, one, Budget(1000, 1.0))
    monkeypatch.setattr(budgets, "POSTS_OF_A_CHANNEL", Budget(1000, 1.0))
    for tiers in (budgets.TIERS, theirs.TIERS):
        monkeypatch.setitem(tiers, "apps.connections.open", 1000)
    monkeypatch.setattr(theirs, "POSTS_PER_SECOND", 1000.0)
    monkeypatch.setattr(theirs, "BURST", 1000)
    telegram, slack = TelegramServer(), SlackPlatform(now=clock.now)
    changes: dict[str, Any] = getattr(request, "param", {})
    async with an_office(DESK | changes) as office, telegram, slack.running():
        found = TwoHouses(office, telegram, slack)
        async with running(found):
            yield found


__all__ = ["PutUp", "Sequence", "StaffFile", "Wall"]
