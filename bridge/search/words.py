"""Text as the index knows it: words, found by their beginnings, whatever their case and marks."""

import re
import unicodedata
from functools import cache

# More words than this find nothing that fewer would not.
MOST_WORDS = 8
LONGEST_QUERY = 200
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
    known = unicodedata.ucd_3_2_0.category
    letters = (char if known(char)[0] in "LN" else " " for char in folded(query[:LONGEST_QUERY]))
    return "".join(letters).split()[:MOST_WORDS]


def folded(text: str) -> str:
    """Return the text as it is indexed: one letter for ё and е, and marks part of letters."""
    text = unicodedata.normalize("NFC", text).lower().replace("ё", "е")
    return text if text.isascii() else _MARKS.sub("", text)
