"""Real processes in the whole town: ended at named places, and befallen by disasters.

`make faults` does it at every place and in many orders; here each database sees some of it.
`FAULT_SEED=1234` repeats a seed that failed.
"""

import asyncio
import os

import pytest

from tests.databases import DATABASES
from tests.faults.places import NAMED
from tests.faults.town import runs
from tests.faults.town.page import PAGE, README, measured
from tests.faults.town.row import Row
from tests.told import Tells

SEED = int(os.environ.get("FAULT_SEED", "1"))
# Whatever fails, its line tells the seed.
SEEDED = pytest.mark.parametrize("seed", [SEED], ids=[f"seed {SEED}"])
# In the middle of taking in, of sending, of posting to staff, of what staff say, and of a start.
SAMPLE = (
    "inside intake of vk",
    "after intake of telegram",
    "before the answer to POST /hooks/viber",
    "after a send by telegram_hook",
    "inside record",
    "after a commit",
)
# Each database sees two thirds of them, and both together all.
PLACES = {"sqlite": SAMPLE[:4], "postgresql": SAMPLE[2:]}
# One stands still until another does what it did, and wakes; one is killed; Redis is.
OF_MANY = ("stopped and continued", "kill -9", "SIGTERM", "Redis killed")
DISASTERS = ("SIGTERM", "database locked", "disk full", "connections cut", "network away")


def test_every_place_has_a_name_of_its_own_and_there_are_many() -> None:
    assert len(set(NAMED)) == len(NAMED) > 100


def test_the_front_page_has_the_figures_of_the_page() -> None:
    assert measured(PAGE.read_text(encoding="utf-8")) in README.read_text(encoding="utf-8")


def _kept_its_promise(came: runs.Came, tells: Tells) -> None:
    tells(Row.of(came))
    assert came.report.broken == {}, (str(came.report), came.report.missing)


def _came_everywhere(came: runs.Came, tells: Tells) -> None:
    _kept_its_promise(came, tells)
    assert came.missed == [], str(came.report)


@pytest.mark.slow
@pytest.mark.timeout(400)
@SEEDED
@pytest.mark.parametrize("backend", DATABASES)
def test_a_program_that_is_killed_at_a_place_with_a_name_keeps_its_promise(
    backend: str, seed: int, tells: Tells
) -> None:
    came = asyncio.run(runs.killed(backend, seed, PLACES[backend]))
    _came_everywhere(came, tells)


@pytest.mark.slow
@pytest.mark.timeout(400)
@SEEDED
def test_of_several_processes_one_that_is_killed_leaves_everything_to_the_others(
    seed: int, tells: Tells
) -> None:
    came = asyncio.run(runs.killed("postgresql", seed, SAMPLE, many=True))
    _came_everywhere(came, tells)


@pytest.mark.slow
@pytest.mark.timeout(400)
@SEEDED
def test_disasters_that_befall_one_of_several_processes_cost_nothing_but_time(
    seed: int, tells: Tells
) -> None:
    came = asyncio.run(runs.befallen("postgresql", seed, OF_MANY, many=True))
    assert came.cannot == [], str(came.report)
    _kept_its_promise(came, tells)


@pytest.mark.slow
@pytest.mark.timeout(400)
@SEEDED
@pytest.mark.parametrize("backend", DATABASES)
def test_disasters_that_befall_a_busy_program_cost_nothing_but_time(
    backend: str, seed: int, tells: Tells
) -> None:
    came = asyncio.run(runs.befallen(backend, seed, DISASTERS))
    _kept_its_promise(came, tells)
