"""What stands in a button: a verb, a conversation and a value, in the 64 bytes there are."""

from dataclasses import dataclass
from typing import Literal

from agent_console.surface import Press

# core.telegram.org/bots/api#inlinekeyboardbutton
MOST = 64
_FORM = "#"
Move = Literal["option", "page", "done", "skip", "cancel"]
_MOVES: dict[str, Move] = {"o": "option", "p": "page", "d": "done", "s": "skip", "x": "cancel"}
_LETTERS = {move: letter for letter, move in _MOVES.items()}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button's data, read."""

    verb: str
    conversation_id: int | None
    value: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What was done to a question: an option (by its number) chosen, a page turned ..."""

    move: Move
    number: int


def data_of(press: Press, conversation_id: int | None) -> str | None:
    """Return the data of a button; `None` where its value is too long for one."""
    number = "" if conversation_id is None else str(conversation_id)
    whole = f"{press.verb}:{number}:{press.value}"
    return whole if len(whole.encode()) <= MOST else None


def moves(move: Move, number: int = 0) -> str:
    """Return the data of a button below a question."""
    return f"{_FORM}{_LETTERS[move]}{number}"


def read(data: str) -> Pressed | Moved | None:
    """Return what a button says; `None` for what is none of ours."""
    if data.startswith(_FORM):
        move, number = _MOVES.get(data[1:2]), data[2:]
        return Moved(move, int(number)) if move and number.isdigit() else None
    verb, found, rest = data.partition(":")
    conversation, other, value = rest.partition(":")
    if not verb or not found or not other or not (conversation == "" or conversation.isdigit()):
        return None
    return Pressed(verb, int(conversation) if conversation else None, value)
