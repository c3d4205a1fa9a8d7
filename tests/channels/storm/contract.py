"""The suite that every network passes: a few storms whose seeds are known, and one by hand.

`STORM_SEED=1234` repeats the storm of a report that failed.
"""

import os
from typing import ClassVar

import pytest

from tests.channels.storm.network import Network
from tests.channels.storm.storm import report
from tests.databases import DATABASES
from tests.told import Tells

# An even seed asks about uncertain answers, an odd one has them sent again and marked.
SEEDS = [int(os.environ["STORM_SEED"])] if "STORM_SEED" in os.environ else [3, 4]
# Each seed on one database, or a seed that is named on both: the report has each on both.
STORMS = [
    (seed, backend)
    for turn, seed in enumerate(SEEDS)
    for backend in (DATABASES if len(SEEDS) == 1 else [DATABASES[turn % len(DATABASES)]])
]


@pytest.mark.slow
class StormContract:
    """What holds on every network, whatever goes wrong."""

    network: ClassVar[type[Network]]

    @pytest.mark.parametrize(("seed", "backend"), STORMS)
    def test_nothing_is_lost_doubled_unmarked_or_brought_to_somebody_else(
        self, seed: int, backend: str, tells: Tells
    ) -> None:
        found = report(self.network, seed, backend=backend)
        tells(found)
        assert found.broken == {}, str(found)
