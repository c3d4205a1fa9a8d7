"""The time that several machines have in common, whatever their own clocks say."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.app import Program
from bridge.cli.config import known_kinds
from bridge.clock import Clock, CommonClock
from bridge.db import Server, clock_of
from bridge.settings import load
from bridge.store.transactions import Store, Tx
from tests import postgres
from tests.bridge.processes.conftest import Member
from tests.clock import ManualClock
from tests.databases import until

HOUR = 3600.0


@pytest.fixture
def server() -> Iterator[Server]:
    lent = postgres.lent()
    yield lent
    postgres.given_back(lent)


class Skewed(Clock):
    """The clock of a machine that differs from the others by so many seconds."""

    def __init__(self, by: float) -> None:
        """Differ from now on."""
        self.by = by

    def now(self) -> int:
        return super().now() + round(self.by * 1000)


def off(clock: Clock) -> float:
    """Return by how much a clock differs from the server's, which is this machine's, in s."""
    return abs(clock.now() - Clock().now()) / 1000


def learned(own: ManualClock, theirs: int) -> CommonClock:
    clock = CommonClock(own)
    clock.learn(theirs, asked=own.monotonic(), answered=own.monotonic())
    return clock


def test_time_goes_on_from_what_the_server_showed_while_the_own_clock_is_set() -> None:
    own = ManualClock()
    clock = learned(own, own.now() + 5_000)
    own.tick(10)
    own.jump(-HOUR)
    assert abs(clock.now() - (own.now() + 3_600_000 + 5_000)) <= 1
    assert clock.is_in_doubt


def test_a_machine_whose_own_clock_only_drifts_is_believed() -> None:
    own = ManualClock()
    clock = learned(own, own.now())
    own.tick(86_400)
    own.jump(0.4)
    assert not clock.is_in_doubt


def test_an_answer_that_took_long_moves_no_time_that_it_does_not_disprove() -> None:
    own = ManualClock()
    clock = learned(own, own.now())
    before, asked = clock.now(), own.monotonic()
    own.tick(3)
    # It was read at once, and the answer came three seconds later; or the other way round.
    clock.learn(before, asked=asked, answered=own.monotonic())
    clock.learn(before + 3_000, asked=asked, answered=own.monotonic())
    assert abs(clock.now() - before - 3_000) <= 1
    clock.learn(before + 60_000, asked=own.monotonic(), answered=own.monotonic())
    assert abs(clock.now() - before - 60_000) <= 1


@pytest.mark.parametrize("by", [HOUR, -HOUR])
async def test_processes_whose_machines_differ_by_an_hour_write_by_one_time(
    server: Server, by: float
) -> None:
    clock = clock_of(server, Skewed(by))
    assert off(clock) < 2
    store = Store(server, clock=clock)
    try:
        assert abs(await store.write(_now) - Clock().now()) < 2_000
    finally:
        await store.close()


async def test_a_machine_whose_clock_is_set_asks_before_it_writes_and_nothing_moves(
    server: Server,
) -> None:
    own, told = Skewed(0), list[int]()
    store = Store(server, clock=clock_of(server, own))
    store.on_jump = lambda _tx, by: told.append(by)
    try:
        await store.write(_now)
        own.by = HOUR
        assert store.clock_was_set()
        assert abs(await store.write(_now) - Clock().now()) < 2_000
        assert not store.clock_was_set()
        assert told == []
    finally:
        await store.close()


async def test_a_machine_that_slept_writes_by_the_time_of_the_server_at_once(
    server: Server,
) -> None:
    own, told = Skewed(0), list[int]()
    clock = clock_of(server, own)
    _sleeps(clock)
    store = Store(server, clock=clock)
    store.on_jump = lambda _tx, by: told.append(by)
    try:
        assert off(clock) > HOUR / 2
        assert abs(await store.write(_now) - Clock().now()) < 2_000
        assert [round(by / 1000 / HOUR) for by in told] == [1]
    finally:
        await store.close()


async def test_a_server_whose_clock_is_set_is_followed_within_seconds(server: Server) -> None:
    one = Member(server, 1, "all", "inbox:a")
    clock = one.store.clock = one.leases._me.clock = clock_of(server, Skewed(0))
    assert isinstance(clock, CommonClock)
    ahead = clock.now() + 3_600_000
    clock.learn(ahead, asked=clock.monotonic(), answered=clock.monotonic())
    assert off(clock) > HOUR / 2
    await one.join()
    await until(lambda: off(clock) < 2, seconds=5.0)
    one.stand_still()
    await one.store.close()


async def test_the_program_goes_by_the_clock_of_its_server_not_of_its_machine(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "deskbridge.yaml"
    path.write_text(
        'version: 1\nstorage: {database: "${DATABASE_URL}", media: {dir: "%s"}}\n'
        'server: {secret_key: "${SECRET}"}\nagents: {anna: {name: Anna}}\n'
        "channels: {site: {type: widget, key: k}}\n" % (tmp_path / "media"),
        encoding="utf-8",
    )
    environ = {"DATABASE_URL": server.url, "SECRET": "a secret of the tests, long enough"}
    with monkeypatch.context() as patched:
        patched.setattr(Clock, "now", lambda _: 0)
        program = Program(load(path, kinds=known_kinds(), environ=environ))
        assert abs(program.clock.now() - time.time() * 1000) < 2_000
    async with program.running():
        engine = program.owned("engine")
        await until(lambda: program.does("engine"))
        assert await engine.write(program.still_does, "engine")
        assert not await engine.write(program.still_does, "inbox:nobody's")


def _sleeps(clock: Clock) -> None:
    """Have an hour have passed that the clock which never jumps knows nothing of."""
    assert isinstance(clock, CommonClock)
    assert clock._ahead is not None
    clock._ahead -= HOUR * 1000  # The test looks inside: it believes that it is an hour ago.
    clock._apart -= HOUR * 1000


def _now(tx: Tx) -> int:
    return tx.now
