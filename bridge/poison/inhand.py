"""Which payloads are being handled right now, in a file that outlives the process.

A mapped page is written without a system call, and the kernel keeps it when the process is
killed. After a power loss it may say anything: nothing that was in hand then is poison.
"""

import fcntl
import itertools
import mmap
import os
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

# Of a hash, in bytes; and how many at once. More are handled without a mark.
_SIZE = 32
_SLOTS = 512
_EMPTY = bytes(_SIZE)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _own(path: Path) -> int:
    for number in itertools.count():
        descriptor = _opened(path.with_suffix(f".{number}{path.suffix}") if number else path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return descriptor
    raise AssertionError("numbers do not end")


class InHand:
    """Marks of what is in hand. Used in one thread."""

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        """Read what an earlier life has left, and begin without a mark.

        `shared` takes the first such file that no other process has: perhaps that of one that
        has died.
        """
        self._descriptor = _own(path) if shared else _opened(path)
        os.ftruncate(self._descriptor, _SIZE * _SLOTS)
        self._page = mmap.mmap(self._descriptor, _SIZE * _SLOTS)
        self.left = [one.hex() for one in self._marks() if one != _EMPTY]
        """The hashes of what was in hand when the program died, in hex."""
        self._free = list(range(_SLOTS))
        self._since = [0.0] * _SLOTS

    def forget(self) -> None:
        """Have what an earlier life has left be known no more: it is counted elsewhere now."""
        self._page[:] = bytes(_SIZE * _SLOTS)
        self.left = []

    def marked(self, digests: Sequence[str]) -> "Marked":
        """Return a context in which these are marked, however it ends but by death."""
        return Marked(self, digests)

    def mark(self, digests: Sequence[str]) -> list[int]:
        """Mark these, as far as there is room; return where."""
        slots = [self._free.pop() for _ in digests[: len(self._free)]]
        now = monotonic()
        for slot, digest in zip(slots, digests, strict=False):
            self._write(slot, bytes.fromhex(digest))
            self._since[slot] = now
        return slots

    def wipe(self, slots: Sequence[int]) -> None:
        """Take away what was marked there."""
        for slot in slots:
            self._write(slot, _EMPTY)
            self._since[slot] = 0.0
        self._free += slots

    def longest(self) -> float:
        """Return for how long (s) the first of what is in hand has been; 0 if nothing is."""
        begun = min((one for one in self._since if one), default=None)
        return 0.0 if begun is None else monotonic() - begun

    def close(self) -> None:
        """Let go of the page."""
        self._page.close()
        os.close(self._descriptor)

    def _marks(self) -> list[bytes]:
        return [self._page[at : at + _SIZE] for at in range(0, _SIZE * _SLOTS, _SIZE)]

    def _write(self, slot: int, mark: bytes) -> None:
        self._page[slot * _SIZE : (slot + 1) * _SIZE] = mark


class Marked:
    """The context in which some things are marked.

    Written out: every message goes through one, and a generator would take twice as long.
    """

    __slots__ = ("_digests", "_hand", "_slots")

    def __init__(self, hand: InHand, digests: Sequence[str]) -> None:
        """Mark these once it is entered."""
        self._hand = hand
        self._digests = digests
        self._slots: Sequence[int] = ()

    def __enter__(self) -> None:
        """Mark them."""
        self._slots = self._hand.mark(self._digests)

    def __exit__(self, *_: object) -> None:
        """Take the marks away."""
        self._hand.wipe(self._slots)
