"""What a surface hands over and asks, remembered; and what it is answered, as a test wants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from agent_console.surface import Answer, AnyHeard, Heard, Person
from bridge.channel import StorageUnavailableError


@dataclass
class Asked:
    """One press, as it was handed over."""

    by: Person
    verb: str
    conversation_id: int | None
    value: str
    fields: Mapping[str, Sequence[str]] | None


@dataclass
class RecordingDesk:
    """The other side of the contract (`StaffDesk`)."""

    heard: list[AnyHeard] = field(default_factory=list)
    stored: str | None = None
    aside: list[tuple[bytes, str]] = field(default_factory=list)
    presses: list[Asked] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    threads: dict[tuple[str, str], int] = field(default_factory=dict)
    things: dict[str, dict[str, str]] = field(default_factory=dict)
    """What is kept, by sort and name."""
    broken: bool = False
    """Whether nothing can be stored."""
    _keys: set[str] = field(default_factory=set)

    async def cursor(self) -> str | None:
        """Return the cursor that was stored last."""
        return self.stored

    async def accept(self, events: Sequence[Heard], cursor: str | None = None) -> None:
        """Store, each key once, and only what can be stored."""
        if self.broken:
            raise StorageUnavailableError("the disk is full")
        for event in events:
            if event.key not in self._keys:
                self._keys.add(event.key)
                again = msgspec.json.decode(msgspec.json.encode(event), type=AnyHeard)
                assert again == event
                self.heard.append(again)
        self.stored = cursor if cursor is not None else self.stored

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Keep aside."""
        if self.broken:
            raise StorageUnavailableError("the disk is full")
        self.aside.append((raw, why))

    async def press(
        self,
        by: Person,
        verb: str,
        *,
        conversation_id: int | None = None,
        value: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> Answer:
        """Remember it, and answer as the test has said: `verb!` once it is filled in."""
        if self.broken:
            raise StorageUnavailableError("the disk is full")
        self.presses.append(Asked(by, verb, conversation_id, value, fields))
        key = verb if fields is None else f"{verb}!"
        return self.answers.get(key, Answer(text=f"done: {verb}"))

    async def conversation_in(self, place: str, thread: str) -> int | None:
        """Return the conversation that a thread shows."""
        return self.threads.get((place, thread))

    async def kept(self, sort: str) -> Mapping[str, str]:
        """Return what is kept."""
        return dict(self.things.get(sort, {}))

    async def keep(
        self,
        sort: str,
        values: Mapping[str, str | None],
        *,
        within: int,
        about: int | None = None,
    ) -> None:
        """Keep, or forget."""
        del within, about
        if self.broken:
            raise StorageUnavailableError("the disk is full")
        kept = self.things.setdefault(sort, {})
        for name, value in values.items():
            if value is None:
                kept.pop(name, None)
            else:
                kept[name] = value
