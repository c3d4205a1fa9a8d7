"""Text as the index knows it: words, found by their beginnings, whatever their case and marks."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

# More words than this find nothing that fewer would not.
MOST_WORDS = 8
LONGEST_QUERY = 200
# PostgreSQL keeps no more of one text, in bytes.
MOST_INDEXED = 900_000
_MARKS = re.compile("[\u0300-\u036f]")


# Latin letters with marks, which the index keeps without them. Not й, ї or ґ: letters of
# their own.
@cache
def unmarked() -> dict[int, str]:
    """Return the letter without its mark for each one that the index reads so."""
    return {
        code: base
        for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))
        if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii()
    }


def words_of(query: str) -> list[str]:
    """Return the words of a query.

    Only characters count that were letters or digits to Unicode 3.2: whatever SQLite
    reads the query, it takes each word for one, and so for no phrase.
    """
    return _split(folded(query[:LONGEST_QUERY]))[:MOST_WORDS]


def lexemes(text: str) -> str:
    """Return the words of a text once each, with a space between, as they are indexed.

    So both databases find the same: SQLite makes words of a text by itself, and much the
    same ones, while PostgreSQL's own ways to do it depend on its version and its language.
    """
    words = {word[:LONGEST_QUERY] for word in _split(folded(text).translate(unmarked()))}
    return " ".join(_fitting(sorted(words)))


def _fitting(words: Iterable[str]) -> Iterator[str]:
    room = MOST_INDEXED
    for word in words:
        room -= len(word.encode()) + 8
        if room < 0:
            return
        yield word


def _split(folded_text: str) -> list[str]:
    return "".join(map(_letter, folded_text)).split()


@lru_cache(maxsize=4096)
def _letter(char: str) -> str:
    return char if unicodedata.ucd_3_2_0.category(char)[0] in "LN" else " "


def folded(text: str) -> str:
    """Return the text as it is indexed: one letter for ё and е, and marks part of letters."""
    text = unicodedata.normalize("NFC", text).lower().replace("ё", "е")
    return text if text.isascii() else _MARKS.sub("", text)
