"""Words that tell whose they are, wherever they turn up."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["question", "answer", "colleague", "note", "stranger", "aside"]
_LETTERS: dict[Kind, str] = {
    "question": "q",
    "answer": "a",
    "colleague": "k",
    "note": "n",
    "stranger": "s",
    "aside": "m",
}
_KINDS: dict[str, Kind] = {letter: kind for kind, letter in _LETTERS.items()}
_WORD = re.compile(r"\b([qaknsm])(\d+)x(\d+)z\b")
_OWNER = re.compile(r"\bw(\d+)w\b")

FOR_CUSTOMERS: frozenset[Kind] = frozenset({"answer", "colleague"})
FOR_THREADS: frozenset[Kind] = frozenset({"question", "colleague"})


class Word(NamedTuple):
    """One thing that was said about a customer; the customer and the number are numbers."""

    kind: Kind
    customer: int
    number: int

    def __str__(self) -> str:
        """Return it as it is said."""
        return f"{_LETTERS[self.kind]}{self.customer}x{self.number}z"


def found(text: str) -> Iterator[Word]:
    """Yield the words of a text."""
    for letter, customer, number in _WORD.findall(text):
        yield Word(_KINDS[letter], int(customer), int(number))


def name_of(customer: int) -> str:
    """Return what a customer is called."""
    return f"Олена w{customer}w 🦊"


def owner_of(text: str) -> int | None:
    """Return whose card it is."""
    owner = _OWNER.search(text)
    return None if owner is None else int(owner[1])
