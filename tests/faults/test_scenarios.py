"""Staff surfaces through every named scenario; `FAULT_SEED=1234` repeats one that failed."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.ground import Ground
from tests.faults.scenarios import SCENARIOS, Scenario
from tests.faults.shift import report
from tests.told import Tells

SEEDS = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else [1, 2]


def drawn() -> Iterator[object]:
    """Yield each scenario with each seed; platforms take turns, but for a seed that is named."""
    for number, scenario in enumerate(SCENARIOS):
        for turn, seed in enumerate(SEEDS):
            whole = scenario.grounds if len(SEEDS) == 1 else ()
            for ground in whole or [scenario.grounds[(number + turn) % len(scenario.grounds)]]:
                yield pytest.param(
                    scenario, ground, seed, id=f"{scenario.name}-{ground.name}-{seed}"
                )


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "ground", "seed"), list(drawn()))
def test_nothing_is_lost_doubled_in_silence_or_brought_to_somebody_else(
    scenario: Scenario, ground: type[Ground], seed: int, tells: Tells
) -> None:
    found = report(scenario, ground, seed)
    tells(found)
    assert found.broken == {}, str(found)
