"""What a server keeps of a person beside the rows goes with them, and nobody waits for it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
import pytest

from bridge.channel import Sender, StorageUnavailableError
from bridge.db import Server
from bridge.db.postgresql import connect
from bridge.store import scrubbing
from tests.databases import clock, database, watching
from tests.routing.erased.planted import Planted
from tests.routing.erased.test_erasing import House, house

__all__ = ["clock", "database", "house"]

# For what only a server does.
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

CUSTOMERS = 8


async def _people(house: House) -> tuple[Planted, int]:
    """Have some people with names of their own; return them, and whom to erase."""
    planted = Planted()
    for number in range(CUSTOMERS):
        name = planted.word(f"name {number}")
        sender = Sender(external_id=f"c{number}", name=name)
        await house.world.begun(f"c{number}", sender=sender)
    return planted, (await house.world.contact("c3")).id


async def test_the_samples_that_the_planner_keeps_of_a_column_are_drawn_anew(
    house: House,
) -> None:
    planted, whom = await _people(house)
    word = planted.words["name 3"]
    with watching(house.place) as server:
        server.execute("ANALYZE")
        kept = "SELECT histogram_bounds::text FROM pg_stats WHERE tablename = 'contacts'"
        assert word in str(server.execute(kept).fetchall())
        await house.erases(whom)
        told = str(server.execute(kept).fetchall())
    assert word not in told
    assert planted.words["name 4"] in told
    assert "name 3" not in house.found(planted)
    assert "name 4" in house.found(planted)


async def test_an_erasure_ends_only_once_nobody_sees_what_was_there_before(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup, say: what it still sees would be written anew for it."""
    monkeypatch.setattr(scrubbing, "_PATIENCE", 0.2)
    planted, whom = await _people(house)
    assert isinstance(house.place, Server)
    with psycopg.connect(house.place.url) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT count(*) FROM agents")
        told = await house.eraser.erase(whom, by=None)
        with pytest.raises(StorageUnavailableError, match="reading the database all the time"):
            await house.eraser.finish()
        # Nobody who writes waits meanwhile.
        await asyncio.wait_for(house.world.begun("somebody"), 5)
        assert not await house.eraser.is_done(told.erasure_id)
        assert "name 3" in house.found(planted)
    assert await house.eraser.finish() == 0
    assert await house.eraser.is_done(told.erasure_id)
    assert "name 3" not in house.found(planted)


async def test_whoever_begins_to_read_while_samples_are_drawn_keeps_none_of_the_old_ones(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted, whom = await _people(house)
    assert isinstance(house.place, Server)
    with watching(house.place) as server, psycopg.connect(house.place.url) as reader:
        server.execute("ANALYZE")
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

        def connected(place: Server) -> psycopg.Connection[Any]:
            connection = connect(place)
            monkeypatch.setattr(connection, "execute", partial(execute, connection.execute))
            return connection

        def execute(run: Callable[..., Any], text: str, *given: Any) -> Any:
            if text.startswith("ANALYZE"):
                reader.execute("SELECT 1")
            done = run(text, *given)
            if text == scrubbing._LOOKS_BACK:
                # Whoever is waited for comes to an end.
                reader.rollback()
            return done

        monkeypatch.setattr("bridge.db.postgresql.connect", connected)
        await house.erases(whom)
    assert "name 3" not in house.found(planted)
    assert "name 4" in house.found(planted)
