"""What the store promises on a server: turns, order, and a connection that comes back."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import psycopg
import pytest

from bridge.channel import StorageUnavailableError
from bridge.clock import Clock
from bridge.db import DatabaseError, Server
from bridge.db.postgresql import LONGEST_TURN
from bridge.store import log, passing
from bridge.store.processes import CONNECTED
from bridge.store.statement import Statement, value
from bridge.store.transactions import Store, Tx
from tests import postgres
from tests.databases import by_hand, hold, impatient, opened, until, watching


@pytest.fixture
def server() -> Iterator[Server]:
    lent = postgres.lent()
    yield lent
    postgres.given_back(lent)


@pytest.fixture
async def store(server: Server) -> AsyncIterator[Store]:
    async with opened(server, clock=Clock()) as here:
        yield here


def put(tx: Tx, key: str = "a", word: str = "слово") -> str:
    tx.run(log.PUT_META, key=key, value=word)
    return key


def get(tx: Tx, key: str = "a") -> str | None:
    return tx.one(log.GET_META, key=key)


def counts(tx: Tx) -> int:
    """Read, and write what follows from it: lost where another writes in between."""
    number = int(tx.one(log.GET_META, key="number") or 0) + 1
    tx.run(log.PUT_META, key="number", value=str(number))
    return log.append(tx, "counted")


def cut(store: Store) -> None:
    """Have the server end every connection of the store's."""
    with psycopg.connect(postgres.cluster().url("postgres"), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND application_name = 'deskbridge'",
            [store._writing._connection.info.dbname],  # type: ignore[attr-defined]
        )


async def test_of_two_processes_no_write_is_lost_and_each_event_is_seen_in_its_order(
    server: Server,
) -> None:
    async with opened(server, clock=Clock()) as one, opened(server, clock=Clock()) as other:
        seen: list[int] = []
        done = asyncio.Event()

        async def follow() -> None:
            going_on = True
            while going_on:
                last = done.is_set()
                going_on = await more() or not last

        async def more() -> bool:
            after = seen[-1] if seen else 0
            found = await one.read(lambda tx: tx.all(log.EVENTS_AFTER, after=after, limit=7))
            seen.extend(event.id for event in found)
            return bool(found)

        following = asyncio.create_task(follow())
        writes = [store.write(counts) for _ in range(100) for store in (one, other)]
        ids = await asyncio.gather(*writes)
        done.set()
        await following
        assert await one.read(get, "number") == "200"
        # A reader that goes on from the last id it has seen has missed none.
        assert seen == sorted(ids)


async def test_a_connection_that_was_cut_between_two_transactions_is_nobodys_loss(
    store: Store,
) -> None:
    await store.write(put)
    cut(store)
    assert await store.write(put, "b") == "b"
    assert await asyncio.gather(*(store.read(get) for _ in range(6))) == ["слово"] * 6


async def test_a_table_that_was_changed_under_what_is_prepared_is_read_and_written_on(
    server: Server, store: Store
) -> None:
    async def used(number: int) -> None:
        for key in ("a", f"b{number}"):
            await store.write(put, key)
            await store.write(get, key)

    for number in range(9):
        await used(number)
        await asyncio.gather(*(store.read(get) for _ in range(6)))
    with watching(server) as other:
        other.execute("ALTER TABLE meta ALTER COLUMN value TYPE varchar")
        try:
            await used(9)
            # Each of the readers finds it out once.
            await asyncio.gather(*(store.read(get) for _ in range(9)), return_exceptions=True)
            assert await asyncio.gather(*(store.read(get) for _ in range(9))) == ["слово"] * 9
        finally:
            other.execute("ALTER TABLE meta ALTER COLUMN value TYPE text")


async def test_what_is_undone_has_nothing_prepared_anew(store: Store) -> None:
    def prepared(tx: Tx) -> int:
        found = by_hand(tx, "SELECT count(*) FROM pg_prepared_statements").fetchone()
        return int(found[0])

    def refused(tx: Tx) -> None:
        put(tx)
        raise RuntimeError("by design")

    for _ in range(9):
        await store.write(put)
    before = await store.write(prepared)
    with pytest.raises(RuntimeError):
        await store.write(refused)
    assert await store.write(prepared) >= before > 0


async def test_a_connection_that_is_cut_in_a_transaction_leaves_nothing_and_is_made_anew(
    store: Store,
) -> None:
    def torn(tx: Tx) -> None:
        put(tx, "torn")
        cut(store)
        put(tx, "never")

    with pytest.raises(StorageUnavailableError):
        await store.write(torn)
    assert await store.read(get, "torn") is None
    assert await store.write(put, "b") == "b"


async def test_while_the_server_is_away_nothing_is_answered_well_and_then_all_goes_on(
    store: Store,
) -> None:
    await store.write(put)
    postgres.cluster().stop("fast")
    try:
        with pytest.raises(StorageUnavailableError):
            await store.write(put, "b")
        with pytest.raises(StorageUnavailableError):
            await store.read(get)
        assert store.writes
    finally:
        postgres.cluster().start()
    assert await store.write(put, "b") == "b"
    assert await store.read(get) == "слово"


async def test_a_server_that_is_killed_keeps_what_was_answered(store: Store) -> None:
    answered = [await store.write(put, f"{number}") for number in range(20)]
    postgres.cluster().stop("immediate")
    postgres.cluster().start()
    assert [await store.read(get, key) for key in answered] == ["слово"] * 20


async def test_whoever_has_the_turn_too_long_makes_the_others_wait_and_not_fail_for_good(
    store: Store, server: Server
) -> None:
    impatient(store)
    with watching(server) as other:
        hold(other)
        with pytest.raises(StorageUnavailableError):
            await store.write(put)
        # Readers go on meanwhile.
        assert await store.read(get) is None
        other.execute("ROLLBACK")
    assert await store.write(put) == "a"


async def test_the_server_knows_which_processes_live_and_at_once_which_do_not(
    server: Server,
) -> None:
    first, second = (Store(server, clock=Clock(), known_as=number) for number in (1, 2))
    # A command beside them is none.
    async with opened(server, clock=Clock()) as command:
        assert sorted(await command.read(connected)) == [1, 2]
        await first.close()
        assert await command.read(connected) == [2]
        # One whose connection was cut is there again with its next word.
        cut(second)
        await second.write(put)
        assert await command.read(connected) == [2]
    await second.close()


async def test_a_process_that_stands_still_in_its_turn_holds_the_others_up_for_seconds_only(
    server: Server,
) -> None:
    paused, other = (Store(server, clock=Clock(), known_as=number) for number in (1, 2))
    paused._writing.begin()
    began = time.monotonic()
    await other.write(put)
    assert LONGEST_TURN - 1 < time.monotonic() - began < LONGEST_TURN + 4
    # Its own transaction is gone, and it goes on all the same.
    paused._writing.roll_back()
    assert await paused.write(put, "b") == "b"
    await paused.close()
    await other.close()


def connected(tx: Tx) -> list[int]:
    return tx.all(CONNECTED)


@pytest.mark.parametrize(
    "met", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure]
)
async def test_what_met_another_transaction_is_done_again_and_nobody_notices(
    store: Store, met: Callable[[str], BaseException]
) -> None:
    runs: list[str] = []

    def meets(tx: Tx) -> str:
        runs.append(put(tx, f"run {len(runs)}"))
        if len(runs) < 3:
            raise met("in each other's way")
        return "done"

    neighbour, done = await asyncio.gather(store.write(put, "neighbour"), store.write(meets))
    assert (neighbour, done) == ("neighbour", "done")
    assert [await store.read(get, key) for key in runs] == [None, None, "слово"]


async def test_on_a_full_disk_nobody_in_the_group_is_answered_well_and_nothing_is_stored(
    store: Store,
) -> None:
    def grows(tx: Tx) -> None:
        put(tx, "large")
        raise psycopg.errors.DiskFull("could not extend file: No space left on device")

    answers = await asyncio.gather(
        store.write(put, "small"), store.write(grows), return_exceptions=True
    )
    assert [type(one) for one in answers] == [StorageUnavailableError] * 2
    assert await store.read(get, "small") is None


async def test_an_error_that_the_work_has_swallowed_fails_that_work_alone(store: Store) -> None:
    nonsense: Statement[int] = Statement(value, "SELECT 1 FROM meta WHERE value + 1 = 2")

    def swallows(tx: Tx) -> None:
        put(tx, "swallowed")
        try:
            tx.one(nonsense)
        except psycopg.Error:
            return

    bad, good = await asyncio.gather(
        store.write(swallows), store.write(put, "good"), return_exceptions=True
    )
    assert isinstance(bad, psycopg.Error)
    assert good == "good"
    found = [await store.read(get, key) for key in ("swallowed", "good")]
    assert found == [None, "слово"]


async def test_what_somebody_wrote_is_not_in_the_error_that_it_met(store: Store) -> None:
    broken: Statement[int] = Statement(value, "INSERT INTO meta (key) VALUES (:word)")
    with pytest.raises(psycopg.errors.NotNullViolation) as met:
        await store.write(lambda tx: tx.run(broken, word="моя таємниця"))
    assert "таємниця" not in str(met.value)
    assert "not-null" in str(met.value)


async def test_many_rows_are_read_as_they_are_wanted_and_others_between_them(store: Store) -> None:
    numbers: Statement[int] = Statement(value, "SELECT n FROM generate_series(1, :last) n")

    def work(tx: Tx) -> tuple[int, str | None]:
        total, between = 0, None
        for number in tx.each(numbers, last=2_500):
            total += number
            between = get(tx) if number == 1_100 else between
        return total, between

    await store.write(put)
    assert await store.read(work) == (2_500 * 2_501 // 2, "слово")


async def test_statements_are_prepared_once_and_stay_so_from_read_to_read(store: Store) -> None:
    await store.write(put)
    for _ in range(12):
        await asyncio.gather(*(store.read(get) for _ in range(3)))
    lines = [store._idle.get() for _ in range(store._idle.qsize())]
    prepared = [len(by_hand_names(line)) for line in lines]
    for line in lines:
        store._idle.put(line)
    assert max(prepared) > 0


def by_hand_names(line: object) -> list[str]:
    connection = line._connection  # type: ignore[attr-defined]
    rows = connection.execute("SELECT name FROM pg_prepared_statements").fetchall()
    return [name for (name,) in rows]


async def test_a_server_that_acknowledges_early_is_told_not_to(server: Server) -> None:
    with watching(server) as other:
        name = other.info.dbname
        other.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        try:
            async with opened(server, clock=Clock()) as careful:
                assert by_hand(careful, "SHOW synchronous_commit").fetchone() == ("on",)
        finally:
            other.execute(f"ALTER DATABASE {name} RESET synchronous_commit")


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (psycopg.OperationalError("the connection is closed"), True),
        (psycopg.errors.AdminShutdown("terminating connection"), True),
        (psycopg.errors.DiskFull("no space"), True),
        (psycopg.errors.TooManyConnections("no more"), True),
        (psycopg.errors.LockNotAvailable("lock timeout"), True),
        (psycopg.errors.ReadOnlySqlTransaction("the server became a standby"), True),
        (psycopg.errors.IoError("could not read block"), True),
        (psycopg.errors.UniqueViolation("there is one"), False),
        (psycopg.errors.UndefinedColumn("no such column"), False),
        (psycopg.DataError("a text with NUL"), False),
        (psycopg.errors.InFailedSqlTransaction("aborted"), False),
        (LookupError(), False),
    ],
)
def test_what_passes_by_is_told_from_a_mistake(error: BaseException, passes: bool) -> None:  # noqa: FBT001
    assert passing.is_passing(error) is passes


async def test_the_store_waits_for_nothing_that_is_not_there() -> None:
    nowhere = Server("postgresql://desk@/nowhere?host=/tmp/no-such-folder")
    with pytest.raises(DatabaseError, match="does not answer"):
        Store(nowhere, clock=Clock())
    await until(lambda: True)
