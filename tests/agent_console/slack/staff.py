"""The other side of the contract, kept in memory: what was heard, and what was pressed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agent_console.surface import Answer, Heard, Person
from bridge.channel import StorageUnavailableError


@dataclass(frozen=True)
class Press:
    """One press, command or form."""

    by: Person
    verb: str
    conversation_id: int | None
    value: str
    fields: Mapping[str, Sequence[str]] | None


def nothing_to_say(press: Press) -> Answer:
    """Answer a press without a word."""
    return Answer()


@dataclass
class FakeDesk:
    """Stores as the kernel does: each thing once by its key, all of a call or nothing."""

    stored: list[Heard] = field(default_factory=list)
    aside: list[tuple[bytes, str]] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    threads: dict[tuple[str, str], int] = field(default_factory=dict)
    kept_cursor: str | None = None
    down: bool = False
    waiting: int = 0
    """How many calls were refused because nothing could be stored."""
    answers: Callable[[Press], Answer] = nothing_to_say

    async def cursor(self) -> str | None:
        """Return the cursor."""
        return self.kept_cursor

    async def accept(self, events: Sequence[Heard], cursor: str | None = None) -> None:
        """Store what is new."""
        self._check()
        known = {one.key for one in self.stored}
        for one in events:
            if one.key not in known:
                self.stored.append(one)
                known.add(one.key)
        if cursor is not None:
            self.kept_cursor = cursor

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
        pressed = Press(by, verb, conversation_id, value, fields)
        self.presses.append(pressed)
        return self.answers(pressed)

    async def conversation_in(self, place: str, thread: str) -> int | None:
        """Return what was told of a thread."""
        return self.threads.get((place, thread))

    async def kept(self, sort: str) -> Mapping[str, str]:
        """Return nothing: Slack's windows carry what they need."""
        del sort
        return {}

    async def keep(
        self,
        sort: str,
        values: Mapping[str, str | None],
        *,
        within: int,
        about: int | None = None,
    ) -> None:
        """Keep nothing."""
        del sort, values, within, about

    def _check(self) -> None:
        if self.down:
            self.waiting += 1
            raise StorageUnavailableError("the disk is full")
