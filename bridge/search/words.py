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
# What a character costs at most there: its bytes, and those of a word of it alone.
_DEAREST = 12
_MARKS = re.compile("[\u0300-\u036f]")
_MARKED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
# Of these Unicode 3.2 and that of this Python say the same, and nearly every text is of them.
USUAL = re.compile(
    "[\x00-\u021f\u0400-\u045f\u2010-\u205e\u20a0-\u20bf\u2116\u2190-\u23ff\u2600-\u26ff\ufe0f"
    "\U0001f300-\U0001faff]*"
)
_WORD = re.compile(r"[^\W_]+")


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
    text = folded(text)
    if _MARKED.search(text):
        text = text.translate(unmarked())
    words = sorted({word[:LONGEST_QUERY] for word in _split(text)})
    return " ".join(words if len(text) * _DEAREST <= MOST_INDEXED else _fitting(words))


def _fitting(words: Iterable[str]) -> Iterator[str]:
    room = MOST_INDEXED
    for word in words:
        room -= len(word.encode()) + 8
        if room < 0:
            return
        yield word


def _split(folded_text: str) -> list[str]:
    if USUAL.fullmatch(folded_text):
        return _WORD.findall(folded_text)
    return "".join(map(_letter, folded_text)).split()


@lru_cache(maxsize=4096)
def _letter(char: str) -> str:
    return char if unicodedata.ucd_3_2_0.category(char)[0] in "LN" else " "


def folded(text: str) -> str:
    """Return the text as it is indexed: one letter for ё and е, and marks part of letters."""
    text = unicodedata.normalize("NFC", text).lower().replace("ё", "е")
    return text if text.isascii() else _MARKS.sub("", text)
