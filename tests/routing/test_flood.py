"""How much is too much: buckets, decided without a database."""

import pytest

from routing.flood import (
    HOUR,
    MINUTE,
    Bucket,
    FloodLimits,
    Why,
    calm_in,
    counts_for,
    decided,
    poured,
)
from routing.flow import Flow, Pour
from tests.clock import ManualClock

TWENTY = Bucket(20, MINUTE)


def counted(pour: Pour, limits: FloodLimits, sender: int = 1, **given: object) -> Why | None:
    address = given.pop("address", None)
    assert address is None or isinstance(address, str)
    return pour.count(limits, sender, address, answered=bool(given.pop("answered", False)))


def test_a_bucket_lets_as_many_through_at_once_as_it_says() -> None:
    full_at, empty = 0.0, []
    for _ in range(22):
        full_at, was_empty = poured(full_at, TWENTY, now=0.0)
        empty.append(was_empty)
    assert empty == [False] * 20 + [True] * 2


def test_a_bucket_fills_at_its_rate_and_owes_never_more_than_all_of_it() -> None:
    full_at = 0.0
    for _ in range(1000):
        full_at, _ = poured(full_at, TWENTY, now=0.0)
    assert full_at == MINUTE
    assert poured(full_at, TWENTY, now=2_999.0).was_empty
    assert not poured(full_at, TWENTY, now=3_000.0).was_empty


def test_it_is_calm_when_a_quarter_of_the_bucket_is_free() -> None:
    assert calm_in(float(MINUTE), TWENTY, now=0.0) == 15_000
    assert calm_in(float(MINUTE), TWENTY, now=15_000.0) == 0
    assert calm_in(0.0, TWENTY, now=5.0) == 0


@pytest.mark.parametrize(
    ("empty", "running", "ends_at", "held"),
    [
        (None, None, 0, None),
        ("sender", None, 0, "sender"),
        (None, "sender", 11, "sender"),
        (None, "sender", 10, None),
        ("inbox", "sender", 10, "inbox"),
    ],
)
def test_a_message_is_held_over_the_limit_and_until_the_flood_is_over(
    empty: str | None, running: str | None, ends_at: int, held: str | None
) -> None:
    assert decided(empty, running, ends_at, now=10) == held  # type: ignore[arg-type]


def test_a_crowd_holds_nobody_whom_an_agent_has_answered() -> None:
    assert [counts_for(one, answered=True) for one in ("sender", "inbox", "address")] == [
        True,
        False,
        False,
    ]
    assert all(counts_for(one, answered=False) for one in ("sender", "inbox", "address"))


def test_both_the_minute_and_the_hour_count() -> None:
    clock = ManualClock()
    pour = Pour(Flow(clock))
    limits = FloodLimits(sender=(Bucket(20, MINUTE), Bucket(30, HOUR)))
    held = 0
    for _ in range(40):
        held += counted(pour, limits) is not None
        clock.tick(4)
    # 15 a minute is within the minute's; the hour's lets its 30 through, and one more.
    assert held == 9


def test_each_sender_has_their_own_bucket_and_an_address_shares_one() -> None:
    pour = Pour(Flow(ManualClock()))
    limits = FloodLimits(sender=(Bucket(2, MINUTE),), address=(Bucket(5, MINUTE),))
    found = [counted(pour, limits, sender, address="1.2.3.4") for sender in (1, 2, 3, 4)]
    assert found == [None] * 4
    assert counted(pour, limits, 5, address="1.2.3.4") is None
    assert counted(pour, limits, 6, address="1.2.3.4") == "address"
    assert counted(pour, limits, 6, address="1.2.3.4", answered=True) is None
    assert counted(pour, limits, 7, address="5.6.7.8") is None


def test_a_flood_lasts_until_every_bucket_that_holds_is_calm() -> None:
    clock = ManualClock()
    pour = Pour(Flow(clock))
    limits = FloodLimits(sender=(Bucket(4, MINUTE),), address=(Bucket(2, HOUR),))
    for _ in range(4):
        counted(pour, limits, address="1.2.3.4")
    # A quarter of the minute's, a quarter of the hour's; the address holds no answered sender.
    assert pour.calm_in(answered=True) == MINUTE / 4
    assert pour.calm_in(answered=False) == HOUR / 4
    clock.tick(60)
    assert pour.calm_in(answered=True) == 0


def test_what_was_not_stored_does_not_count() -> None:
    flow = Flow(ManualClock())
    limits = FloodLimits(sender=(Bucket(2, MINUTE),))
    for _ in range(10):
        pour = Pour(flow)
        assert counted(pour, limits) is None
        pour.undo_all()
    kept = Pour(flow)
    counted(kept, limits)
    counted(kept, limits)
    kept.undo()
    assert counted(kept, limits) is None
    assert counted(kept, limits) == "sender"


def test_the_memory_of_buckets_is_bounded() -> None:
    flow = Flow(ManualClock(), most=10)
    pour, limits = Pour(flow), FloodLimits(sender=(Bucket(2, MINUTE),))
    for sender in range(100):
        counted(pour, limits, sender)
    assert len(flow) == 10


def test_setting_the_wall_clock_neither_fills_nor_empties_a_bucket() -> None:
    clock = ManualClock()
    pour, limits = Pour(Flow(clock)), FloodLimits(sender=(Bucket(2, MINUTE),))
    counted(pour, limits)
    counted(pour, limits)
    clock.jump(3600)
    assert counted(pour, limits) == "sender"
    clock.jump(-7200)
    clock.tick(60)
    assert counted(pour, limits) is None
