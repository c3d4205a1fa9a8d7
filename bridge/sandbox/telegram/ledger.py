"""What a model Bot API server remembers of all that went in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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


Entry = Call | Attempt | Dropped


@dataclass(slots=True)
class Ledger:
    """Everything, in its order."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Write something down."""
        self.entries.append(entry)

    def calls(self, *methods: str) -> list[Call]:
        """Return the calls of these methods, or of all."""
        calls = [one for one in self.entries if isinstance(one, Call)]
        return [one for one in calls if not methods or one.method in methods]

    @property
    def attempts(self) -> list[Attempt]:
        """Return the attempts at webhooks."""
        return [one for one in self.entries if isinstance(one, Attempt)]

    @property
    def dropped(self) -> list[Dropped]:
        """Return the updates that were lost."""
        return [one for one in self.entries if isinstance(one, Dropped)]
