"""The other side of the contract (`StaffDesk`), kept in memory: heard, pressed, answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from agent_console.surface import Answer, AnyHeard, Heard, Person, Standing
from bridge.channel import StorageUnavailableError
from bridge.clock import Clock


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
    pressed_at: list[int | None] = field(default_factory=list)
    """When each of them was done (ms), where the platform says so."""
    threads: dict[tuple[str, str], int] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    """What comes of each verb, of `verb!` once its form is filled in."""
    otherwise: Callable[[Pressed], Answer] = nothing_to_say
    """What comes of any other."""
    open_in: dict[str, Sequence[Standing]] = field(default_factory=dict)
    """Which threads are open in a place."""
    opened: list[tuple[str, int]] = field(default_factory=list)
    """Who has opened their inbox, and when (ms)."""
    clock: Clock = field(default_factory=Clock)
    things: dict[str, dict[str, str]] = field(default_factory=dict)
    """What is kept, by sort and name."""
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
        at: int | None = None,
    ) -> Answer:
        """Note it, and answer as the test has it."""
        self._check()
        pressed = Pressed(by, verb, conversation_id, value, fields)
        self.presses.append(pressed)
        self.pressed_at.append(at)
        known = self.answers.get(verb if fields is None else f"{verb}!")
        return self.otherwise(pressed) if known is None else known

    async def standing(self, place: str, since: int) -> Sequence[Standing]:
        """Return what the test says is open there."""
        return self.open_in.get(place, ())

    async def visited(self, account: str) -> None:
        """Keep it."""
        self._check()
        self.opened.append((account, self.clock.now()))

    async def visitors(self, since: int) -> Sequence[str]:
        """Return who has opened theirs since, the last at the end."""
        last = dict(sorted(self.opened, key=lambda one: one[1]))
        return [one for one, at in sorted(last.items(), key=lambda one: one[1]) if at > since]

    async def inbox(self, by: Person) -> Answer:
        """Answer as for a verb of that name, which nobody has pressed."""
        self._check()
        return self.answers.get("inbox") or self.otherwise(Pressed(by, "inbox", None, "", None))

    async def conversation_in(self, place: str, thread: str) -> int | None:
        """Return what was told of a thread."""
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
        self._check()
        kept = self.things.setdefault(sort, {})
        for name, value in values.items():
            if value is None:
                kept.pop(name, None)
            else:
                kept[name] = value

    def _check(self) -> None:
        if self.broken:
            self.refused += 1
            raise StorageUnavailableError("the disk is full")
