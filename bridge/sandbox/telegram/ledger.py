"""What a model Bot API server remembers of all that went in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox import ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a method, as it was answered (`ok`), or refused with `description`."""

    bot_id: int
    method: str
    params: Mapping[str, Any]
    at: float
    ok: bool
    description: str = ""
    files: Mapping[str, int] = field(default_factory=dict)
    """The sizes of the files that came with it, by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at handing an update to a webhook; `status` 0 means that nobody answered."""

    bot_id: int
    update_id: int
    at: float
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An update that nobody took while it lived."""

    bot_id: int
    update_id: int
    at: float


@dataclass(slots=True)
class Ledger(ledger.Ledger[Call]):
    """Everything, each kind in its order."""

    attempts: list[Attempt] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    """The updates that were lost."""
