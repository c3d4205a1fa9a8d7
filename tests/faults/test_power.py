"""Losses of power, and kills at single calls of the system; `make faults` makes thousands."""

import pytest

from tests.faults import power
from tests.faults.town.row import Row
from tests.told import Tells

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not power.can_trace(), reason=f"it needs {power.NEEDS_STRACE}"),
]


def test_a_loss_of_power_takes_nothing_that_was_answered_for_and_damages_nothing(
    tells: Tells,
) -> None:
    looked = power.images(1, 200)
    tells(Row.of_power(looked, "images"))
    assert looked.answered > 1000
    assert looked.broken == {}


@pytest.mark.parametrize(
    ("pragma", "count"), [("synchronous=NORMAL", "lost"), ("synchronous=OFF", "damaged")]
)
def test_a_store_that_syncs_less_is_found_out(pragma: str, count: str) -> None:
    assert power.images(1, 60, 120, pragma).broken[count] > 0


def test_a_kill_at_any_write_or_sync_takes_nothing_that_was_answered_for(tells: Tells) -> None:
    looked = power.killed_at_calls(1, 4, within=120)
    tells(Row.of_power(looked, "kills"))
    assert looked.broken == {}
