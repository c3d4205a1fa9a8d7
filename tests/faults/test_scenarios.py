"""Staff surfaces through every named scenario; `FAULT_SEED=1234` repeats one that failed."""

import itertools
import os
from collections.abc import Iterator

import pytest

from tests.databases import DATABASES
from tests.faults.ground import Ground
from tests.faults.scenarios import SCENARIOS, Scenario
from tests.faults.shift import report
from tests.told import Tells

SEEDS = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else [1, 2]


def drawn() -> Iterator[object]:
    """Yield each scenario with each seed.

    Platforms and databases take turns, but for a seed that is named.
    """
    for number, scenario in enumerate(SCENARIOS):
        for turn, seed in enumerate(SEEDS):
            all_of_it = list(itertools.product(scenario.grounds, DATABASES))
            one = (
                scenario.grounds[(number + turn) % len(scenario.grounds)],
                DATABASES[turn % len(DATABASES)],
            )
            for ground, backend in all_of_it if len(SEEDS) == 1 else [one]:
                name = f"{scenario.name}-{ground.name}-{seed}-{backend}"
                yield pytest.param(scenario, ground, seed, backend, id=name)


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "ground", "seed", "backend"), list(drawn()))
def test_nothing_is_lost_doubled_in_silence_or_brought_to_somebody_else(
    scenario: Scenario, ground: type[Ground], seed: int, backend: str, tells: Tells
) -> None:
    found = report(scenario, ground, seed, backend=backend)
    tells(found)
    assert found.broken == {}, str(found)
