"""Guards broken on purpose, as the last part of the page: measured all, or those it lacks."""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.figures import table
from tests.broken import Mutant
from tests.faults.mutants import MUTANTS

# From each first seed on so many are tried: a guard that all of them leave unnoticed is one that
# nothing here proves to be needed.
MOST_SEEDS = 12
TITLE = "### Guards broken on purpose"
HEAD = ("guard", "looked for in", "told by", "seeds, each time", "median")
Rows = Sequence[Sequence[str]]
Which = Sequence[Mutant]
_SEEDS = 3
_TIMES = re.compile(r"first seed on: (\d+)\)")


class SurvivedError(Exception):
    """Some guards were broken and nothing told, in a line each."""


@dataclass(frozen=True, slots=True)
class Looked:
    """How many seeds it took from each first one on; `None` where none of them told."""

    mutant: Mutant
    took: Sequence[int | None]

    @property
    def survived(self) -> bool:
        """Say whether it was left unnoticed from one first seed on, by every one that was tried."""
        return None in self.took

    @property
    def row(self) -> tuple[str, ...]:
        """Return the line of the table."""
        one = self.mutant
        known = [seeds for seeds in self.took if seeds is not None]
        median = "" if self.survived else f"{statistics.median(known):g}"
        each = ", ".join(f"not in {MOST_SEEDS}" if n is None else str(n) for n in self.took)
        return one.name, one.where, one.count, each, median

    def __str__(self) -> str:
        """Say that it survived."""
        return f"{self.mutant.name} ({self.mutant.where}): {self.row[_SEEDS]} seeds"


def measured(times: int, which: Which | None = None) -> Rows:
    """Look for each broken guard, or for these, from so many first seeds on.

    Raises `SurvivedError` with all that were left unnoticed, after the last was looked for.
    """
    looked = list(_looked(times, MUTANTS if which is None else which))
    if survivors := [str(one) for one in looked if one.survived]:
        raise SurvivedError("\n".join(survivors))
    return [one.row for one in looked]


def _looked(times: int, which: Which) -> Iterator[Looked]:
    for one in which:
        firsts = [1 + MOST_SEEDS * number for number in range(times)]
        yield (found := Looked(one, [one.seeds_until_noticed(n, MOST_SEEDS) for n in firsts]))
        print(*found.row, sep="; ", flush=True)  # noqa: T201  # Whoever waits sees how far it is.


def part(broken: Rows, times: int) -> str:
    """Return the part of the page."""
    took = [int(seeds) for row in broken for seeds in row[_SEEDS].split(", ")]
    return f"""{TITLE}

Each of our own guards is taken away, and its scenario, or a storm between customers and the
program, run with one seed after the other until the count tells (runs from another first seed
on: {times}). One that {MOST_SEEDS} seeds leave unnoticed makes `make faults` fail, and so it does
`make test`, which looks for each from one first seed on. Over all {len(broken)} guards the
median is {statistics.median(took):g} and the most {max(took)}. Alone this part is made by
`python -m tests.faults --guards`.

That one heard thing is acted on once is kept twice, by its key and by that of the message, so
both are taken away. The unique key by which a customer's message is stored once is really not
in the tables. Two owners have a store each, and leases as a process has them, on PostgreSQL and
in real time; one of them polls an inbox, stands still until the other does so, and goes on.

{table(HEAD, broken)}
"""


def anew(page: str, broken: Rows, times: int) -> str:
    """Return the page with this as the part of it."""
    before, _, _ = page.partition(TITLE)
    return before + part(broken, times)


def completed(page: str) -> str:
    """Return the page with the guards it lacked, looked for as often as those it has."""
    _, _, text = page.partition(TITLE)
    found = _TIMES.search(" ".join(text.split()))
    assert found is not None
    times = int(found[1])
    rows = {name: (name, *cells) for name, *cells in _rows(text)}
    lacking = [one for one in MUTANTS if one.name not in rows]
    rows |= {row[0]: tuple(row) for row in measured(times, lacking)}
    return anew(page, [rows[one.name] for one in MUTANTS], times)


def _rows(text: str) -> list[list[str]]:
    """Return the cells of each line under the head of the table."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:]]
