"""The other side of the contract (`StaffDesk`), kept in memory: heard, pressed, answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from agent_console.surface import Answer, AnyHeard, Heard, Person, Standing
from bridge.channel import StorageUnavailableError


@dataclass(frozen=True)
class Pressed:
    """One press, command or form, as it was handed over."""

    by: Person
    verb: str
    conversation_id: int | None
    value: str
    fields: Mapping[str, Sequence[str]] | None


def nothing_to_say(pressed: Pressed) -> Answer:
    """Answer a press without a word."""
    return Answer()


@dataclass
class FakeDesk:
    """Stores as the kernel does: each thing once by its key, all of a call or nothing."""

    heard: list[AnyHeard] = field(default_factory=list)
    stored: str | None = None
    """The cursor."""
    aside: list[tuple[bytes, str]] = field(default_factory=list)
    presses: list[Pressed] = field(default_factory=list)
    threads: dict[tuple[str, str], int] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    """What comes of each verb, of `verb!` once its form is filled in."""
    otherwise: Callable[[Pressed], Answer] = nothing_to_say
    """What comes of any other."""
    open_in: dict[str, Sequence[Standing]] = field(default_factory=dict)
    """Which threads are open in a place."""
    broken: bool = False
    """Whether nothing can be stored."""
    refused: int = 0
    """How many calls were refused because of that."""

    async def cursor(self) -> str | None:
        """Return the cursor that was stored last."""
        return self.stored

    async def accept(self, events: Sequence[Heard], cursor: str | None = None) -> None:
        """Store what is new, as far as it survives being written and read."""
        self._check()
        known = {one.key for one in self.heard}
        for one in events:
            again = msgspec.json.decode(msgspec.json.encode(one), type=AnyHeard)
            assert again == one
            if again.key not in known:
                known.add(again.key)
                self.heard.append(again)
        self.stored = cursor if cursor is not None else self.stored

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Keep it aside."""
        self._check()
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
        """Note it, and answer as the test has it."""
        self._check()
        pressed = Pressed(by, verb, conversation_id, value, fields)
        self.presses.append(pressed)
        known = self.answers.get(verb if fields is None else f"{verb}!")
        return self.otherwise(pressed) if known is None else known

    async def standing(self, place: str, since: int) -> Sequence[Standing]:
        """Return what the test says is open there."""
        return self.open_in.get(place, ())

    async def inbox(self, by: Person) -> Answer:
        """Answer as for a verb of that name, which nobody has pressed."""
        self._check()
        return self.answers.get("inbox") or self.otherwise(Pressed(by, "inbox", None, "", None))

    async def conversation_in(self, place: str, thread: str) -> int | None:
        """Return what was told of a thread."""
        return self.threads.get((place, thread))

    def _check(self) -> None:
        if self.broken:
            self.refused += 1
            raise StorageUnavailableError("the disk is full")
