"""What is not stored but done at once: presses, commands, answers to questions, strays."""

from dataclasses import dataclass

from agent_console.surface import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class _There:
    """Where it was, on the platform; `thread` is empty outside of topics."""

    place: str
    thread: str
    message: str
    by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(_There):
    """A verb that was typed, and when (ms); an empty one was for another bot."""

    verb: str
    value: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(_There):
    """A button below `message`; `query` is what is answered."""

    query: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled(_There):
    """An answer, in words, to the message `question`."""

    question: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray(_There):
    """Words outside of any topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A group that the YAML does not name."""

    place: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLine:
    """What Telegram says of what we did ourselves."""

    place: str
    message: str


Aside = Command | Pressed | Filled | Stray | Stranger | ServiceLine
