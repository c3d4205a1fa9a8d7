"""Guards broken on purpose, as the last part of the page: measured all, or those it lacks."""

import re
import statistics
from collections.abc import Sequence

from tests.bench.figures import table
from tests.faults.mutants import MUTANTS, Mutant

MOST_SEEDS = 6
TITLE = "### Guards broken on purpose"
HEAD = ("guard", "looked for in", "told by", "seeds, median")
Rows = Sequence[Sequence[str]]
Which = Sequence[Mutant]
_TIMES = re.compile(r"first seed on: (\d+)\)")


def measured(times: int, which: Which = MUTANTS) -> Rows:
    """Look for each broken guard from several seeds on."""
    rows = []
    for one in which:
        took = [one.seeds_until_noticed(1 + 10 * n, MOST_SEEDS) for n in range(times)]
        missed = took.count(None)
        median = statistics.median(MOST_SEEDS + 1 if n is None else n for n in took)
        seen = f"{median:g}" + (f", not in {MOST_SEEDS}: {missed} times" if missed else "")
        rows.append((one.name, f"{one.scenario} ({one.ground.name})", one.count, seen))
        print(*rows[-1], sep="; ", flush=True)  # noqa: T201  # Whoever waits sees how far it is.
    return rows


def part(broken: Rows, times: int) -> str:
    """Return the part of the page."""
    return f"""{TITLE}

Each of our own guards is taken away, and its scenario run with one seed after the other until
the count tells (runs from another first seed on: {times}). That one heard thing is acted on once
is kept twice, by its key and by that of the message, so both are taken away.

{table(HEAD, broken)}
"""


def completed(page: str) -> str:
    """Return the page with the guards it lacked, looked for as often as those it has."""
    before, _, text = page.partition(TITLE)
    found = _TIMES.search(text)
    assert found is not None
    times = int(found[1])
    rows = {name: (name, *cells) for name, *cells in _rows(text)}
    lacking = [one for one in MUTANTS if one.name not in rows]
    rows |= {row[0]: tuple(row) for row in measured(times, lacking)}
    return before + part([rows[one.name] for one in MUTANTS], times)


def _rows(text: str) -> list[list[str]]:
    """Return the cells of each line under the head of the table."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:]]
