"""What breaks us is found out, counted outside of what fails, and set aside at the third try."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bridge.channel import StorageUnavailableError, UnavailableError
from bridge.poison import Guard, Poison, guard, inhand
from bridge.poison.inhand import InHand
from bridge.store import quarantine as q
from bridge.store.transactions import Store
from tests.clock import ManualClock

WORDS = "🧨 адрес: улица Садовая"


class Way:
    """An adapter's way in: what it took, what was set aside, and what breaks it."""

    def __init__(self, store: Store, folder: Path, *breaks: str) -> None:
        self.poison = Poison(store, folder / "desk.inhand")
        self.guard = Guard(self.poison, "shop")
        self.breaks = set(breaks)
        self.error: Exception = RuntimeError(WORDS)
        self.calls: list[list[str]] = []
        self.taken: list[str] = []
        self.aside: list[tuple[str, str]] = []
        self.cursors = 0

    async def comes(self, *things: str) -> None:
        """Have some things come together."""
        await self.guard.over(things, str.encode, self._take, self._set_aside)

    async def _take(self, things: Sequence[str], last: Any) -> None:
        self.calls.append(list(things))
        if self.breaks.intersection(things):
            raise self.error
        self.taken += things
        self.cursors += last

    async def _set_aside(self, raw: bytes, why: str) -> None:
        self.aside.append((raw.decode(), why))


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PAUSE", 0.0)


async def test_what_is_in_order_is_taken_together_and_costs_no_row(
    store: Store, tmp_path: Path
) -> None:
    way = Way(store, tmp_path)
    await way.comes("one", "two", "three")
    assert way.calls == [["one", "two", "three"]]
    assert await store.read(lambda tx: tx.all(q.POISON_TRIES)) == []


async def test_what_breaks_its_handler_is_set_aside_at_the_third_try_and_its_neighbours_go_on(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    way = Way(store, tmp_path, "bad")
    await way.comes("one", "bad", "two")
    assert way.taken == ["one", "two"]
    assert way.aside == [("bad", "RuntimeError")]
    assert way.calls.count(["bad"]) == 3
    assert way.cursors == 1
    assert WORDS not in caplog.text


async def test_the_cursor_passes_what_was_set_aside_last_of_all(
    store: Store, tmp_path: Path
) -> None:
    way = Way(store, tmp_path, "bad")
    await way.comes("one", "bad")
    assert (way.taken, way.cursors) == (["one"], 1)


async def test_what_is_known_to_break_us_is_not_touched_when_it_comes_again(
    store: Store, tmp_path: Path
) -> None:
    way = Way(store, tmp_path, "bad")
    await way.comes("bad")
    tried = len(way.calls)
    await way.comes("bad")
    # Only the cursor is taken past it.
    assert way.calls[tried:] == [[]]
    assert len(way.aside) == 2


async def test_what_goes_well_at_last_is_suspected_no_more(store: Store, tmp_path: Path) -> None:
    way = Way(store, tmp_path)
    await way.poison.broke(q.digest_of("shop", b"once"))
    await way.comes("once", "other")
    assert way.calls == [["once"], ["other"]]
    assert await store.read(lambda tx: tx.all(q.POISON_TRIES)) == []


@pytest.mark.parametrize(
    "error",
    [StorageUnavailableError("the disk is full"), UnavailableError("away", reason="unavailable")],
)
async def test_a_database_or_a_network_that_is_away_is_nobodys_poison(
    store: Store, tmp_path: Path, error: Exception
) -> None:
    way = Way(store, tmp_path, "fine")
    way.error = error
    for _ in range(5):
        with pytest.raises(type(error)):
            await way.comes("fine")
    assert way.aside == []
    assert await store.read(lambda tx: tx.all(q.POISON_TRIES)) == []


async def test_three_deaths_with_one_of_many_in_hand_set_that_one_aside_and_no_other(
    store: Store, tmp_path: Path
) -> None:
    """The first time all that came together is suspected, from then on each is taken alone."""
    things = ("one", "bad", "two")
    marked = [q.digest_of("shop", one.encode()) for one in things]
    _dies(tmp_path / "desk.inhand", marked)
    for _ in range(2):
        way = Way(store, tmp_path)
        await way.poison.recall()
        assert way.poison.suspects([marked[1]])
        await way.comes("one")
        _dies(tmp_path / "desk.inhand", marked[1:2])
    way = Way(store, tmp_path, "bad")
    await way.poison.recall()
    await way.comes(*things)
    assert way.taken == ["one", "two"]
    assert way.aside == [("bad", guard.DIED)]
    assert ["bad"] not in way.calls


async def test_the_same_thing_in_two_inboxes_is_two_things(store: Store, tmp_path: Path) -> None:
    way = Way(store, tmp_path, "bad")
    await way.comes("bad")
    other = Way(store, tmp_path)
    other.poison, other.guard = way.poison, Guard(way.poison, "office")
    await other.comes("bad")
    assert other.taken == ["bad"]


async def test_counts_are_forgotten_in_time(
    store: Store, tmp_path: Path, clock: ManualClock
) -> None:
    way = Way(store, tmp_path, "bad")
    await way.comes("bad")
    clock.tick(q.KEPT / 1000 + 1)
    await store.write(q.forget)
    assert await store.read(lambda tx: tx.all(q.POISON_TRIES)) == []


def test_a_mark_outlives_a_kill_and_not_an_end_in_good_order(tmp_path: Path) -> None:
    path, digest = tmp_path / "desk.inhand", q.digest_of("shop", b"bad")
    _dies(path, [digest])
    hand = InHand(path)
    assert hand.left == [digest]
    hand.forget()
    with hand.marked([digest]):
        pass
    with pytest.raises(RuntimeError), hand.marked([digest]):
        raise RuntimeError
    hand.close()
    assert InHand(path).left == []


def test_how_long_the_first_of_what_is_in_hand_has_been_there_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(inhand, "monotonic", lambda: now)
    hand = InHand(tmp_path / "desk.inhand")
    first, second = (q.digest_of("shop", one) for one in (b"first", b"second"))
    with hand.marked([first]):
        now += 60
        with hand.marked([second]):
            now += 5
            assert hand.longest() == 65
        assert hand.longest() == 65
    assert hand.longest() == 0
    # The same thing that comes again and again is in hand anew each time.
    with hand.marked([first]):
        assert hand.longest() == 0


def test_more_at_once_than_there_is_room_for_is_handled_without_a_mark(tmp_path: Path) -> None:
    hand = InHand(tmp_path / "desk.inhand")
    many = [q.digest_of("shop", str(n).encode()) for n in range(600)]
    with hand.marked(many), hand.marked(many[:5]):
        left = InHand(tmp_path / "desk.inhand").left
    assert sorted(left) == sorted(many[-len(left) :]) or set(left) <= set(many)
    assert len(left) == 512
    assert InHand(tmp_path / "desk.inhand").left == []


def _dies(path: Path, digests: Sequence[str]) -> None:
    """Have a process be killed with these in hand."""
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from bridge.poison.inhand import InHand\n"
        "hand = InHand(Path(sys.argv[1])); hand.forget()\n"
        "with hand.marked(sys.argv[2:]): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(path), *digests], check=False)
    assert ended.returncode == -signal.SIGKILL
