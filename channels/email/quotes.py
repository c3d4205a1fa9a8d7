"""The new words of a mail, without the history and the signature below them. Pure.

Only tables and plain comparisons over a capped text: the time is linear whatever comes.
What cannot be told with confidence stays: answers between quoted lines, what is forwarded,
a text that would be empty without its history.
"""

import re
from collections.abc import Sequence
from itertools import islice

from channels.email.quotetables import (
    BEGINNINGS,
    FORWARD_SUBJECTS,
    FORWARDED,
    HEADS,
    ORIGINAL,
    SENT_FROM,
    WROTE,
)

MOST_LINES = 5000
LONGEST_LINE = 400
# After each the rest has to be looked through.
MOST_INTRODUCTIONS = 20
_LONGEST_SIGNATURE = 15

_TIME = re.compile(r"\d{1,2}[:.]\d{2}|\b\d{4}\b")
_ADDRESS = re.compile(r"[^\s<>\"@]{1,64}@[^\s<>\"@]{1,253}")
_RULED = re.compile(r"[-_=*\s>]{0,40}([^-_=*].{0,80}?)[-_=*:\s]{0,40}")


def fold(text: str, *, subject: str = "") -> str:
    """Return the new words of `text`; all of it where it cannot be told what is new."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        return text
    forwarded = subject.lower().startswith(FORWARD_SUBJECTS)
    end = _history(lines, forwarded=forwarded)
    kept = _unsigned(_trimmed(lines[:end]))
    return "\n".join(kept) if any(line.strip() for line in kept) else text


def _history(lines: Sequence[str], *, forwarded: bool) -> int:
    """Return the line with which the history begins, or how many lines there are."""
    introductions = 0
    for at, line in enumerate(lines):
        bare = line.strip().lower()
        if not bare or len(bare) > LONGEST_LINE:
            continue
        if _ruled(bare) in FORWARDED or (forwarded and _is_head(lines, at)):
            return len(lines)
        if _is_separator(bare) or _is_head(lines, at):
            return _above_rule(lines, at)
        length = _introduction(lines, at) if introductions < MOST_INTRODUCTIONS else 0
        introductions += 1 if length else 0
        if length and _is_all_quoted(lines, at + length):
            return at
    return _before_last_quote(lines)


def _ruled(bare: str) -> str:
    """Return the words of a line between its dashes."""
    match = _RULED.fullmatch(bare)
    return match[1].strip() if match else ""


def _is_separator(bare: str) -> bool:
    return bare[0] in "-_=*" and _ruled(bare) in ORIGINAL


def _above_rule(lines: Sequence[str], at: int) -> int:
    """Return the line above, where that is the rule Outlook draws."""
    above = at - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    ruled = above >= 0 and len(lines[above].strip()) >= 5 and not lines[above].strip("_- ")
    return above if ruled else at


def _is_head(lines: Sequence[str], at: int) -> bool:
    """Say whether Outlook's head begins here: a sender, and two more of its fields below."""
    names = [_field(line) for line in lines[at : at + 8]]
    for first, *others in HEADS:
        if names[0] in first:
            return sum(any(name in other for name in names[1:]) for other in others) >= 2
    return False


def _field(line: str) -> str:
    name, colon, _ = line[:60].strip().strip("*>").partition(":")
    return name.strip(" *").lower() if colon else ""


def _introduction(lines: Sequence[str], at: int) -> int:
    """Return how many lines from here introduce a quote ("On Monday Anna wrote:"), or 0."""
    for length in (1, 2, 3):
        joined = " ".join(line.strip() for line in islice(lines, at, at + length)).lower()
        if length > 1 and not (joined.startswith(BEGINNINGS) or joined[:1].isdigit()):
            return 0
        if len(joined) <= LONGEST_LINE and _introduces(joined):
            return length
    return 0


def _introduces(line: str) -> bool:
    if not line.endswith(":") or line.startswith(">"):
        return False
    words = line.rstrip(": ")
    if words.endswith(WROTE):
        return bool(_TIME.search(words) or _ADDRESS.search(words))
    # Gmail, Yandex and Mail.ru in Russian name only the time and the sender.
    return bool(_TIME.search(words) and _ADDRESS.search(words))


def _is_all_quoted(lines: Sequence[str], at: int) -> bool:
    """Say whether nothing new stands below: all is quoted, or none of it is marked at all."""
    below = [line for line in islice(lines, at, None) if line.strip()]
    if not below or not below[0].lstrip().startswith(">"):
        return bool(below) and not any(line.lstrip().startswith(">") for line in below)
    new = [line for line in below if not line.lstrip().startswith(">")]
    return not new or _is_signature(new)


def _is_signature(lines: Sequence[str]) -> bool:
    return lines[0].rstrip() == "--" or all(_is_sent_from(line) for line in lines)


def _before_last_quote(lines: Sequence[str]) -> int:
    """Return where the quoted lines at the very end begin."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    quoted = any(line.strip() for line in islice(lines, end, None))
    return end if quoted else len(lines)


def _unsigned(lines: list[str]) -> list[str]:
    for at in range(max(0, len(lines) - _LONGEST_SIGNATURE), len(lines)):
        if lines[at].rstrip() == "--":
            return _trimmed(lines[:at])
    while lines and _is_sent_from(lines[-1]):
        lines = _trimmed(lines[:-1])
    return lines


def _is_sent_from(line: str) -> bool:
    bare = line.strip().lower()
    return len(bare) <= 120 and bare.startswith(SENT_FROM)


def _trimmed(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
