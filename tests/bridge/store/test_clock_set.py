"""A wall clock that is set while the program runs, as the store notices it."""

import pytest

from bridge.store import log
from bridge.store.transactions import Store, Tx
from tests.clock import ManualClock


def _fails(_tx: Tx) -> None:
    raise LookupError("a mistake")


@pytest.fixture
def told(store: Store) -> list[int]:
    """Return by how much the clock was said to be set, in ms."""
    found: list[int] = []
    store.on_jump = lambda _tx, by: found.append(by)
    return found


async def test_the_first_commit_after_it_is_told_once_by_how_much(
    store: Store, clock: ManualClock, told: list[int]
) -> None:
    await store.write(lambda _tx: None)
    clock.tick(3600)
    clock.jump(-90)
    assert store.clock_was_set()

    for _ in range(3):
        await store.write(lambda _tx: None)

    assert told == [-90_000]
    assert not store.clock_was_set()


async def test_time_that_passes_and_clocks_that_drift_are_nothing_to_tell(
    store: Store, clock: ManualClock, told: list[int]
) -> None:
    for _ in range(10):
        clock.tick(86_400)
        clock.jump(0.4)
        await store.write(lambda _tx: None)

    assert told == []


async def test_what_fails_in_that_commit_does_not_have_it_done_twice(
    store: Store, clock: ManualClock
) -> None:
    def add(tx: Tx, by: int) -> None:
        before = int(tx.one(log.GET_META, key="moved") or 0)
        tx.run(log.PUT_META, key="moved", value=str(before + by))

    store.on_jump = add
    clock.jump(60)

    with pytest.raises(LookupError):
        await store.write(_fails)
    await store.write(lambda _tx: None)

    assert await store.read(lambda tx: tx.one(log.GET_META, key="moved")) == "60000"
