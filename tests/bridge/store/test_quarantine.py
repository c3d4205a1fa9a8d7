"""What is set aside is kept once, within limits, and for a month."""

from bridge.store import quarantine as q
from bridge.store.transactions import Store, Tx
from tests.clock import ManualClock


async def found(store: Store, inbox: str | None = None) -> list[q.Set]:
    given = {"inbox": inbox, "since": 0, "until": 2**53, "limit": 2000}
    return await store.read(lambda tx: tx.all(q.FOUND, **given))


async def test_what_comes_again_is_counted_and_not_kept_twice(
    store: Store, clock: ManualClock
) -> None:
    await store.write(q.put, "shop", b'{"x": 1}', "no sender")
    first = clock.now()
    clock.tick(60)
    await store.write(q.put, "shop", b'{"x": 1}', "no date")
    await store.write(q.put, "office", b'{"x": 1}', "no sender")
    (one,) = await found(store, "shop")
    assert (one.times, one.at, one.last_at, one.why) == (2, first, clock.now(), "no date")
    assert len(await found(store)) == 2


async def test_of_something_large_the_beginning_is_kept_and_its_size_is_known(
    store: Store,
) -> None:
    await store.write(q.put, "mail", b"x" * (q.LARGEST + 5), "it cannot be read")
    (one,) = await found(store)
    assert (one.size, one.kept) == (q.LARGEST + 5, q.LARGEST)
    assert len(await store.read(lambda tx: tx.the(q.RAW, id=one.id))) == q.LARGEST


async def test_beyond_the_limit_of_an_inbox_the_oldest_gives_way_and_of_no_other(
    store: Store,
) -> None:
    def many(tx: Tx) -> None:
        q.put(tx, "other", b"kept", "why")
        for number in range(q.MOST + 3):
            q.put(tx, "shop", str(number).encode(), "why")

    await store.write(many)
    left = await found(store, "shop")
    assert len(left) == q.MOST
    assert await store.read(lambda tx: tx.the(q.RAW, id=left[-1].id)) == b"3"
    assert len(await found(store, "other")) == 1


async def test_large_things_give_way_by_their_bytes(store: Store) -> None:
    def many(tx: Tx) -> None:
        for number in range(q.MOST_BYTES // q.LARGEST + 2):
            q.put(tx, "mail", bytes([number]) * q.LARGEST, "why")

    await store.write(many)
    assert len(await found(store)) == q.MOST_BYTES // q.LARGEST


async def test_what_nobody_looks_for_in_a_month_is_forgotten(
    store: Store, clock: ManualClock
) -> None:
    await store.write(q.put, "shop", b"old", "why")
    clock.tick(q.KEPT / 1000 - 60)
    await store.write(q.put, "shop", b"new", "why")
    clock.tick(120)
    assert await store.write(q.forget) == 1
    assert [one.at for one in await found(store)] == [clock.now() - 120_000]
