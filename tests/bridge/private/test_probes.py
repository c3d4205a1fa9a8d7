"""Whether the program is ready: by how far it has come, and by its database alone."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from bridge.db import Place
from bridge.health import Watch
from bridge.poison import Poison, guard
from bridge.private import probes
from bridge.private.probes import alive, readiness
from bridge.private.program import Phase
from bridge.redis import SharedBudgets
from bridge.settings import Settings
from bridge.store.transactions import Store
from bridge.web.server import WebServer
from tests.databases import hold, until, watching


@dataclass
class Server:
    """As much of uvicorn as says how far it has come."""

    answers: bool = True
    should_exit: bool = False

    @property
    def answering(self) -> Any:
        """Return what says whether it answers."""
        return self

    def is_set(self) -> bool:
        """Say whether it answers."""
        return self.answers


@dataclass
class Program:
    """The parts of the program that a probe looks at; it has no inbox."""

    store: Store
    watch: Watch
    settings: Settings = field(default_factory=lambda: cast("Settings", None))
    inboxes: dict[str, Any] = field(default_factory=dict)
    staff: dict[str, Any] = field(default_factory=dict)
    sharing: Any = None
    budgets: Any = None
    poison: Poison = field(default_factory=lambda: cast("Poison", None))


@pytest.fixture
def program(store: Store, tmp_path: Path) -> Program:
    return Program(store, Watch(store), poison=Poison(store, tmp_path / "desk.inhand"))


def at(*, answers: bool = True, stopping: bool = False) -> Phase:
    return Phase(cast("WebServer", Server(answers, stopping)))


async def test_it_is_ready_once_the_world_is_answered_and_not_while_it_stops(
    program: Program,
) -> None:
    assert (await readiness(program, Phase())).why == ["The program is starting."]
    assert (await readiness(program, at(answers=False))).why == ["The program is starting."]
    assert (await readiness(program, at())).ready
    assert (await readiness(program, at(stopping=True))).why == ["The program is stopping."]


async def test_a_database_that_another_has_locked_makes_it_unready_within_seconds(
    program: Program, database: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "PATIENCE", 0.2)
    with watching(database) as holding:
        hold(holding)
        found = await readiness(program, at())
        assert (found.ready, found.state, len(found.why)) == (False, "down", 1)
        assert "has not answered" in found.why[0]
        holding.execute("ROLLBACK")
    # Now it is to answer, however busy the machine is.
    monkeypatch.setattr(probes, "PATIENCE", 30)
    assert (await readiness(program, at())).ready


async def test_tables_of_another_version_make_it_unready(program: Program, database: Place) -> None:
    with watching(database) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999', works_from = '9999'")
    found = await readiness(program, at())
    assert found.why == ["Its tables are another version's."]
    assert [one.state for one in found.checks] == ["up", "up", "down"]


async def test_tables_of_a_newer_version_that_has_only_added_leave_it_ready(
    program: Program, database: Place
) -> None:
    with watching(database) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    assert (await readiness(program, at())).ready


async def test_a_writer_that_has_died_is_noticed_and_one_that_was_ended_is_none(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [store.writes]
    with monkeypatch.context() as dead:
        dead.setattr(store._writer, "is_alive", lambda: False)
        seen.append(store.writes)
    await store.close()
    seen.append(store.writes)
    assert seen == [True, False, True]


async def test_a_dead_writer_and_what_is_in_hand_for_ever_need_a_restart(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alive(program)
    with monkeypatch.context() as dead:
        dead.setattr(program.store._writer, "is_alive", lambda: False)
        assert not alive(program)
    with program.poison.in_hand.marked(["00" * 32]):
        assert alive(program)
        monkeypatch.setattr(guard, "HELD_TOO_LONG", 0.0)
        assert not alive(program)
    assert alive(program)


async def test_a_redis_that_is_gone_makes_the_desk_degraded_and_not_unready(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The database is to answer, however busy the machine is.
    monkeypatch.setattr(probes, "PATIENCE", 30)
    assert not [one for one in (await readiness(program, at())).checks if one.what == "redis"]
    program.budgets = SharedBudgets("unix:///nowhere/redis.sock", b"")
    starting = await readiness(program, at())
    assert (starting.ready, starting.state) == (True, "degraded")
    looking = asyncio.create_task(program.budgets.line.run())
    await until(lambda: program.budgets.line.standing.state == "down")
    found = await readiness(program, at())
    looking.cancel()
    (redis,) = [one for one in found.checks if one.what == "redis"]
    assert (found.ready, found.state) == (True, "degraded")
    assert (redis.state, redis.why) == ("down", "Redis cannot be reached.")
    assert redis.since
