"""A run in the town as it is kept, and told of in a line; so is what this machine cannot run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.places import NAMED
from tests.faults.power import NEEDS_STRACE, Looked
from tests.faults.report import Report, p99
from tests.faults.town import runs
from tests.faults.town.disasters import NEEDS_ROOT
from tests.faults.town.runs import SEVERAL

NOT_MEASURED = "—"
COUNTS = (
    "lost", "doubled_marked", "doubled_unmarked", "reordered", "misrouted", "stuck", "uncertain",
    "given_up", "by_hand",
)  # fmt: skip
OF_POWER = ("loss of power", "killed at a call")
NEEDS: Mapping[str, str] = {**NEEDS_ROOT, **dict.fromkeys(OF_POWER, NEEDS_STRACE)}
"""What a machine must have for some of it to be run at all, by what it is called."""


@dataclass(slots=True)
class Row:
    """A run as it is kept. Of `counts` there are those that were measured.

    `passed` are the named places to which its lives came, `places` those at which they ended.
    """

    backend: str
    scenario: str
    seed: int
    messages_in: int
    messages_out: int | None
    """`None` where nothing goes out."""
    faults: Mapping[str, int]
    broken: Mapping[str, int]
    counts: Mapping[str, Any] = field(default_factory=dict)
    places: Sequence[str] = ()
    missed: Sequence[str] = ()
    cannot: Sequence[str] = ()
    missing: Sequence[str] = ()
    passed: Sequence[str] = ()

    @property
    def house(self) -> str:
        """Return the database, and whether the program was several processes."""
        return self.backend + (SEVERAL if self.scenario.endswith(SEVERAL) else "")

    @property
    def was_run(self) -> bool:
        """Say whether there was a run, or all there is to tell is what it would need."""
        return self.scenario not in self.cannot

    @classmethod
    def of(cls, came: runs.Came, places: Sequence[str] = ()) -> "Row":
        """Return the row of a run in the town."""
        found = came.report
        return cls(
            backend=found.backend,
            scenario=found.scenario,
            seed=found.seed,
            messages_in=found.shown.messages // 2,
            messages_out=found.sent.messages,
            faults=found.faults,
            broken=found.broken,
            counts=_counts(found),
            places=[one for one in places if one not in came.missed],
            missed=came.missed,
            cannot=came.cannot,
            missing=found.missing,
            passed=[one for one in NAMED if one in came.passed],
        )

    @classmethod
    def of_power(cls, found: Looked, what: str) -> "Row":
        """Return the row of images, or of whatever else was looked at."""
        counts = {"lost": found.lost, "damaged": found.damaged}
        faults = {what: found.images}
        return cls(
            "sqlite", found.scenario, found.seed, found.answered, None, faults, found.broken, counts
        )

    @classmethod
    def not_run(cls, scenario: str, seed: int) -> "Row":
        """Return the row of what this machine cannot run."""
        return cls("sqlite", scenario, seed, 0, None, {}, {}, cannot=(scenario,))

    def __str__(self) -> str:
        """Return it in a line."""
        whose = f"{self.backend}, {self.scenario}, seed {self.seed}"
        if not self.was_run:
            return f"{whose}: NOT RUN, it needs {NEEDS[self.scenario]}"
        faults = ", ".join(f"{name} {count}" for name, count in self.faults.items())
        measured = {**dict.fromkeys(COUNTS, NOT_MEASURED), **self.counts}
        late = measured.pop("p99", NOT_MEASURED)
        counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in measured.items())
        out = NOT_MEASURED if self.messages_out is None else self.messages_out
        return (
            f"{whose}: in {self.messages_in}, out {out}, faults ({faults}), {counts}, "
            f"recovery p99 {late} s"
            f"{self._not_done()}{self._broken()}"
        )

    def _not_done(self) -> str:
        cannot = "".join(
            f"; NOT RUN: {one}, it needs {NEEDS[one]}" for one in self.cannot if one in NEEDS
        )
        return (f"; not killed at: {', '.join(self.missed)}" if self.missed else "") + cannot

    def _broken(self) -> str:
        return f"; BROKEN {dict(self.broken)} {list(self.missing)}" if self.broken else ""


def _counts(found: Report) -> dict[str, Any]:
    names = ("lost", "doubled_marked", "doubled_unmarked", "reordered", "misrouted")
    counts: dict[str, Any] = {
        name: getattr(found.shown, name) + getattr(found.sent, name) for name in names
    }
    counts["lost"] -= min(found.uncertain, found.sent.lost)
    late = p99(found.recovery)
    same = {name: getattr(found, name) for name in ("uncertain", "stuck", "given_up", "by_hand")}
    return {**counts, **same, "p99": round(late)}
