"""What the model was asked and what it told, so that a test need not believe the program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox import ledger


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method; `error` is `None` where it was `ok`."""

    method: str
    args: Mapping[str, Any]
    error: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to bring something to the app, by HTTP or over a socket.

    `answered` is the HTTP status, or 200 for an acknowledged envelope.
    """

    kind: str
    id: str
    payload: Mapping[str, Any]
    answered: int | None
    retry: int
    at: int


@dataclass(slots=True)
class Ledger(ledger.Ledger[Call]):
    """Everything, oldest first."""

    attempts: list[Attempt] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    """The ids of events that were given up, or came while nobody listened."""
    responses: list[Mapping[str, Any]] = field(default_factory=list)
    """What was posted to response addresses."""
