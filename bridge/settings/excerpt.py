"""Showing a line of the file without ever showing a secret that stands in it.

Where the file could be parsed, only values whose type is known to be no secret are shown.
Where it could not, every longer word that is none of ours is masked, and whatever follows
a word that smells of a secret. Comments are cut off: they hold old tokens too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bridge.settings.secret import MASK
from bridge.settings.shape import Shapes
from bridge.settings.source import Document, Mark, Scalar

WIDEST = 110
SHORT = 12
MOST_DIGITS = 4
"""A key that is shorter, or letters with no more digits than these, is taken for a name."""
LONG = 16
"""From this length on, a word of letters and digits may be a key or a token."""
_REFERENCE = re.compile(
    r"['\"]?\$\{[A-Za-z_][A-Za-z0-9_]*(?::\?[^}]*)?\}['\"]?|['\"]?\$\{file:[^}]*\}['\"]?"
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_SMELL = re.compile(
    r"(?i)(?:secret|token|passw|passphrase|credential|api_?key|private)\w*\W+(\S.*)$"
)
_WORD = re.compile(r"[^\s,{}\[\]\"']{12,}")
_NAME = re.compile(r"[a-z_.:|-]{1,40}")
_PASSWORD = re.compile(r"(?<=//)[^/@\s]*(?=@)")
_RUN = re.compile(r"[A-Za-z0-9+=]{12,}")
_HARMLESS = re.compile(
    r"(?:https?|sqlite|postgresql)://.*|[./].*|\$.*|[A-Z][A-Z0-9_]*"
    r"|(?:[\w.+-]+@)?[\w*-]+(?:\.[\w-]+)+(?:[:/]\d+)?"
)
_SUSPECT = re.compile(r"[^\s\"'`,;{}\[\]()<>…]{12,}")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line fit to be shown, and where the caret stands under it."""

    text: str
    caret: int
    width: int


def veil(text: str) -> str:
    """Shorten every word of a message that looks like a key or a token."""
    return _SUSPECT.sub(lambda word: _veiled(word.group()), text)


def _veiled(word: str) -> str:
    if _PASSWORD.search(word):
        return _PASSWORD.sub(MASK, word)
    dense = any(map(_is_mixed, _RUN.findall(word)))
    long = len(word) >= LONG and _is_mixed(word) and not _HARMLESS.fullmatch(word)
    return f"{word[:3]}…" if dense or long else word


def _is_mixed(text: str) -> bool:
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def veil_key(key: str) -> str:
    """Return a key for a message; a long one that is no name may be a secret gone astray."""
    named = re.fullmatch(r"[^\W\d][\w-]{0,39}", key) and sum(map(str.isdigit, key)) <= MOST_DIGITS
    return _clean(key) if named or len(key) < SHORT else f"{_clean(key[:3])}…"


def excerpt(document: Document, mark: Mark, shapes: Shapes | None) -> Excerpt | None:
    """Show the line of `mark`; without `shapes` the file could not be parsed."""
    lines = document.lines
    if not 1 <= mark.line <= len(lines):
        return None
    line = lines[mark.line - 1]
    ranges = _known(document, shapes, mark.line) if shapes else _guessed(line)
    return _show(line, _merged(ranges), mark)


def _known(document: Document, shapes: Shapes, number: int) -> Iterator[tuple[int, int]]:
    line, offset = document.lines[number - 1], document.starts[number - 1]
    last = 0
    for scalar in document.scalars.get(number, ()):
        start, end = max(0, scalar.start - offset), min(len(line), scalar.end - offset)
        if start >= end:
            continue
        last = max(last, end)
        if not _is_shown(scalar, document.text[scalar.start : scalar.end], shapes):
            yield start, end
    # Anchors and tags are no scalars.
    yield from _suspects(line)
    comment = _COMMENT.search(line[last:])
    if comment:
        yield last + comment.start(), len(line)


def _is_shown(scalar: Scalar, text: str, shapes: Shapes) -> bool:
    if scalar.is_key:
        above = (path[:-1] for path in scalar.paths)
        return all(map(shapes.is_open, above)) and veil_key(text) == text
    return bool(_REFERENCE.fullmatch(text)) or all(map(shapes.is_open, scalar.paths))


def _suspects(line: str) -> Iterator[tuple[int, int]]:
    for word in _SUSPECT.finditer(line):
        if _veiled(word.group()) != word.group():
            yield word.span()


def _guessed(line: str) -> Iterator[tuple[int, int]]:
    comment = _COMMENT.search(line)
    if comment:
        yield comment.start(), len(line)
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


def _show(line: str, ranges: list[tuple[int, int]], mark: Mark) -> Excerpt:
    pieces: list[str] = []
    at, caret, width = 0, None, mark.width
    column = min(mark.column - 1, len(line))
    for start, end in ranges:
        if caret is None and column < end:
            before = "".join(pieces) + _clean(line[at : min(column, start)])
            caret = _cells(before)
            width = len(MASK) if column >= start else min(width, start - column)
        pieces += [_clean(line[at:start]), MASK if line[start:end].strip() else ""]
        at = end
    if caret is None:
        caret = _cells("".join(pieces) + _clean(line[at:column]))
        width = max(1, _cells(_clean(line[column : column + width])))
    text = ("".join(pieces) + _clean(line[at:])).rstrip()
    return _clipped(text, caret, max(1, width))


def _clipped(text: str, caret: int, width: int) -> Excerpt:
    """Keep a very long line to the part around the caret."""
    if _cells(text) <= WIDEST:
        return Excerpt(text, caret, min(width, WIDEST))
    cut = max(0, min(caret - WIDEST // 2, len(text)))
    head = "…" if cut else ""
    shown = text[cut : cut + WIDEST]
    tail = "…" if cut + WIDEST < len(text) else ""
    column = caret - cut + len(head)
    return Excerpt(f"{head}{shown}{tail}", column, max(1, min(width, len(shown) - column)))


def _clean(text: str) -> str:
    """Replace what would move the cursor or hide: tabs by a space, controls by a sign."""
    shown = (
        " " if c == "\t" else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    return "".join(shown)


def _cells(text: str) -> int:
    """Count the columns a terminal gives to a text."""
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.combining(char) or char == "\N{VARIATION SELECTOR-16}":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
