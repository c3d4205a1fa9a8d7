"""What a commit tells those who have to know of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from bridge.models import Event


@dataclass(slots=True)
class News:
    """What a commit brings others: the events it has appended, oldest first, and whom to wake."""

    events: list[Event] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)
    then: list[Callable[[], None]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.events or self.topics)

    def add(self, later: Self) -> None:
        """Take in what came after it."""
        self.events += later.events
        self.topics |= later.topics
        self.then += later.then
