"""What the mail server answered, as aioimaplib hands it over. Pure."""

import imaplib
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# aioimaplib takes "* " out of the middle of lines, so only literals can be trusted with text.
Line = bytes | bytearray

_ITEM = re.compile(rb"\d+ FETCH \(")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_VALIDITY = re.compile(rb"\[UIDVALIDITY (\d+)\]")
_NEXT = re.compile(rb"\[UIDNEXT (\d+)\]")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it lies in the folder. `received_at` is the server's word, in ms."""

    uid: int
    received_at: int
    raw: bytes


def selected(lines: Iterable[Line]) -> tuple[int | None, int | None]:
    """Return the folder's UIDVALIDITY and UIDNEXT, as far as SELECT told."""
    text = b"\n".join(bytes(line) for line in lines)
    return _number(_VALIDITY, text), _number(_NEXT, text)


def found(lines: Iterable[Line]) -> list[int]:
    """Return the UIDs that SEARCH found, in ascending order."""
    numbers: set[int] = set()
    for line in lines:
        if re.fullmatch(rb"(?:SEARCH)?[\d ]*", bytes(line)):
            numbers.update(map(int, re.findall(rb"\d+", bytes(line))))
    return sorted(numbers)


def sizes(lines: Iterable[Line]) -> dict[int, int]:
    """Return how many bytes each mail has."""
    told = ((_number(_UID, words), _number(_SIZE, words)) for words, _ in _items(lines))
    return {uid: size for uid, size in told if uid is not None and size is not None}


def mails(lines: Iterable[Line]) -> list[Mail]:
    """Return the mails that FETCH brought; what else the server mentions is left out."""
    brought = []
    for words, literal in _items(lines):
        uid = _number(_UID, words)
        if uid is not None and b"BODY[]" in words:
            brought.append(Mail(uid, _received_at(words), literal or b""))
    return brought


def _items(lines: Iterable[Line]) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield the words and the literal of each untagged FETCH."""
    words, literal = b"", None
    for line in lines:
        if isinstance(line, bytearray):
            literal = bytes(line)
        elif _ITEM.match(line):
            if words:
                yield words, literal
            words, literal = line, None
        elif words:
            words += b" " + line
    if words:
        yield words, literal


def _received_at(words: bytes) -> int:
    try:
        told = imaplib.Internaldate2tuple(words)
        return int(time.mktime(told)) * 1000 if told else 0
    except (ValueError, KeyError, OverflowError):
        # A month or a year that there is not.
        return 0


def _number(pattern: re.Pattern[bytes], text: bytes) -> int | None:
    match = pattern.search(text)
    return int(match[1]) if match else None


def batches(uids: Sequence[int], sizes: dict[int, int], most: int, limit: int) -> list[list[int]]:
    """Group the UIDs so that no group has more than `most`, nor more than `limit` bytes."""
    groups: list[list[int]] = []
    weight = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        if not groups or len(groups[-1]) >= most or weight + size > limit:
            groups.append([])
            weight = 0
        groups[-1].append(uid)
        weight += size
    return groups
