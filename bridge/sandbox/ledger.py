"""What every model platform keeps of its calls, and what went over its wire.

A vendor's own ledger adds what only that vendor has: attempts, uploads, what was given up.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

Side = Literal["asked", "told"]
"""Who began: the program `asked` the platform, or the platform `told` the program."""


@dataclass(frozen=True, slots=True)
class Payload:
    """One payload that went over the wire.

    `event` is the name of the method or of the event. `body` is what a webhook gets; of a
    call, it is `{"given": ..., "answer": ...}`.
    """

    side: Side
    event: str
    body: Any


class Wire:
    """Tells whoever listens of each payload, and that something may look different now."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._listeners: list[Callable[[Payload], None]] = []
        self._watchers: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[Payload], None]) -> None:
        """Have every further payload given to `listener`."""
        self._listeners.append(listener)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` whenever the platform may look different to its people."""
        self._watchers.append(watcher)

    def asked(self, method: str, given: Any, answer: Any) -> None:
        """A call of a method was answered."""
        self._carry(Payload("asked", method, {"given": given, "answer": answer}))

    def told(self, event: str, body: Any) -> None:
        """An event went out to the program."""
        self._carry(Payload("told", event, body))

    def changed(self) -> None:
        """Something that people see has changed."""
        for watcher in self._watchers:
            watcher()

    def _carry(self, payload: Payload) -> None:
        for listener in self._listeners:
            listener(payload)
        self.changed()


class OfMethod(Protocol):
    """A call, whatever else a vendor's ledger says of it."""

    @property
    def method(self) -> str:
        """Return the name of the method."""
        ...


CallT = TypeVar("CallT", bound=OfMethod)


@dataclass(slots=True)
class Ledger(Generic[CallT]):
    """The calls, oldest first, and the wire."""

    calls: list[CallT] = field(default_factory=list)
    wire: Wire = field(default_factory=Wire)

    def of(self, *methods: str) -> list[CallT]:
        """Return the calls of these methods."""
        return [one for one in self.calls if one.method in methods]
