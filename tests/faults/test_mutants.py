"""Scenarios notice a guard that is broken on purpose; `make faults` runs all of them."""

import pytest

from tests.channels.storm_report import PAGE
from tests.faults import guards
from tests.faults.mutants import MUTANTS, OF_NAME

# Those that are noticed at once; the others take their time.
QUICK = (
    "what nobody knows counts as not sent",
    "doubles are not marked",
    "nobody waits when asked to",
    "anybody is an agent",
    "nobody counts what breaks us",
)
SEEDS = 6


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_guard_that_is_broken_on_purpose_is_noticed(name: str) -> None:
    assert OF_NAME[name].seeds_until_noticed(1, SEEDS) is not None


def test_the_page_has_every_guard_that_is_broken() -> None:
    assert guards.completed(PAGE.read_text(encoding="utf-8")) == PAGE.read_text(encoding="utf-8")


def test_a_page_that_lacks_guards_gets_those_and_keeps_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, list[str]]] = []

    def measured(times: int, which: guards.Which) -> guards.Rows:
        asked.append((times, [one.name for one in which]))
        return [(one.name, "there", "a count", "2") for one in which]

    monkeypatch.setattr(guards, "measured", measured)
    kept = [(one.name, "here", "a count", "1") for one in MUTANTS[1:-1]]
    page = guards.completed("# Page\n\n" + guards.part(kept, 3))
    first, last = ((one.name, "there", "a count", "2") for one in (MUTANTS[0], MUTANTS[-1]))
    assert page == "# Page\n\n" + guards.part([first, *kept, last], 3)
    assert asked == [(3, [MUTANTS[0].name, MUTANTS[-1].name])]
