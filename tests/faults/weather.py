"""What goes wrong with the calls of a platform: drawn for each call, and written down."""

import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from bridge.sandbox.faults import Fault, Faults

# What was on its way when the platform asked to wait is nobody's fault, in seconds: by the clock
# that the program goes by, and by the machine's, which stands still while that one runs ahead.
ON_ITS_WAY, ON_THE_WIRE = 1.0, 0.05


class TellsTime(Protocol):
    """A clock of the program's, and of the models'."""

    def now(self) -> int:
        """Return the wall time in ms."""
        ...

    def seconds(self) -> float:
        """Return the wall time in seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of fault, and how often it comes to the calls of these names (all, without any)."""

    kind: str
    fault: Fault
    rate: float
    calls: Collection[str] = ()
    waits: float = 0.0
    """For how long (s) the platform asks to wait, where it does."""

    @property
    def is_unknown(self) -> bool:
        """Say whether nobody can know what became of a call that meets it."""
        return self.kind not in {"429", "late answer"}


@dataclass(frozen=True, slots=True)
class Rest:
    """The platform has asked to wait: from when until when (s), before calls of this name."""

    name: str
    begins: float
    ends: float
    asked: float
    """The machine's time (s) then."""

    def forbids(self, one: "Arrival") -> bool:
        """Say whether the program knew better when it made this call."""
        return (
            one.name == self.name
            and self.begins + ON_ITS_WAY < one.at < self.ends
            and self.asked + ON_THE_WIRE < one.machine
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that has come: under which name it counts, and when (s), by both clocks."""

    name: str
    at: float
    machine: float


@dataclass
class Weather(Faults):
    """Draws a fault for each call while it is foul.

    `named` says under which name a call is counted where the platform asks to wait: `None`
    for what that does not concern.
    """

    clock: TellsTime
    chance: random.Random
    named: Callable[[str], str | None]
    troubles: Collection[Trouble] = ()
    foul: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    arrivals: list[Arrival] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing planned."""
        super().__init__()

    def take(self, call: str) -> Fault | None:
        """Write the call down, and return what is to go wrong with it."""
        now, name = self.clock.seconds(), self.named(call)
        if name is not None:
            self.arrivals.append(Arrival(name, now, time.monotonic()))
        planned = super().take(call)
        if planned is not None:
            self.seen["planned"] += 1
            return planned
        return self._drawn(call, name, now) if self.foul else None

    def _drawn(self, call: str, name: str | None, now: float) -> Fault | None:
        for one in self.troubles:
            if one.calls and call not in one.calls:
                continue
            if one.waits and name is None:
                continue
            if self.chance.random() < one.rate:
                self.seen[one.kind] += 1
                if one.waits and name is not None:
                    self.rests.append(Rest(name, now, now + one.waits, time.monotonic()))
                return one.fault
        return None

    def forgotten(self) -> None:
        """Let a program that begins anew call at once: it was told of nothing."""
        now = self.clock.seconds()
        self.rests = [replace(one, ends=min(one.ends, now)) for one in self.rests]

    @property
    def too_early(self) -> int:
        """Count the calls that came although the platform had asked to wait."""
        return sum(any(rest.forbids(one) for rest in self.rests) for one in self.arrivals)

    def counted(self) -> Mapping[str, int]:
        """Return how often each kind came."""
        return dict(sorted(self.seen.items()))
