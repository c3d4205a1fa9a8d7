"""What is shown of a found message: the stretch around what was asked for."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.search.words import folded, unmarked

_AROUND = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a found text; `hit` where it is what was asked for."""

    text: str
    hit: bool


def snippet(line: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Return the text around the first hit, the hits marked."""
    line = unicodedata.normalize("NFC", line)
    hits = list(_hits(line, words))
    begin = max(0, hits[0][0] - _AROUND) if hits else 0
    end = min(len(line), begin + 3 * _AROUND)
    pieces, at = [Piece("…", hit=False)] if begin else [], begin
    for first, last in hits:
        if last > end:
            break
        if first > at:
            pieces.append(Piece(line[at:first], hit=False))
        pieces.append(Piece(line[first:last], hit=True))
        at = last
    rest = line[at:end] + ("…" if end < len(line) else "")
    return tuple(pieces) if not rest else (*pieces, Piece(rest, hit=False))


def _hits(line: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where the words stand in a line, to the end of each."""
    plain = folded(line)
    if len(plain) != len(line):
        # A letter that is two when it is small ("İ") would move all places behind it.
        plain = "".join(small if len(small := folded(char)) == 1 else char for char in line)
    sought = "|".join(
        re.escape(word) + (r"[^\W_]*" if len(word) > 1 else r"(?![^\W_])") for word in words
    )
    pattern = re.compile(rf"(?<![^\W_])(?:{sought.translate(unmarked())})")
    for found in pattern.finditer(plain.translate(unmarked())):
        yield found.span()
