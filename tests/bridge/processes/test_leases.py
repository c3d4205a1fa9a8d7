"""Who does what: one process at a time, whatever becomes of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from bridge.channel import StorageUnavailableError
from bridge.db import Server
from bridge.processes.leases import _share
from bridge.store import log
from bridge.store.holding import Claim, LostLeaseError
from bridge.store.transactions import Tx
from tests.bridge.processes.conftest import LASTS, Member
from tests.databases import until, watching

Made = Callable[..., Member]


@pytest.fixture
async def member(server: Server) -> AsyncIterator[Made]:
    """Make processes that end with the test."""
    made: list[Member] = []

    def make(role: str = "all", *names: str) -> Member:
        made.append(Member(server, len(made) + 1, role, *names))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        if one._work is not None:
            one.stand_still()
        await one.store.close()


def put(tx: Tx, key: str) -> None:
    tx.run(log.PUT_META, key=key, value="written")


def get(tx: Tx, key: str) -> str | None:
    return tx.one(log.GET_META, key=key)


async def test_the_first_process_does_everything_and_the_second_gets_its_share(
    member: Made,
) -> None:
    first, second = member(), member()
    await first.join()
    await until(lambda: len(first.duties.done) == 4)
    await second.join()
    await until(lambda: len(first.duties.done) == len(second.duties.done) == 2)
    assert first.duties.done | second.duties.done == {"engine", "inbox:a", "inbox:b", "inbox:c"}
    assert not first.duties.done & second.duties.done


async def test_a_process_that_answers_browsers_takes_nothing(member: Made) -> None:
    web, worker = member("web"), member("worker")
    await web.join()
    await worker.join()
    await until(lambda: len(worker.duties.done) == 4)
    assert web.duties.done == set()


async def test_what_a_process_did_that_was_killed_another_does_within_seconds(
    member: Made,
) -> None:
    first, second = member(), member()
    await first.join()
    await second.join()
    await until(lambda: len(first.duties.done) == len(second.duties.done) == 2)
    await first.die()
    began = time.monotonic()
    await until(lambda: len(second.duties.done) == 4)
    assert time.monotonic() - began < 2 * LASTS
    assert second.buried == [first.number]


async def test_a_process_that_stood_still_writes_nothing_when_it_goes_on(
    member: Made, server: Server
) -> None:
    first, second = member("all", "inbox:a"), member("all", "inbox:a")
    await first.join()
    await until(lambda: first.duties.done == {"inbox:a"})
    await first.fenced("inbox:a").write(put, "before")
    assert first.fenced("inbox:a").stands()
    first.stand_still()
    await second.join()
    await until(lambda: second.duties.done == {"inbox:a"})
    # It knows of nothing yet: its own time alone tells that it may not send.
    assert first.leases.does("inbox:a")
    assert not first.fenced("inbox:a").stands()
    with pytest.raises(LostLeaseError):
        await first.fenced("inbox:a").write(put, "stale")
    neighbour, stale = await asyncio.gather(
        first.store.write(put, "neighbour"),
        first.fenced("inbox:a").write(put, "stale"),
        return_exceptions=True,
    )
    assert neighbour is None
    assert isinstance(stale, LostLeaseError)
    await second.fenced("inbox:a").write(put, "after")
    first.go_on()
    await until(lambda: not first.duties.done)
    with pytest.raises(StorageUnavailableError):
        await first.fenced("inbox:a").write(put, "stale")
    with watching(server) as outside:
        keys = outside.execute("SELECT key FROM meta WHERE value = 'written' ORDER BY key")
        assert [key for (key,) in keys] == ["after", "before", "neighbour"]


async def test_a_process_that_stood_still_is_told_by_the_database_what_it_does_no_more(
    member: Made,
) -> None:
    first, second = member("all", "inbox:a"), member("all", "inbox:a")
    await first.join()
    await until(lambda: first.duties.done == {"inbox:a"})
    assert await first.store.write(first.leases.still_does, "inbox:a")
    first.stand_still()
    await second.join()
    await until(lambda: second.duties.done == {"inbox:a"})
    assert first.leases.does("inbox:a")
    assert not await first.store.write(first.leases.still_does, "inbox:a")
    assert not await first.store.write(first.leases.still_does, "inbox:b")
    assert await second.store.write(second.leases.still_does, "inbox:a")


async def test_the_number_that_every_write_proves_is_all_that_stops_who_stood_still(
    member: Made, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The guard broken on purpose: what the test above forbids does happen then.
    monkeypatch.setattr(Claim, "prove", lambda *_: None)
    first, second = member("all", "inbox:a"), member("all", "inbox:a")
    await first.join()
    await until(lambda: first.duties.done == {"inbox:a"})
    first.stand_still()
    await second.join()
    await until(lambda: second.duties.done == {"inbox:a"})
    await first.fenced("inbox:a").write(put, "stale")
    with watching(server) as outside:
        keys = outside.execute("SELECT key FROM meta WHERE value = 'written'")
        assert [key for (key,) in keys] == ["stale"]


async def test_who_stood_still_is_told_in_a_transaction_that_another_has_it(member: Made) -> None:
    first, second = member("all", "inbox:a"), member("all", "inbox:a")
    held, taken = first.fenced("inbox:a"), second.fenced("inbox:a")
    assert not await first.store.write(held.is_ours_in)
    await first.join()
    await until(lambda: first.duties.done == {"inbox:a"})
    assert await first.store.write(held.is_ours_in)
    first.stand_still()
    await second.join()
    await until(lambda: second.duties.done == {"inbox:a"})
    # It takes itself for the owner still.
    assert first.leases.does("inbox:a")
    assert not await first.store.write(held.is_ours_in)
    assert await second.store.write(taken.is_ours_in)


async def test_what_is_handed_over_ends_first_and_has_one_owner_all_the_while(
    member: Made,
) -> None:
    first, second = member("all", "inbox:a", "inbox:b"), member("all", "inbox:a", "inbox:b")
    first.duties.slow = asyncio.Event()
    await first.join()
    await until(lambda: len(first.duties.done) == 2)
    await second.join()
    # What is on the wire takes longer than a process is believed to live without a word.
    await asyncio.sleep(LASTS * 1.5)
    assert len(first.duties.done) == 2
    await first.fenced("inbox:b").write(put, "the last word")
    assert second.duties.done == set()
    first.duties.slow.set()
    await until(lambda: len(second.duties.done) == 1)
    assert not first.duties.done & second.duties.done


async def test_a_process_that_ends_in_good_order_hands_back_at_once(member: Made) -> None:
    first, second = member(), member()
    await first.join()
    await second.join()
    await until(lambda: len(first.duties.done) == len(second.duties.done) == 2)
    await first.leave()
    second.leases.wake()
    began = time.monotonic()
    await until(lambda: len(second.duties.done) == 4)
    assert time.monotonic() - began < LASTS
    assert second.buried == []
    assert first.buried == [first.number]


async def test_what_a_process_hands_back_at_its_end_is_done_elsewhere_before_its_last_ends(
    member: Made, server: Server
) -> None:
    names = [f"inbox:{one}" for one in "abcdef"]
    first, second = member("all", *names), member("all", *names)
    await first.join()
    await second.join()
    await until(lambda: len(first.duties.done) == len(second.duties.done) == 3)
    last = min(first.duties.done)
    first.duties.slow, first.duties.slow_ones = asyncio.Event(), [last]
    leaving = asyncio.create_task(first.leave())
    await until(lambda: second.duties.done == {*names} - {last})
    assert first.duties.done == {last}
    with watching(server) as outside:
        # As the version before says it of a process that takes nothing.
        roles = outside.execute("SELECT id, role FROM processes ORDER BY id").fetchall()
        assert roles == [(first.number, "web"), (second.number, "all")]
    first.duties.slow.set()
    await leaving
    await until(lambda: len(second.duties.done) == 6)


async def test_what_is_wanted_no_more_is_given_up_and_what_is_new_is_taken(member: Made) -> None:
    only = member("all", "inbox:a")
    await only.join()
    await until(lambda: only.duties.done == {"inbox:a"})
    only.duties.wanted = ["inbox:b"]
    only.leases.wake()
    await until(lambda: only.duties.done == {"inbox:b"})


async def test_a_number_grows_with_every_owner(member: Made, server: Server) -> None:
    numbers = list[int]()
    for _ in range(3):
        one = member("all", "inbox:a")
        await one.join()
        await until(lambda one=one: one.duties.done == {"inbox:a"})  # type: ignore[misc]
        numbers.append(one.leases.hold("inbox:a").claim().fence)
        await one.leave()
    assert numbers == sorted(set(numbers))
    with watching(server) as outside:
        assert outside.execute("SELECT owner FROM leases").fetchall() == [(None,)]
        assert outside.execute("SELECT count(*) FROM processes").fetchone() == (0,)


async def test_nothing_is_owned_by_two_however_they_come_and_go(
    member: Made, server: Server
) -> None:
    living: list[Member] = []
    with watching(server) as outside:
        for turn in range(9):
            if turn % 3 < 2:
                living.append(member())
                await living[-1].join()
            elif turn == 5:
                await living.pop(0).die()
            else:
                await living.pop(0).leave()
            await asyncio.sleep(0.4)
            owners = dict(outside.execute("SELECT name, owner FROM leases").fetchall())
            for one in living:
                for name in one.leases.held():
                    if one.leases.hold(name).stands:
                        assert owners[name] == one.number
    await until(lambda: sum(len(one.duties.done) for one in living) == 4)


def test_everybody_does_as_much_as_the_others_or_one_more() -> None:
    assert _share(5, ["all"]) == 5
    assert _share(5, ["worker", "web", "web", "all"]) == 3
    assert _share(4, ["worker", "worker", "worker", "worker", "worker"]) == 1
    assert _share(0, ["worker"]) == 0
