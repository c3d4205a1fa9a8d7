"""What is asked ahead on a server, and attempts that go with what is asked in them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from bridge.clock import Clock
from bridge.db import Server
from bridge.store import log, processes, surfaces
from bridge.store.fenced import FencedStore
from bridge.store.holding import Hold, LostLeaseError
from bridge.store.statement import Statement, value
from bridge.store.transactions import Store, Tx
from tests import postgres
from tests.databases import DATABASES, by_hand, opened
from tests.ways import ways

__all__ = ["ways"]

pytestmark = pytest.mark.skipif("postgresql" not in DATABASES, reason="PostgreSQL is left out")
WORD = (log.GET_META, {"key": "word"})
PLACES = (surfaces.PLACES, {"surface_id": "slack"})


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Return one on a database of each test's own."""
    server: Server = postgres.lent()
    async with opened(server, clock=Clock()) as here:
        yield here
    postgres.given_back(server)


def put(tx: Tx, word: str, *, later: bool = False) -> None:
    (tx.put_off if later else tx.run)(log.PUT_META, key="word", value=word)


def get(tx: Tx) -> str | None:
    return tx.one(log.GET_META, key="word")


async def test_what_is_asked_ahead_is_one_way_and_asks_no_more(
    store: Store, ways: list[int]
) -> None:
    def work(tx: Tx) -> list[Any]:
        put(tx, "слово", later=True)
        ways.clear()
        tx.foresee(WORD, PLACES)
        tx.foresee(PLACES, WORD)
        return [get(tx), tx.all(surfaces.PLACES, surface_id="slack"), list(ways)]

    assert await store.write(work) == ["слово", [], [3]]


@pytest.mark.parametrize("later", [False, True], ids=["at once", "put off"])
async def test_what_is_written_after_the_question_is_seen_by_who_asks(
    store: Store, *, later: bool
) -> None:
    def work(tx: Tx) -> str | None:
        tx.foresee(WORD, PLACES)
        put(tx, "нове", later=later)
        return get(tx)

    assert await store.write(work) == "нове"


async def test_what_is_of_other_tables_than_was_written_in_is_still_known(
    store: Store, ways: list[int]
) -> None:
    def work(tx: Tx) -> list[int]:
        tx.foresee(WORD, PLACES)
        put(tx, "нове")
        ways.clear()
        tx.all(surfaces.PLACES, surface_id="slack")
        return list(ways)

    assert await store.write(work) == []


async def test_what_a_text_reads_is_seen_after_it_was_written(store: Store) -> None:
    text = Statement(value, "SELECT value FROM meta WHERE key = 'word'")

    def work(tx: Tx) -> str | None:
        tx.foresee((text, {}))
        put(tx, "нове")
        return tx.one(text)

    assert await store.write(work) == "нове"


async def test_what_is_deleted_may_take_anything_with_it(store: Store, ways: list[int]) -> None:
    def work(tx: Tx) -> list[int]:
        tx.foresee(WORD)
        tx.run(surfaces.DROP_THREAD, of=77)
        ways.clear()
        get(tx)
        return list(ways)

    assert await store.write(work) == [1]


async def test_the_answers_of_one_transaction_are_none_of_the_next(store: Store) -> None:
    def asks(tx: Tx) -> str | None:
        tx.foresee(WORD)
        return get(tx)

    assert await store.write(asks) is None
    await store.write(put, "слово")
    assert await store.write(asks) == "слово"
    assert await store.read(asks) == "слово"


async def test_an_attempt_begins_with_the_first_question_in_it(
    store: Store, ways: list[int]
) -> None:
    def work(tx: Tx) -> list[int]:
        ways.clear()
        with tx.attempt():
            get(tx)
        return list(ways)

    # A point to go back to, and the question.
    assert await store.write(work) == [2]


async def test_an_attempt_that_is_undone_before_it_asks_costs_no_way(
    store: Store, ways: list[int]
) -> None:
    def work(tx: Tx) -> list[int]:
        ways.clear()
        with contextlib.suppress(LookupError), tx.attempt():
            put(tx, "слово", later=True)
            raise LookupError
        return list(ways)

    assert await store.write(work) == []
    assert await store.read(get) is None


@pytest.mark.parametrize("later", [False, True], ids=["at once", "put off"])
@pytest.mark.parametrize("asks", [False, True], ids=["silent", "asking"])
async def test_an_attempt_that_is_undone_takes_those_inside_with_it_that_were_kept(
    store: Store, *, later: bool, asks: bool
) -> None:
    def work(tx: Tx) -> str | None:
        put(tx, "before", later=later)
        with contextlib.suppress(LookupError), tx.attempt():
            put(tx, "outer", later=later)
            with tx.attempt():
                put(tx, "inner", later=later)
                if asks:
                    get(tx)
            raise LookupError
        return get(tx)

    assert await store.write(work) == "before"
    assert await store.read(get) == "before"


async def test_one_attempt_after_another_is_kept_or_undone_by_itself(store: Store) -> None:
    def work(tx: Tx) -> str | None:
        with tx.attempt():
            put(tx, "first", later=True)
        for word in ("second", "third"):
            with contextlib.suppress(LookupError), tx.attempt():
                put(tx, word, later=True)
                raise LookupError
        return get(tx)

    assert await store.write(work) == "first"


async def test_what_is_put_off_in_an_attempt_and_fails_is_undone_with_it_alone(
    store: Store,
) -> None:
    def work(tx: Tx) -> str | None:
        put(tx, "kept", later=True)
        with contextlib.suppress(psycopg.Error), tx.attempt():
            put(tx, "lost", later=True)
            # It names a thread that is not there.
            tx.put_off(surfaces.PUT_NAME, thread_id=77, external_id="x", message_id=1)
        return get(tx)

    assert await store.write(work) == "kept"


async def test_an_error_that_was_swallowed_in_an_attempt_fails_it(store: Store) -> None:
    def work(tx: Tx) -> str | None:
        put(tx, "kept")
        with contextlib.suppress(psycopg.Error), tx.attempt():
            put(tx, "lost")
            with contextlib.suppress(psycopg.Error):
                by_hand(tx, "SELECT 1 / 0")
        return get(tx)

    assert await store.write(work) == "kept"


async def test_what_was_put_off_before_an_attempt_and_fails_fails_its_own_work_alone(
    store: Store,
) -> None:
    def bad(tx: Tx) -> None:
        # It names a thread that is not there.
        tx.put_off(surfaces.PUT_NAME, thread_id=77, external_id="x", message_id=1)
        with contextlib.suppress(psycopg.Error), tx.attempt():
            get(tx)

    def good(tx: Tx, key: str) -> None:
        tx.run(log.PUT_META, key=key, value="here")

    first, failed, last = await asyncio.gather(
        store.write(good, "a"), store.write(bad), store.write(good, "b"), return_exceptions=True
    )
    assert isinstance(failed, psycopg.Error)
    assert first is None
    assert last is None
    kept = await store.read(lambda tx: [tx.one(log.GET_META, key=key) for key in ("a", "b")])
    assert kept == ["here", "here"]


async def test_where_the_point_was_never_made_the_attempt_around_it_is_undone_as_far_as_it_goes(
    store: Store,
) -> None:
    def work(tx: Tx) -> str | None:
        put(tx, "before")
        with contextlib.suppress(psycopg.Error), tx.attempt():
            put(tx, "outer")
            tx.put_off(surfaces.PUT_NAME, thread_id=77, external_id="x", message_id=1)
            with contextlib.suppress(psycopg.Error), tx.attempt():
                get(tx)
        return get(tx)

    assert await store.write(work) == "before"


async def test_whether_a_lease_is_still_ours_is_asked_with_the_turn(
    store: Store, ways: list[int]
) -> None:
    hold = Hold("surface:slack", store.clock, fence=3)
    fenced = FencedStore(store, hold)
    await store.write(lambda tx: tx.run(processes.TAKE, name=hold.name, fence=3, owner=None))
    ways.clear()
    assert await fenced.write(fenced.is_ours_in) is True
    assert ways == [3, 1]
    hold.fence = 2
    with pytest.raises(LostLeaseError):
        await fenced.write(put, "too late")
    assert await store.read(get) is None
