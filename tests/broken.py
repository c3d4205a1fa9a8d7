"""A guard of ours that is broken on purpose, and how many seeds it takes until that is noticed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol


class Told(Protocol):
    """What a run came to."""

    @property
    def broken(self) -> Mapping[str, int]:
        """Return every count that must be zero and is not."""
        ...


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken guard: where it is looked for, and the count that must tell."""

    name: str
    where: str
    count: str
    lives: Callable[[int], Told]
    """Runs with a seed, without the guard."""

    def seeds_until_noticed(self, first: int, most: int) -> int | None:
        """Return how many seeds it took, `None` where so many did not do."""
        for number in range(most):
            if self.lives(first + number).broken.get(self.count, 0):
                return number + 1
        return None
