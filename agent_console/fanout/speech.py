"""Whether what somebody wrote in a thread is an answer or a note. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent_console.surface import Said


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is meant. An `aside` was meant for colleagues without being marked as a note."""

    kind: Literal["reply", "note", "aside"]
    text: str


def spoken(said: Said, prefixes: Sequence[str], *, explicit: bool) -> Spoken:
    """Tell an answer from a note.

    What begins with a prefix is a note, whatever else it holds. What calls somebody of the
    platform by name is for them: it becomes a note, and never goes out. Where answers are
    explicit, only what is quoted (`> text`) is one.
    """
    text = said.text.strip()
    for prefix in sorted(prefixes, key=len, reverse=True):
        for one in _undressed(text):
            if _begins(one, prefix):
                return Spoken("note", one[len(prefix) :].strip())
    if said.only_mentions or said.mentions:
        return Spoken("aside", text)
    if not explicit:
        return Spoken("reply", text)
    quoted = _quoted(text)
    return Spoken("note", text) if quoted is None else Spoken("reply", quoted)


# Marks of our markup, and characters that nobody sees, before the first word.
_DRESS = re.compile(r"^[\s*_~`>\u200b-\u200f\u2060\ufeff]+")
_ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~])")


def _undressed(text: str) -> tuple[str, str, str]:
    """Return a text as it is, without escapes, and without what it begins with unseen."""
    bare = _ESCAPED.sub("", text)
    return text, bare, _DRESS.sub("", bare)


def _begins(text: str, prefix: str) -> bool:
    """A prefix is recognised in any case, and without the space it may end in before a break."""
    begun = text[: len(prefix)].casefold() == prefix.casefold()
    return begun or (text + "\n").startswith(prefix.rstrip() + "\n")


def _quoted(text: str) -> str | None:
    lines = text.split("\n")
    if not text or not all(line.startswith(">") for line in lines):
        return None
    return "\n".join(line[1:].strip() for line in lines)
