"""Scenarios notice a guard that is broken on purpose; `make faults` says after how many seeds.

The storms' are noticed in `tests/channels/storm/test_storms.py`.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.broken import Mutant
from tests.channels.storm_report import PAGE
from tests.faults import __main__ as command
from tests.faults import guards, owners
from tests.faults.mutants import MUTANTS, OF_NAME, STAFF

LOOKED_FOR_HERE = [one.name for one in (*STAFF, *owners.BROKEN)]


def mutant(name: str, *tells: int) -> Mutant:
    """Return a guard of which these seeds tell that it is broken, and others of something else."""

    def lives(seed: int) -> SimpleNamespace:
        broken: Mapping[str, int] = {"lost": 2} if seed in tells else {"early": 1}
        return SimpleNamespace(broken=broken)

    return Mutant(name, "there", "lost", lives)


@pytest.mark.slow
@pytest.mark.parametrize("name", LOOKED_FOR_HERE)
def test_a_guard_that_is_broken_on_purpose_is_noticed(name: str) -> None:
    assert OF_NAME[name].seeds_until_noticed(1, guards.MOST_SEEDS) is not None


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_what_one_process_at_a_time_does_is_done_once_whoever_stands_still(seed: int) -> None:
    found = owners.report(seed)
    assert found.taken > 0
    assert found.broken == {}, str(found)


def test_there_are_twenty_and_each_has_a_name_of_its_own() -> None:
    assert len(OF_NAME) == len(MUTANTS) >= 20


def test_the_seeds_are_counted_from_several_first_ones_on_and_their_median_is_told() -> None:
    # The first ones are 1, 13 and 25.
    rows = guards.measured(3, [mutant("a guard", 2, 13, 29)])
    assert rows == [("a guard", "there", "lost", "2, 1, 5", "2")]


def test_a_guard_is_no_survivor_by_the_count_of_another() -> None:
    assert mutant("a guard", 3).seeds_until_noticed(1, 2) is None
    assert mutant("a guard", 3).seeds_until_noticed(1, 3) == 3


@pytest.mark.parametrize("asked", [["--guards"], ["--lacking"], ["--kills", "0"]])
def test_a_guard_whose_absence_no_seed_tells_makes_the_command_fail_and_is_named(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n" + guards.part([("seen", "here", "a count", "1", "1")], 2))
    before = page.read_text()
    # From the second first seed on it is left unnoticed.
    three = [mutant("seen", 1, 13), mutant("the lock of the door", 1), mutant("a late one", 3, 20)]
    monkeypatch.setattr(guards, "MUTANTS", three)
    monkeypatch.setattr(command, "PAGE", page)
    monkeypatch.setattr(command, "scenarios", lambda _: ([], 1))
    monkeypatch.setattr(sys, "argv", ["faults", "--mutants", "2", *asked])
    with pytest.raises(SystemExit) as end:
        command.main()
    lines = str(end.value.code).splitlines()
    assert lines[1:] == ["the lock of the door (there): 1, not in 12 seeds"]
    assert page.read_text() == before


def test_the_page_has_every_guard_that_is_broken() -> None:
    assert guards.completed(PAGE.read_text(encoding="utf-8")) == PAGE.read_text(encoding="utf-8")


def test_a_page_that_lacks_guards_gets_those_and_keeps_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, list[str]]] = []

    def measured(times: int, which: guards.Which) -> guards.Rows:
        asked.append((times, [one.name for one in which]))
        return [(one.name, "there", "a count", "2", "2") for one in which]

    monkeypatch.setattr(guards, "measured", measured)
    kept = [(one.name, "here", "a count", "1", "1") for one in MUTANTS[1:-1]]
    page = guards.completed("# Page\n\n" + guards.part(kept, 3))
    first, last = ((one.name, "there", "a count", "2", "2") for one in (MUTANTS[0], MUTANTS[-1]))
    assert page == "# Page\n\n" + guards.part([first, *kept, last], 3)
    assert asked == [(3, [MUTANTS[0].name, MUTANTS[-1].name])]
