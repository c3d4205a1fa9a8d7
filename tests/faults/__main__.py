"""`python -m tests.faults [--minutes N] [--kills N] [--mutants N]`: faults of staff surfaces.

The scenarios run with one seed after the other for so many minutes, the program is killed so
often in a process of its own, and each broken guard is looked for from so many seeds on.
`--guards` looks for no more than the broken guards, `--lacking` for those of them that the
page does not have yet. A guard whose absence nothing tells is a failure, as a broken promise is.
"""

import argparse
import asyncio
import itertools
import logging
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tests.bench.figures import table
from tests.channels.storm_report import PAGE, STAFF
from tests.databases import DATABASES
from tests.desk import ROOT
from tests.faults import guards, processes
from tests.faults.report import Report, p99
from tests.faults.scenarios import SCENARIOS
from tests.faults.shift import Shift, report
from tests.faults.slack import SlackByHook, SlackBySocket
from tests.faults.telegram import TelegramGround

MINUTES, KILLS, FROM_SEEDS = 8.0, 3, 3
HEAD = (
    "database", "surface", "scenario", "runs", "in", "out", "faults", "lost", "doubled, marked",
    "doubled, unmarked", "reordered", "misrouted", "leaked", "early", "stuck", "recovery p99, s",
)  # fmt: skip
Found = Mapping[tuple[str, str, str], Sequence[Report]]


def scenarios(minutes: float) -> tuple[list[Report], int]:
    """Run every scenario with one seed after the other; return how far it came."""
    found: list[Report] = []
    end, seed = time.monotonic() + minutes * 60, 0
    while seed == 0 or time.monotonic() < end:
        seed += 1
        for scenario, backend in itertools.product(SCENARIOS, DATABASES):
            for ground in scenario.grounds:
                found.append(report(scenario, ground, seed, backend=backend))
                print(found[-1], flush=True)
    return found, seed


def killed(times: int) -> list[Report]:
    """Kill the program in a process of its own, on each platform."""
    found = []
    for ground in (SlackBySocket, SlackByHook, TelegramGround):
        for seed in range(1, times + 1):
            found.append(asyncio.run(processes.report(ground, seed)))
            print(found[-1], flush=True)
    return found


def row(found: Sequence[Report]) -> tuple[object, ...]:
    """Return the line of one scenario on one platform."""
    faults: dict[str, int] = defaultdict(int)
    for one in found:
        for kind, count in one.faults.items():
            faults[kind] += count

    def both(name: str) -> str:
        return " / ".join(
            str(sum(getattr(getattr(one, way), name) for one in found)) for way in ("shown", "sent")
        )

    def whole(name: str) -> int:
        return sum(getattr(one, name) for one in found)

    return (
        found[0].backend, found[0].ground, found[0].scenario, len(found),
        sum(one.shown.messages for one in found), sum(one.sent.messages for one in found),
        ", ".join(f"{kind} {count}" for kind, count in sorted(faults.items())) or "the scenario's",
        both("lost"), f"{sum(one.shown.doubled_marked for one in found)} / —",
        both("doubled_unmarked"), both("reordered"),
        both("misrouted"), whole("leaked"), whole("early"), whole("stuck"),
        round(p99([late for one in found for late in one.recovery])),
    )  # fmt: skip


def grouped(found: Sequence[Report]) -> Found:
    """Return the reports of each scenario on each platform and database."""
    rows: dict[tuple[str, str, str], list[Report]] = defaultdict(list)
    for one in found:
        rows[one.ground, one.scenario, one.backend].append(one)
    return rows


def section(found: Sequence[Report], seeds: int, broken: guards.Rows, times: int) -> str:
    """Return the part of the page that shows it."""
    rows = [row(some) for _, some in sorted(grouped(found).items())]
    return f"""{STAFF}

Made by `make faults`: the whole program on each database shows conversations in the model of Slack
(over Socket Mode, or called by it) or in a Telegram group with its limits, over real HTTP.
{Shift.customers} customers write {Shift.questions} numbered messages each; an agent answers in
their threads, writes notes, calls a colleague by name, answers elsewhere, and somebody who is no
agent writes as well. Calls are refused, throttled, broken off before and after they had their
effect, and answered late, at a rate; or what the scenario is called happens. Then everything
heals, every customer writes once more, and the platform's own threads and the customers' letter
boxes are counted. Time is that of a clock moved by hand; in `kill -9` the program is a process
in real time and on SQLite, killed twice as a message is there whose answer has not come, and once
at any moment. {seeds} seeds were reached in the time there was.

Two figures are to agents and to customers. Lost: in no thread, or at no customer. "Doubled,
marked" says in its own words that it may be there twice; on Slack a message is found by its
metadata, so there is none, and at customers none is looked for (—): each counts as unmarked.
"Reordered" counts neighbours that changed places; Slack tells
what people write in another order where it has to repeat itself. "Leaked" are notes, strangers'
words and words for colleagues that a customer got. "Early" are calls made later than a second
after the platform had asked to wait, and before that was over. "Recovery" is how long after all
was well (s) what had not come by then came. Lost, doubled unmarked, misrouted, leaked, early
and stuck must be zero; `FAULT_SEED` repeats one seed in the tests.

A second process on the same file does not begin, and says why.

{table(HEAD, rows)}

{guards.part(broken, times)}"""


def main() -> None:
    """Write the part of the page, or fail without it when a promise was broken."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults")
    asked.add_argument("--minutes", type=float, default=MINUTES)
    asked.add_argument("--kills", type=int, default=KILLS)
    asked.add_argument("--mutants", type=int, default=FROM_SEEDS)
    only = asked.add_mutually_exclusive_group()
    only.add_argument("--guards", action="store_true", help="only the guards, all of them")
    only.add_argument("--lacking", action="store_true", help="only guards the page lacks")
    given = asked.parse_args()
    try:
        page = _page(given)
    except guards.SurvivedError as error:
        sys.exit(f"Nothing tells that these guards are broken:\n{error}")
    PAGE.write_text(page, encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}.")


def _page(given: argparse.Namespace) -> str:
    """Return the page with what was asked for; raises `SurvivedError`."""
    if given.lacking:
        return guards.completed(PAGE.read_text(encoding="utf-8"))
    if given.guards:
        broken = guards.measured(given.mutants)
        return guards.anew(PAGE.read_text(encoding="utf-8"), broken, given.mutants)
    found, seeds = scenarios(given.minutes)
    found += killed(given.kills)
    print(f"{seeds} seeds, {len(found)} runs.")
    if wrong := [f"{one}: {one.broken}" for one in found if one.broken]:
        sys.exit("\n".join(["The promise was broken:", *wrong]))
    broken = guards.measured(given.mutants)
    head, _, _ = PAGE.read_text(encoding="utf-8").partition(STAFF)
    return f"{head.rstrip()}\n\n{section(found, seeds, broken, given.mutants)}"


if __name__ == "__main__":
    # Of a run by itself alone: whoever calls `main` has other tests behind it.
    logging.disable(logging.CRITICAL)
    main()
