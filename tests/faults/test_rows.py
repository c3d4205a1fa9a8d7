"""What runs in the town are said to have come to: what was measured, what was not, what fails."""

import random
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pytest

from tests.faults import power
from tests.faults.places import BEGINNING, NAMED, RARE
from tests.faults.power import Looked
from tests.faults.report import Report, Way
from tests.faults.town import __main__ as town
from tests.faults.town import runs
from tests.faults.town.disasters import EVERY, MANY, there_are
from tests.faults.town.failed import FAILED
from tests.faults.town.page import HEAD, SMALL, measured, page
from tests.faults.town.reached import HOUSES, Reached
from tests.faults.town.row import OF_POWER, Row
from tests.faults.town.runs import SEVERAL

FIRST, SECOND, THIRD = NAMED[:3]
WHOLE = Way(messages=8, lost=0, doubled_marked=1, doubled_unmarked=0, reordered=0, misrouted=0)


def came(scenario: str, *, backend: str = "sqlite", **more: Any) -> runs.Came:
    """Return what a run has come to in which nothing was wrong."""
    faults = {"kills": 1}
    report = Report(
        scenario=scenario, ground="all", backend=backend, seed=7, faults=faults, shown=WHOLE,
        sent=WHOLE, leaked=0, early=0, stuck=0, unproven=0,
    )  # fmt: skip
    return runs.Came(report, **more)


def killed(*places: str, scenario: str = "killed at named places", **more: Any) -> Row:
    """Return the row of a run that was to end at places."""
    return Row.of(came(scenario, **more), places)


def cells(text: str, scenario: str) -> dict[str, str]:
    """Return the figures of a page's line, by their columns."""
    line = next(one for one in text.splitlines() if f" | {scenario} | " in one)
    return dict(zip(HEAD, (one.strip() for one in line.strip("| ").split(" | ")), strict=True))


def test_what_a_loss_of_power_does_not_measure_is_no_zero_on_any_page() -> None:
    row = Row.of_power(Looked("loss of power", 3, images=9, answered=40), "images")
    text = page([row, killed(FIRST)])
    found = cells(text, "loss of power")
    assert (found["in"], found["faults"], found["lost"]) == ("40", "images 9", "0")
    others = set(HEAD[5:]) - {"faults", "lost"}
    assert {found[one] for one in others} == {"—"}
    assert cells(text, "killed at named places")["doubled, marked"] == "2"
    front = next(one for one in measured(text).splitlines() if "loss of power" in one)
    assert front.count("—") == len([one for one in SMALL if one in others])


def test_a_line_has_every_field_and_tells_a_zero_from_what_was_not_measured() -> None:
    of_power = str(Row.of_power(Looked("killed at a call", 3, images=9, answered=40), "kills"))
    assert of_power.startswith("sqlite, killed at a call, seed 3: in 40, out —, faults (kills 9)")
    in_town = str(killed(FIRST))
    fields = ("lost", "doubled marked", "doubled unmarked", "reordered", "misrouted", "stuck")
    for one in fields:
        assert f", {one} " in in_town
        assert one == "lost" or f", {one} —" in of_power
    assert ", recovery p99 0 s" in in_town
    assert ", recovery p99 — s" in of_power


def test_what_this_machine_cannot_do_is_told_in_the_line_and_on_the_page_with_what_it_needs() -> (
    None
):
    row = Row.of(came("disasters", cannot=["disk full"]))
    assert "NOT RUN: disk full, it needs root" in str(row)
    assert "- sqlite: disk full, which needs root" in page([row])


def test_what_another_machine_has_run_is_not_called_left_out() -> None:
    without, with_it = Row.of(came("disasters", cannot=["disk full"])), Row.of(came("disasters"))
    with_it.faults = {"disk full": 1}
    assert "Not run" not in page([without, with_it])


def test_without_strace_a_run_says_what_was_left_out_and_counts_no_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def nothing(*_: Any, **__: Any) -> runs.Came:
        return came("disasters")

    monkeypatch.setattr(power, "can_trace", lambda: False)
    monkeypatch.setattr(runs, "killed", nothing)
    monkeypatch.setattr(runs, "befallen", nothing)
    turn = town.rows(1.0, ["sqlite"], 1, 1, ())
    found = [next(turn) for _ in range(4)]
    lines = [str(one) for one in found if not one.was_run]
    assert [one.scenario for one in found if not one.was_run] == list(OF_POWER)
    assert all("NOT RUN, it needs strace" in one for one in lines)
    text = page(found)
    assert all(f"- sqlite: {one}, which needs strace" in text for one in OF_POWER)
    assert "| sqlite | loss of power |" not in text


def test_a_house_meets_the_disasters_of_its_own_database_alone() -> None:
    assert set(EVERY) - set(there_are("sqlite", many=False)) == {
        "PostgreSQL killed",
        "connections cut",
    }
    assert set(EVERY) - set(there_are("postgresql", many=False)) == {"disk full"}
    assert set(there_are("postgresql", many=True)) == set(MANY)


def test_a_place_that_was_tried_and_that_no_life_came_to_fails_the_run() -> None:
    row = killed(FIRST, SECOND, missed=[SECOND], passed={FIRST})
    assert [SECOND in one for one in town.wrong_with([row], ["sqlite"])] == [True]
    assert f"of these no run came to: {SECOND}" in page([row])


def test_a_place_that_a_life_came_to_at_another_time_is_told_and_fails_nothing() -> None:
    row = killed(FIRST, SECOND, missed=[SECOND], passed={FIRST})
    other = Row.of(came("disasters", passed={SECOND}))
    assert town.wrong_with([row, other], ["sqlite"]) == []
    assert f"tried in vain: {SECOND}" in page([row, other])


def test_a_place_that_there_was_no_time_for_is_counted_as_not_tried_and_fails_nothing() -> None:
    found = [killed(FIRST, passed={FIRST})]
    assert town.wrong_with(found, ["sqlite"]) == []
    assert f"not tried in the time there was: {len(NAMED) - 1}" in page(found)


def test_another_house_came_to_a_place_for_itself_alone() -> None:
    here = killed(SECOND, missed=[SECOND])
    there = killed(
        SECOND,
        scenario=f"killed at named places{SEVERAL}",
        backend="postgresql",
        passed={SECOND},
    )
    assert Reached.of("sqlite", [here, there]).never == [SECOND]
    assert Reached.of(f"postgresql{SEVERAL}", [here, there]).never == []


def test_a_broken_promise_fails_the_run_and_is_named() -> None:
    row = killed(FIRST, passed={FIRST})
    row.broken = {"sent lost": 2}
    (wrong,) = town.wrong_with([row], ["sqlite"])
    assert wrong.startswith("The promise was broken: sqlite, killed at named places, seed 7")


def test_seeds_that_failed_once_are_run_each_in_its_house(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, str, int]] = []

    async def killed(backend: str, seed: int, places: Sequence[str], *, many: bool) -> runs.Came:
        assert len(places) == 4
        ran.append((backend + SEVERAL * many, "killed at named places", seed))
        return came("killed at named places")

    async def befallen(backend: str, seed: int, names: Sequence[str], *, many: bool) -> runs.Came:
        assert set(names) == set(there_are(backend, many=many))
        ran.append((backend + SEVERAL * many, "disasters", seed))
        return came("disasters")

    monkeypatch.setattr(runs, "killed", killed)
    monkeypatch.setattr(runs, "befallen", befallen)
    list(town.again(HOUSES, 4))
    assert ran == [(one.house, one.run, one.seed) for one in FAILED]
    ran.clear()
    list(town.again(["sqlite"], 4))
    assert {house for house, _, _ in ran} == {"sqlite"}


def test_every_seed_of_which_the_page_says_that_it_failed_is_among_those_that_are_run_again() -> (
    None
):
    told = page([]).partition("Runs before these")[2].partition("Seeds that failed once")[0]
    named = {int(one) for some in re.findall(r"seeds?\s([\d\sand]+)", told) for one in some.split()
             if one.isdigit()}  # fmt: skip
    assert {11, 111, 121} <= named <= {one.seed for one in FAILED}


def test_a_row_is_kept_whole() -> None:
    row = killed(FIRST, SECOND, missed=[SECOND], passed={FIRST, THIRD}, cannot=["disk full"])
    assert Row(**asdict(row)) == row
    assert (row.places, row.passed) == ([FIRST], [FIRST, THIRD])


def test_what_is_soon_out_of_reach_comes_first_and_has_a_name() -> None:
    assert set(NAMED) > RARE | BEGINNING
    order = runs._in_any_order(random.Random(1), NAMED)
    assert set(order[: len(RARE)]) == RARE
