"""Who has a console open at another process is seen, whenever it is told of."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent_console.web.live import live as room
from agent_console.web.live.live import Live
from bridge.channel import StorageUnavailableError
from bridge.store import processes as q
from bridge.store.transactions import Tx
from routing import attending
from tests.agent_console.office import Office
from tests.databases import until

OTHER = 2


def _comes(tx: Tx, agent_id: str) -> None:
    tx.run(q.BE_PRESENT, place=attending.CONSOLES, who=agent_id, process=OTHER, left_at=None)


def _goes(tx: Tx, agent_id: str) -> None:
    tx.run(q.BE_GONE, at=attending.CONSOLES, of=agent_id, by=OTHER)


class Console:
    """A socket that is told nothing, open until it is ended."""

    def __init__(self, _: Any, caller: Any, **__: Any) -> None:
        self.agent_id, self.viewing = caller.agent.id, None
        self.over = caller.over

    def put(self, *_: Any) -> None:
        """Tell it nothing."""

    async def run(self, _: str) -> None:
        await self.over.wait()


class Looks:
    """The looks at the rows: how many there were, and what becomes of their answers."""

    def __init__(self, office: Office) -> None:
        self._real = office.store.read
        self.begun = 0
        self.away = False
        self.answer: Callable[[int], asyncio.Event | None] = lambda _: None
        """Returns what the answer to a look waits for, once it was read."""

    async def read(self, work: Callable[..., Any], *given: Any) -> Any:
        if work is not attending.at_consoles:
            return await self._real(work, *given)
        self.begun += 1
        mine = self.begun
        if self.away:
            raise StorageUnavailableError("the database is away")
        found = await self._real(work, *given)
        if (gate := self.answer(mine)) is not None:
            await gate.wait()
        return found


@pytest.fixture
def looks(office: Office, monkeypatch: pytest.MonkeyPatch) -> Looks:
    one = Looks(office)
    monkeypatch.setattr(office.store, "read", one.read)
    return one


@pytest.fixture
def live(office: Office, monkeypatch: pytest.MonkeyPatch) -> Live:
    """Return the room of one of several processes; its rounds tell nobody."""
    monkeypatch.setattr(room, "ConsoleSocket", Console)
    monkeypatch.setattr(Live, "_rounds", lambda _: asyncio.sleep(60))
    nothing = cast("Any", None)
    return Live(
        office.store, office.hub, office.desk, nothing, nothing, agents=["anna", "olga"], process=1
    )


@asynccontextmanager
async def console(live: Live) -> AsyncIterator[None]:
    """Have a console open."""
    over = asyncio.Event()
    caller: Any = SimpleNamespace(agent=SimpleNamespace(id="pavel"), over=over, key="k")
    serving = asyncio.create_task(live.serve(cast("Any", None), caller, ""))
    await until(lambda: bool(live._sockets))
    try:
        yield
    finally:
        over.set()
        await serving


async def test_what_is_told_while_a_look_is_under_way_is_looked_at_after_it(
    office: Office, looks: Looks, live: Live
) -> None:
    async with console(live):
        gate = asyncio.Event()
        looks.answer = lambda _: gate
        begun = looks.begun
        live.look_elsewhere_soon()
        # It has read what there was before.
        await until(lambda: looks.begun > begun)
        await asyncio.sleep(0.05)
        await office.store.write(_comes, "anna")
        live.look_elsewhere_soon()
        gate.set()
        await until(lambda: "anna" in live.online())


async def test_what_is_told_while_the_first_console_comes_is_not_lost(
    office: Office, looks: Looks, live: Live
) -> None:
    gate = asyncio.Event()
    looks.answer = lambda number: gate if number == 1 else None
    opening = console(live)
    coming = asyncio.create_task(opening.__aenter__())
    await until(lambda: looks.begun == 1)
    await asyncio.sleep(0.05)
    await office.store.write(_comes, "anna")
    live.look_elsewhere_soon()
    gate.set()
    await coming
    await until(lambda: "anna" in live.online())
    await opening.__aexit__(None, None, None)


async def test_an_older_answer_does_not_follow_a_newer_one(
    office: Office, looks: Looks, live: Live
) -> None:
    await office.store.write(_comes, "anna")
    async with console(live):
        assert "anna" in live.online()
        gate = asyncio.Event()
        first = looks.begun + 1
        looks.answer = lambda number: gate if number == first else None
        live.look_elsewhere_soon()
        await until(lambda: looks.begun == first)
        await asyncio.sleep(0.05)
        await office.store.write(_goes, "anna")
        # Another console comes meanwhile, which looks as well.
        second = console(live)
        opening = asyncio.create_task(second.__aenter__())
        await asyncio.sleep(0.1)
        gate.set()
        await opening
        await until(lambda: "anna" not in live.online())
        await asyncio.sleep(0.05)
        assert "anna" not in live.online()
        await second.__aexit__(None, None, None)


async def test_a_look_for_which_the_database_was_away_is_tried_again(
    office: Office, looks: Looks, live: Live
) -> None:
    async with console(live):
        looks.away, begun = True, looks.begun
        await office.store.write(_comes, "anna")
        live.look_elsewhere_soon()
        await until(lambda: looks.begun > begun)
        looks.away = False
        await until(lambda: "anna" in live.online())


async def test_nothing_is_read_where_nobody_would_know(looks: Looks, live: Live) -> None:
    live.look_elsewhere_soon()
    await asyncio.sleep(0.05)
    assert looks.begun == 0
