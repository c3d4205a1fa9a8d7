"""Token buckets: fair over time, and bounded whoever asks."""

from bridge.web import Buckets
from tests.clock import ManualClock


def test_a_burst_passes_and_the_next_one_waits_for_a_token() -> None:
    clock = ManualClock()
    buckets = Buckets(clock, per_minute=60, burst=3)
    assert [buckets.take("a") for _ in range(4)] == [None, None, None, 1]
    clock.tick(1.0)
    assert buckets.take("a") is None
    assert buckets.take("a") == 1


def test_the_wait_is_told_in_whole_seconds_and_is_enough() -> None:
    clock = ManualClock()
    buckets = Buckets(clock, per_minute=2, burst=1)
    assert buckets.take("a") is None
    wait = buckets.take("a")
    assert wait == 30
    clock.tick(29.0)
    assert buckets.take("a") == 1
    clock.tick(1.0)
    assert buckets.take("a") is None


def test_a_refusal_costs_nothing() -> None:
    clock = ManualClock()
    buckets = Buckets(clock, per_minute=60, burst=1)
    buckets.take("a")
    for _ in range(100):
        buckets.take("a")
    clock.tick(1.0)
    assert buckets.take("a") is None


def test_one_caller_does_not_use_up_anothers() -> None:
    buckets = Buckets(ManualClock(), per_minute=60, burst=1)
    assert buckets.take("a") is None
    assert buckets.take("b") is None
    assert buckets.take("a") == 1


def test_a_full_bucket_is_forgotten() -> None:
    clock = ManualClock()
    buckets = Buckets(clock, per_minute=60, burst=5)
    for n in range(100):
        buckets.take(str(n))
    clock.tick(10.0)
    buckets.take("last")
    assert len(buckets) == 1


def test_memory_is_bounded_whoever_asks() -> None:
    buckets = Buckets(ManualClock(), per_minute=1, burst=1, most=50)
    for n in range(10_000):
        buckets.take(f"address-{n}")
    assert len(buckets) == 50


def test_a_clock_that_stands_still_gives_nothing_away() -> None:
    buckets = Buckets(ManualClock(), per_minute=600, burst=10)
    passed = sum(buckets.take("a") is None for _ in range(1000))
    assert passed == 10
