"""To which of the named places the runs in a house came, and to which not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.faults.places import NAMED
from tests.faults.town.row import Row
from tests.faults.town.runs import SEVERAL

HOUSES = ("sqlite", "postgresql", f"postgresql{SEVERAL}")


@dataclass(frozen=True, slots=True)
class Reached:
    """All the named places but those at which the program was killed, by what is known of them."""

    house: str
    killed: Sequence[str]
    in_vain: Sequence[str]
    """Tried, and not killed at within a minute."""
    never: Sequence[str]
    """Of these, those to which no life of any run has come."""
    untried: Sequence[str]

    @classmethod
    def of(cls, house: str, found: Iterable[Row]) -> "Reached":
        """Return what the runs in one house came to, among all that are `found`."""
        here = [one for one in found if one.house == house]
        killed = {place for one in here for place in one.places}
        tried = {place for one in here for place in one.missed} | killed
        passed = {place for one in here for place in one.passed} | killed
        return cls(
            house,
            [one for one in NAMED if one in killed],
            [one for one in NAMED if one in tried and one not in killed],
            [one for one in NAMED if one in tried and one not in passed],
            [one for one in NAMED if one not in tried],
        )

    @property
    def broken(self) -> str | None:
        """Return what is to be said where a place is a name and nothing else."""
        return f"{self.house}: no run came to: {', '.join(self.never)}" if self.never else None

    def __str__(self) -> str:
        """Return it in a line of the page."""
        parts = [f"killed at {len(self.killed)} of {len(NAMED)} places"]
        if self.in_vain:
            parts.append(f"tried in vain: {', '.join(sorted(self.in_vain))}")
        if self.never:
            parts.append(f"of these no run came to: {', '.join(sorted(self.never))}")
        if self.untried:
            parts.append(f"not tried in the time there was: {len(self.untried)}")
        return f"{self.house}: {'; '.join(parts)}."
