"""Works that go on side by side: each asks and writes as if alone, and all ask in one way."""

import pytest

from bridge.store import log
from bridge.store.abreast import Abreast, abreast
from bridge.store.transactions import Asking, Store, Tx
from bridge.store.tx import Asked
from tests.bridge.store.test_transactions import get, put
from tests.databases import DATABASES
from tests.ways import ways

__all__ = ["ways"]

KEYS = [f"key {number}" for number in range(5)]


def asked(key: str) -> Asked:
    """Return the question about a key."""
    return log.GET_META, {"key": key}


def copied(tx: Tx, key: str) -> Abreast[str | None]:
    """Read a key, then the same of its copy, which is written in between."""
    yield (asked(key),)
    found = get(tx, key)
    if found is None:
        return None
    yield ()
    tx.put_off(log.PUT_META, key=f"{key}, copied", value=found)
    yield (asked(f"{key}, copied"),)
    return get(tx, f"{key}, copied")


def all_copied(tx: Tx) -> dict[str, str | None]:
    """Copy all of them."""
    return abreast(tx, {key: copied(tx, key) for key in KEYS})


async def stored(store: Store) -> None:
    """Store all but one of them."""
    for key in KEYS[1:]:
        await store.write(put, key)


async def test_each_work_returns_what_it_would_alone(store: Store) -> None:
    await stored(store)
    found = await store.write(all_copied)
    assert found == {KEYS[0]: None} | {key: f"{key} ✉️ письмо" for key in KEYS[1:]}
    assert await store.read(get, f"{KEYS[4]}, copied") is not None


async def test_what_one_raises_ends_all_of_them(store: Store) -> None:
    def breaks(_tx: Tx) -> Abreast[str | None]:
        yield ()
        raise LookupError

    def work(tx: Tx) -> None:
        abreast(tx, {"whole": copied(tx, KEYS[1]), "broken": breaks(tx)})

    await stored(store)
    with pytest.raises(LookupError):
        await store.write(work)
    assert await store.read(get, f"{KEYS[1]}, copied") is None


@pytest.mark.skipif("postgresql" not in DATABASES, reason="PostgreSQL is left out")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_what_all_of_them_ask_is_one_way_each_time(store: Store, ways: list[int]) -> None:
    await stored(store)
    ways.clear()
    await store.write(all_copied)
    # With the turn, the questions about five, those about four copies behind what writes them,
    # and the end.
    assert ways == [1, 5, 8, 1]


@pytest.mark.skipif("postgresql" not in DATABASES, reason="PostgreSQL is left out")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_what_a_work_says_it_will_ask_is_asked_with_the_turn_and_no_more(
    store: Store, ways: list[int]
) -> None:
    def work(tx: Tx) -> list[str | None]:
        return [get(tx, key) for key in KEYS]

    await stored(store)
    ways.clear()
    found = await store.write(Asking(work, lambda: [asked(key) for key in (*KEYS, *KEYS)]))
    assert found == [None, *(f"{key} ✉️ письмо" for key in KEYS[1:])]
    assert ways == [2 + len(KEYS), 1]
