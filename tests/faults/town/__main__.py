"""`python -m tests.faults.town [--minutes N] [--results FILE] [--house H]`: the town, as a page.

`--at-once N`: at how many places each run is killed.

Runs one after the other until the time is over, on both databases in turn and on PostgreSQL as
several processes too, each with the next seed: a share of the named places, disasters, losses of
power, kills at calls of the system.
What they came to is added to the results, and docs/reference/faults.md is made of all of them.
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
from pathlib import Path

from tests.desk import ROOT
from tests.faults import power
from tests.faults.places import NAMED
from tests.faults.town import runs
from tests.faults.town.disasters import EVERY, MANY
from tests.faults.town.page import PAGE, README, Row, measured, page
from tests.faults.town.runs import SEVERAL

HOUSES = {
    "sqlite": ("sqlite", False),
    "postgresql": ("postgresql", False),
    f"postgresql{SEVERAL}": ("postgresql", True),
}
"""The databases, and whether the program is several processes."""
AT_ONCE, IMAGES, CALLS = 10, 250, 6


def rows(
    minutes: float, houses: Sequence[str], first: int, at_once: int, known: Sequence[Row]
) -> Iterator[Row]:
    """Run until the time is over; places that are in no row that is `known` come first."""
    end, seed = time.monotonic() + minutes * 60, first
    left = {one: _shuffled(first, _tried(one, known)) for one in houses}
    while time.monotonic() < end:
        for house in houses:
            backend, many = HOUSES[house]
            if not left[house]:
                left[house] = _shuffled(seed)
            places = [left[house].pop() for _ in range(min(at_once, len(left[house])))]
            yield Row.of(asyncio.run(runs.killed(backend, seed, places, many=many)), places)
            disasters = tuple(MANY if many else EVERY)
            yield Row.of(asyncio.run(runs.befallen(backend, seed, disasters, many=many)))
        if "sqlite" in houses and power.can_trace():
            yield _looked("loss of power", seed, power.images(seed, IMAGES), "images")
            calls = random.Random(seed).sample(range(1, 300), CALLS)
            yield _looked("killed at a call", seed, power.killed_at_calls(calls), "kills")
        seed += 1


def _tried(house: str, known: Sequence[Row]) -> set[str]:
    return {place for one in known if one.house == house for place in one.places}


def _shuffled(seed: int, tried: Container[str] = ()) -> list[str]:
    """Return all places, of which the last is taken first: those that were tried come last."""
    mixed = random.Random(seed).sample(NAMED, len(NAMED))
    return sorted(mixed, key=lambda one: one not in tried)


def _looked(scenario: str, seed: int, found: power.Looked, what: str) -> Row:
    faults = {what: found.images}
    return Row(
        "sqlite", scenario, seed, found.answered, 0, faults, found.broken, {"lost": found.lost}
    )


def main() -> None:
    """Run, keep, and write the page; fail where a promise was broken or a place never come to."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults.town")
    asked.add_argument("--minutes", type=float, default=45.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--at-once", type=int, default=AT_ONCE)
    asked.add_argument("--house", action="append", choices=HOUSES)
    asked.add_argument("--results", type=Path, help="a file that keeps what runs came to")
    given = asked.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    found = _kept(given.results)
    houses = given.house or list(HOUSES)
    for row in rows(given.minutes, houses, given.seed, given.at_once, tuple(found)):
        found.append(row)
        print(_line(row), flush=True)
        if given.results is not None:
            with given.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
    text = page(found)
    _measured_anew(text)
    PAGE.write_text(text, encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}: {len(found)} runs.")
    wrong = [_line(one) for one in found if one.broken]
    if wrong:
        sys.exit("\n".join(["The promise was broken:", *wrong]))


def _measured_anew(text: str) -> None:
    """Have the front page's table say what the page says from now on."""
    old, front = measured(PAGE.read_text(encoding="utf-8")), README.read_text(encoding="utf-8")
    README.write_text(front.replace(old, measured(text)), encoding="utf-8")


def _kept(results: Path | None) -> list[Row]:
    if results is None or not results.exists():
        return []
    lines = results.read_text(encoding="utf-8").splitlines()
    return [Row(**json.loads(line)) for line in lines]


def _line(row: Row) -> str:
    faults = ", ".join(f"{name} {count}" for name, count in row.faults.items())
    counts = ", ".join(f"{name} {count}" for name, count in row.counts.items())
    broken = f" BROKEN {dict(row.broken)} {list(row.missing)}" if row.broken else ""
    missed = f", never come to: {', '.join(row.missed)}" if row.missed else ""
    return (
        f"{row.backend}, {row.scenario}, seed {row.seed}: in {row.messages_in}, "
        f"out {row.messages_out}, faults ({faults}), {counts}{missed}{broken}"
    )


if __name__ == "__main__":
    main()
