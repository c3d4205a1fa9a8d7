"""Scenarios notice a guard that is broken on purpose; `make faults` runs all of them."""

import pytest

from tests.faults.mutants import OF_NAME

# Those that are noticed at once; the others take their time.
QUICK = (
    "what nobody knows counts as not sent",
    "doubles are not marked",
    "nobody waits when asked to",
    "anybody is an agent",
    "nobody counts what breaks us",
)
SEEDS = 6


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_guard_that_is_broken_on_purpose_is_noticed(name: str) -> None:
    assert OF_NAME[name].seeds_until_noticed(1, SEEDS) is not None
