"""Showing a line of the file without ever showing a secret that stands in it.

Where the file could be parsed, only values whose type is known to be no secret are shown.
Where it could not, every longer word that is none of ours is masked, and whatever follows
a word that smells of a secret. Comments are cut off: they hold old tokens too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bridge.settings.shape import Shapes
from bridge.settings.source import Document, Mark, Scalar
from bridge.settings.veil import MASK, clean, suspects, veil_key

WIDEST = 110
_REFERENCE = re.compile(
    r"['\"]?\$\{[A-Za-z_][A-Za-z0-9_]*(?::\?[^}]*)?\}['\"]?|['\"]?\$\{file:[^}]*\}['\"]?"
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_SMELL = re.compile(
    r"(?i)(?:secret|token|passw|passphrase|credential|api_?key|private)\w*\W+(\S.*)$"
)
_WORD = re.compile(r"[^\s,{}\[\]\"']{12,}")
_NAME = re.compile(r"[a-z_.:|-]{1,40}")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line fit to be shown, and where the caret stands under it."""

    text: str
    caret: int
    width: int


def excerpt(document: Document, mark: Mark, shapes: Shapes | None) -> Excerpt | None:
    """Show the line of `mark`; without `shapes` the file could not be parsed."""
    if not 1 <= mark.line <= len(document.lines):
        return None
    line = _uncommented(document, mark.line)
    ranges = _known(document, shapes, mark.line, line) if shapes else _guessed(line)
    return _show(line, _merged(ranges), mark)


def _uncommented(document: Document, number: int) -> str:
    """Return a line up to its comment, which is no part of any key or value."""
    line, offset = document.lines[number - 1], document.starts[number - 1]
    ends = (scalar.end - offset for scalar in document.scalars.get(number, ()))
    comment = _COMMENT.search(line, min(len(line), max(ends, default=0)))
    return line[: comment.start()] if comment else line


def _known(document: Document, shapes: Shapes, number: int, line: str) -> Iterator[tuple[int, int]]:
    offset = document.starts[number - 1]
    for scalar in document.scalars.get(number, ()):
        start, end = max(0, scalar.start - offset), min(len(line), scalar.end - offset)
        text = document.text[scalar.start : scalar.end]
        if start < end and not _is_shown(scalar, text, shapes):
            yield start, end
    # Anchors and tags are no scalars.
    yield from suspects(line)


def _is_shown(scalar: Scalar, text: str, shapes: Shapes) -> bool:
    if scalar.is_key:
        above = (path[:-1] for path in scalar.paths)
        return all(map(shapes.is_open, above)) and veil_key(text) == text
    return bool(_REFERENCE.fullmatch(text)) or all(map(shapes.is_open, scalar.paths))


def _guessed(line: str) -> Iterator[tuple[int, int]]:
    smell = _SMELL.search(line)
    if smell and not _REFERENCE.fullmatch(smell[1].strip()):
        yield smell.start(1), len(line)
    for word in _WORD.finditer(line):
        if not _NAME.fullmatch(word.group()) and not _REFERENCE.fullmatch(word.group()):
            yield word.span()


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the line from `start` to `end`, and what is shown for it."""

    start: int
    end: int
    shown: str
    masked: bool


def _pieces(line: str, ranges: list[tuple[int, int]]) -> Iterator[_Piece]:
    at = 0
    for start, end in ranges:
        yield _Piece(at, start, clean(line[at:start]), masked=False)
        yield _Piece(start, end, MASK, masked=True)
        at = end
    yield _Piece(at, len(line), clean(line[at:]), masked=False)


def _show(line: str, ranges: list[tuple[int, int]], mark: Mark) -> Excerpt:
    pieces = list(_pieces(line, ranges))
    start = min(mark.column - 1, len(line))
    caret = _cells_before(pieces, start)
    # Inside a mask both ends are its beginning.
    width = _cells_before(pieces, min(start + mark.width, len(line))) - caret
    inside = any(piece.masked and piece.start <= start < piece.end for piece in pieces)
    text = "".join(piece.shown for piece in pieces).rstrip()
    return _clipped(text, caret, max(width, len(MASK) if inside else 1))


def _cells_before(pieces: list[_Piece], column: int) -> int:
    """Return how many cells of a terminal are shown before a column of the line."""
    cells = 0
    for piece in pieces:
        if column < piece.end:
            return cells + (0 if piece.masked else _cells(piece.shown[: column - piece.start]))
        cells += _cells(piece.shown)
    return cells


def _clipped(text: str, caret: int, width: int) -> Excerpt:
    """Keep a very long line to the part around the caret."""
    if _cells(text) <= WIDEST:
        return Excerpt(text, caret, width)
    cut = dropped = 0
    while caret - dropped > WIDEST // 2:
        dropped += _cell(text[cut])
        cut += 1
    end = cut
    while end < len(text) and _cells(text[cut : end + 1]) <= WIDEST:
        end += 1
    head, tail = "…" if cut else "", "…" if end < len(text) else ""
    column = caret - dropped + len(head)
    return Excerpt(f"{head}{text[cut:end]}{tail}", column, max(1, min(width, WIDEST - column)))


def _cells(text: str) -> int:
    """Count the cells a terminal gives to a text."""
    return sum(map(_cell, text))


def _cell(char: str) -> int:
    if unicodedata.combining(char) or char == "\N{VARIATION SELECTOR-16}":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
