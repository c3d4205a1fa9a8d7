"""What goes wrong with the next calls of a method, when a test wants it to."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One call's misfortune.

    `reset` breaks the connection before or after the effect, `http` answers with that
    status and no effect, `status` refuses as the vendor does; `delay` is the seconds
    between the effect and its answer.
    """

    reset: Literal["before", "after"] | None = None
    http: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    delay: float = 0.0


class Faults:
    """The misfortunes that wait, by method, the next first."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)

    def plan(self, method: str, fault: Fault, *, times: int = 1) -> None:
        """Have the next `times` calls of a method go wrong."""
        self._waiting[method].extend([fault] * times)

    def take(self, method: str) -> Fault:
        """Return what happens to this call; a fault that does nothing where all is well."""
        waiting = self._waiting[method]
        return waiting.popleft() if waiting else Fault()
