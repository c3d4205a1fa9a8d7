"""Where a text may be cut, as a reader bears it best."""

import regex

# A cut at the end of a paragraph, a line or a sentence is worth a part that much shorter.
_WORTH = 0.5
# In the order of how well a reader bears a cut; each match begins where a part may end.
_ENDS = (
    regex.compile(r"\n[ \t]*\n"),
    regex.compile(r"\n"),
    regex.compile(r"(?<=[.!?…][\"'»”)\]]{0,3})[ \t]|(?<=[。！？])"),
)
# Not at a no-break space: that is what it is for.
_SPACE = regex.compile(r"[ \t\n\u2000-\u2006\u2008-\u200a\u3000]+")
_GAP = regex.compile(r"\s*\n|\s+")
_LETTER = regex.compile(r"\X")
# No letter is longer, but for those made to be.
_LONGEST_LETTER = 64


def gap(text: str) -> int:
    """Return the length of the space a part would begin with; a line keeps its indent."""
    found = _GAP.match(text)
    return found.end() if found else 0


def best_cut(text: str, most: int) -> int:
    """Return where to cut so that 1 to `most` code points stand before the cut.

    After a paragraph, a line, a sentence or a word, where one ends late enough; else
    between two letters as a reader sees them; else, in a letter longer than any, anywhere.
    """
    if most >= len(text):
        return len(text)
    for end in _ENDS:
        if cut := _last(end, text, int(most * _WORTH), most):
            return cut
    return _last(_SPACE, text, 1, most) or _between_letters(text, most)


def _last(end: "regex.Pattern[str]", text: str, least: int, most: int) -> int:
    """Return the start of the last match from `least` to `most`, or 0."""
    starts = (found.start() for found in end.finditer(text, max(1, least), most + 2))
    return max((start for start in starts if start <= most), default=0)


def _between_letters(text: str, most: int) -> int:
    start = max(0, most - _LONGEST_LETTER)
    # Two regional indicators are one flag: begin to count at a whole one.
    before = start
    while before > 0 and "\U0001f1e6" <= text[before - 1] <= "\U0001f1ff":
        before -= 1
    start -= (start - before) % 2
    ends = (letter.end() for letter in _LETTER.finditer(text, start, most + _LONGEST_LETTER))
    # The first letter seen may have begun before: its end counts only if it is not cut.
    return max((end for end in ends if end <= most), default=0) or most
