"""What the model was asked and what it told, so that a test need not believe the program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox import ledger


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method and the status it was answered with."""

    method: str
    payload: Mapping[str, Any]
    status: int
    at: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to bring a callback to the webhook; `answered` is its HTTP status, if any."""

    event: str
    token: int
    body: bytes
    answered: int | None
    at: int


@dataclass(frozen=True, slots=True)
class Carried:
    """A message of the bot's that the model took."""

    token: int
    receiver: str
    message: Mapping[str, Any]
    at: int


@dataclass(slots=True)
class Ledger(ledger.Ledger[Call]):
    """Everything, oldest first."""

    attempts: list[Attempt] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    """The tokens of callbacks that were given up after an hour."""
