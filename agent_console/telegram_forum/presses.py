"""What stands in a button: a verb, a conversation and a value, in the 64 bytes there are."""

import re
from dataclasses import dataclass
from typing import Literal

from agent_console.surface import Press

# core.telegram.org/bots/api#inlinekeyboardbutton
MOST = 64
_FORM = "#"
Move = Literal["option", "page", "done", "skip", "cancel"]
_MOVES: dict[str, Move] = {"o": "option", "p": "page", "d": "done", "s": "skip", "x": "cancel"}
_MOVE = re.compile(rf"{_FORM}([{''.join(_MOVES)}])(?:([0-9]+)\.)?([0-9]+)")
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
    question: int = 0
    """Which one of its form it was shown with: the next may stand in its place by now."""


def data_of(press: Press, conversation_id: int | None) -> str | None:
    """Return the data of a button; `None` where its value is too long for one."""
    number = "" if conversation_id is None else str(conversation_id)
    whole = f"{press.verb}:{number}:{press.value}"
    return whole if len(whole.encode()) <= MOST else None


def moves(move: Move, question: int, number: int = 0) -> str:
    """Return the data of a button below a form's question."""
    return f"{_FORM}{_LETTERS[move]}{question}.{number}"


def read(data: str) -> Pressed | Moved | None:
    """Return what a button says; `None` for what is none of ours."""
    if data.startswith(_FORM):
        return _moved(_MOVE.fullmatch(data))
    verb, found, rest = data.partition(":")
    conversation, other, value = rest.partition(":")
    if not verb or not found or not other or not (conversation == "" or conversation.isdigit()):
        return None
    return Pressed(verb, int(conversation) if conversation else None, value)


def _moved(found: re.Match[str] | None) -> Moved | None:
    """Without a number of its own, as earlier versions had it, it is a form's first question."""
    return Moved(_MOVES[found[1]], int(found[3]), int(found[2] or 0)) if found else None
