"""`python -m tests.faults.town [--minutes N] [--results FILE] [--house H]`: the town, as a page.

`--at-once N`: at how many places each run is killed.

Runs the seeds that failed once, whatever the time. Then it runs one after the other until the
time is over, on both databases in turn and on PostgreSQL as several processes too, each with the
next seed: a share of the named places, disasters, losses of power, kills at calls of the system.
What they came to is added to the results, and docs/reference/faults.md is made of all of them.
What this machine cannot run is told in a line of its own, with what it would need.
"""

import argparse
import asyncio
import json
import logging
import random
import sys
import time
import warnings
from collections.abc import Container, Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from tests.desk import ROOT
from tests.faults import power
from tests.faults.places import NAMED
from tests.faults.town import runs
from tests.faults.town.disasters import there_are
from tests.faults.town.failed import FAILED
from tests.faults.town.page import PAGE, README, measured, page
from tests.faults.town.reached import HOUSES, Reached
from tests.faults.town.row import OF_POWER, Row
from tests.faults.town.runs import SEVERAL

AT_ONCE, IMAGES, CALLS = 10, 250, 6


def rows(
    minutes: float, houses: Sequence[str], first: int, at_once: int, known: Sequence[Row]
) -> Iterator[Row]:
    """Run until the time is over; places that are in no row that is `known` come first."""
    end, seed = time.monotonic() + minutes * 60, first
    left = {one: _shuffled(first, _tried(one, known)) for one in houses}
    while time.monotonic() < end:
        for house in houses:
            if not left[house]:
                left[house] = _shuffled(seed)
            places = [left[house].pop() for _ in range(min(at_once, len(left[house])))]
            yield _killed(house, seed, places)
            yield _befallen(house, seed)
        if "sqlite" in houses:
            yield from _power(seed)
        seed += 1


def _tried(house: str, known: Sequence[Row]) -> set[str]:
    return {place for one in known if one.house == house for place in one.places}


def _shuffled(seed: int, tried: Container[str] = ()) -> list[str]:
    """Return all places, of which the last is taken first: those that were tried come last."""
    mixed = random.Random(seed).sample(NAMED, len(NAMED))
    return sorted(mixed, key=lambda one: one not in tried)


def again(houses: Sequence[str], at_once: int) -> Iterator[Row]:
    """Run the seeds that failed once, however long it takes."""
    for one in FAILED:
        if one.house not in houses:
            continue
        if one.run == "disasters":
            yield _befallen(one.house, one.seed)
        else:
            yield _killed(one.house, one.seed, _shuffled(one.seed)[-at_once:])


def _killed(house: str, seed: int, places: Sequence[str]) -> Row:
    backend, many = house.removesuffix(SEVERAL), house.endswith(SEVERAL)
    return Row.of(asyncio.run(runs.killed(backend, seed, places, many=many)), places)


def _befallen(house: str, seed: int) -> Row:
    backend, many = house.removesuffix(SEVERAL), house.endswith(SEVERAL)
    disasters = tuple(there_are(backend, many=many))
    return Row.of(asyncio.run(runs.befallen(backend, seed, disasters, many=many)))


def _power(seed: int) -> Iterator[Row]:
    """Have the power lost, where somebody may look at processes; say it where not."""
    if not power.can_trace():
        yield from (Row.not_run(one, seed) for one in OF_POWER)
        return
    yield Row.of_power(power.images(seed, IMAGES), "images")
    yield Row.of_power(power.killed_at_calls(seed, CALLS, within=300), "kills")


def main() -> None:
    """Run, keep, and write the page; fail by what `wrong_with` finds."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults.town")
    asked.add_argument("--minutes", type=float, default=45.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--at-once", type=int, default=AT_ONCE)
    asked.add_argument("--house", action="append", choices=HOUSES)
    asked.add_argument("--results", type=Path, help="a file that keeps what runs came to")
    given = asked.parse_args()
    found = _kept(given.results)
    houses = given.house or list(HOUSES)
    new = rows(given.minutes, houses, given.seed, given.at_once, tuple(found))
    for row in chain(again(houses, given.at_once), new):
        found.append(row)
        print(row, flush=True)
        if given.results is not None:
            with given.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
    text = page(found)
    _measured_anew(text)
    PAGE.write_text(text, encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}: {sum(one.was_run for one in found)} runs.")
    if wrong := wrong_with(found, houses):
        sys.exit("\n".join(wrong))


def wrong_with(found: Sequence[Row], houses: Sequence[str]) -> list[str]:
    """Return what runs fail by: a promise that was broken, a place that was tried and is none.

    A place to which some life came at another time, or that there was no time to try, is told
    on the page and fails nothing.
    """
    broken = [f"The promise was broken: {one}" for one in found if one.broken]
    never = [Reached.of(house, found).broken for house in houses]
    return [*broken, *(one for one in never if one is not None)]


def _measured_anew(text: str) -> None:
    """Have the front page's table say what the page says from now on."""
    old, front = measured(PAGE.read_text(encoding="utf-8")), README.read_text(encoding="utf-8")
    README.write_text(front.replace(old, measured(text)), encoding="utf-8")


def _kept(results: Path | None) -> list[Row]:
    if results is None or not results.exists():
        return []
    lines = results.read_text(encoding="utf-8").splitlines()
    return [Row(**json.loads(line)) for line in lines]


if __name__ == "__main__":
    # Of a run by itself alone: whoever calls `main` has other tests behind it.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    main()
