"""What is left to the end of a commit: done once for all of it, before it is kept."""

import contextlib
from collections.abc import Callable

import pytest

from bridge.channel import StorageUnavailableError
from bridge.store.transactions import News, Store, Tx
from tests.bridge.store.test_transactions import count, get, put, together

KEYS = [f"key {number}" for number in range(5)]


class Last:
    """Work that is left to the end, and what it has met."""

    def __init__(self) -> None:
        """Meet nothing yet."""
        self.given: list[list[str]] = []
        self.found: list[bool] = []

    def work(self, tx: Tx, keys: list[str]) -> None:
        """Note what it is given, and whether all of it is stored by then."""
        self.given.append(keys)
        self.found.append(all(get(tx, key) for key in keys))
        put(tx, "the last", wake="told")

    def leaving(self, key: str) -> Callable[[Tx], str]:
        """Return what stores something, and has it told at the end."""

        def stored(tx: Tx) -> str:
            tx.at_last(self.work, key)
            return put(tx, key)

        return stored


@pytest.fixture
def last() -> Last:
    """Return work that is left to the end."""
    return Last()


async def test_it_is_done_once_after_all_that_goes_into_the_commit(
    store: Store, last: Last
) -> None:
    told: list[News] = []
    store.on_commit = told.append
    assert await together(store, *map(last.leaving, KEYS)) == KEYS
    assert (last.given, last.found) == ([KEYS], [True])
    assert await store.read(count) == len(KEYS) + 1
    assert [one.topics for one in told] == [{"told"}]


async def test_of_what_failed_nothing_is_left_to_the_end(store: Store, last: Last) -> None:
    def fails(tx: Tx) -> None:
        last.leaving("lost")(tx)
        raise LookupError

    answers = await together(store, last.leaving("key 0"), fails, last.leaving("key 2"))
    assert [isinstance(one, LookupError) for one in answers] == [False, True, False]
    assert (last.given, last.found) == ([["key 0", "key 2"]], [True])


async def test_of_an_attempt_that_was_undone_nothing_is_left_to_the_end(
    store: Store, last: Last
) -> None:
    def tries(tx: Tx) -> None:
        last.leaving("kept")(tx)
        with contextlib.suppress(LookupError), tx.attempt():
            last.leaving("lost")(tx)
            raise LookupError

    await store.write(tries)
    assert (last.given, last.found) == ([["kept"]], [True])


async def test_what_it_raises_fails_the_commit_and_the_next_one_is_well(
    store: Store, last: Last, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_tx: Tx, _keys: list[str]) -> None:
        raise LookupError

    with monkeypatch.context() as patch:
        patch.setattr(last, "work", breaks)
        answers = await together(store, *map(last.leaving, KEYS))
    assert all(isinstance(one, StorageUnavailableError) for one in answers)
    assert await store.read(count) == 0
    await store.write(last.leaving("key 0"))
    assert last.given == [["key 0"]]
