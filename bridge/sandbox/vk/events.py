"""What happens in the community, in one numbered stream that both ways out read."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.vk.shapes import VERSION


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `body` is what both ways out tell. `number` counts from 1."""

    number: int
    body: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Return the id that stays the same however often the event is told."""
        return str(self.body.get("event_id", ""))


class Events:
    """The stream of one community."""

    def __init__(self, group_id: int) -> None:
        """Begin with nothing told."""
        self._group_id = group_id
        self._listeners: list[Callable[[Event], None]] = []
        self.all: list[Event] = []

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Have every further event given to `listener`."""
        self._listeners.append(listener)

    def emit(self, kind: str, thing: Mapping[str, Any]) -> Event:
        """Tell an event."""
        number = len(self.all) + 1
        named = f"{self._group_id}:{number}:{kind}"
        return self.tell(
            {
                "group_id": self._group_id,
                "type": kind,
                "event_id": hashlib.sha256(named.encode()).hexdigest()[:40],
                "v": VERSION,
                "object": thing,
            }
        )

    def tell(self, body: Mapping[str, Any]) -> Event:
        """Tell a body as it is: a broken one, or one that was told before."""
        event = Event(len(self.all) + 1, body)
        self.all.append(event)
        for listener in self._listeners:
            listener(event)
        return event
