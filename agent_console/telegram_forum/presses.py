"""What stands in a button: a verb, a conversation and a value, in the 64 bytes there are."""

from dataclasses import dataclass

from agent_console.surface import Press

# core.telegram.org/bots/api#inlinekeyboardbutton
MOST = 64
_FORM = "#"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button's data, read."""

    verb: str
    conversation_id: int | None
    value: str


def data_of(press: Press, conversation_id: int | None) -> str:
    """Return the data of a button; a value too long for it is cut, and then refused."""
    number = "" if conversation_id is None else str(conversation_id)
    whole = f"{press.verb}:{number}:{press.value}"
    return whole.encode()[:MOST].decode(errors="ignore")


def read(data: str) -> Pressed | None:
    """Return what a button says; `None` for what is none of ours."""
    verb, found, rest = data.partition(":")
    number, other, value = rest.partition(":")
    if not found or not other or not (number == "" or number.isdigit()):
        return None
    return Pressed(verb, int(number) if number else None, value)


def choice(at: int) -> str:
    """Return the data of an option of a form."""
    return f"{_FORM}{at}"


def chosen(data: str) -> int | None:
    """Return which option of a form was chosen, -1 for all that is done with many."""
    rest = data.removeprefix(_FORM)
    if rest == data or not rest.lstrip("-").isdigit():
        return None
    return int(rest)
