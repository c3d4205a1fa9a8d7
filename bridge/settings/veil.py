"""Telling by its looks what may be a key or a token, and keeping it out of what is shown.

The last net below the others: it is cast over every message and line, wherever a secret
may have strayed to, and would rather hide a long serial number than show a token.
"""

import re
from collections.abc import Iterator

MASK = "***"
SHORT = 12
MOST_DIGITS = 4
"""A key that is shorter, or letters with no more digits than these, is taken for a name."""
LONG = 16
"""From this length on, a word of letters and digits may be a key or a token."""
_PASSWORD = re.compile(r"(?<=//)[^/@\s]*(?=@)")
_RUN = re.compile(r"[A-Za-z0-9+=]{12,}")
_HARMLESS = re.compile(
    r"(?:https?|sqlite|postgresql)://.*|rediss?://[\w.-]+(?::\d+)?(?:/\d+)?|[./].*|\$.*|[A-Z][A-Z0-9_]*"
    r"|(?:[\w.+-]+@)?[\w*-]+(?:\.[\w-]+)+(?:[:/]\d+)?"
)
_SUSPECT = re.compile(r"[^\s\"'`,;{}\[\]()<>…]{12,}")


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
    return clean(key) if named or len(key) < SHORT else f"{clean(key[:3])}…"


def suspects(line: str) -> Iterator[tuple[int, int]]:
    """Yield where words stand that look like a key or a token."""
    for word in _SUSPECT.finditer(line):
        if _veiled(word.group()) != word.group():
            yield word.span()


def clean(text: str) -> str:
    """Replace what would move the cursor or hide: tabs by a space, controls by a sign."""
    return "".join(_printable(char) for char in text)


def _printable(char: str) -> str:
    if char == "\t":
        return " "
    return char if char.isprintable() else "\N{REPLACEMENT CHARACTER}"
