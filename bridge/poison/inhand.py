"""Which payloads are being handled right now, in a file that outlives the process.

A mapped page is written without a system call, and the kernel keeps it when the process is
killed. After a power loss it may say anything: nothing that was in hand then is poison.
"""

import contextlib
import fcntl
import itertools
import mmap
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

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

    def forget(self) -> None:
        """Have what an earlier life has left be known no more: it is counted elsewhere now."""
        self._page[:] = bytes(_SIZE * _SLOTS)
        self.left = []

    @contextlib.contextmanager
    def marked(self, digests: Sequence[str]) -> Iterator[None]:
        """Mark these for as long as the context lasts, however it ends but by death."""
        slots = [self._free.pop() for _ in digests[: len(self._free)]]
        for slot, digest in zip(slots, digests, strict=False):
            self._write(slot, bytes.fromhex(digest))
        try:
            yield
        finally:
            for slot in slots:
                self._write(slot, _EMPTY)
            self._free += slots

    def close(self) -> None:
        """Let go of the page."""
        self._page.close()
        os.close(self._descriptor)

    def _marks(self) -> list[bytes]:
        return [self._page[at : at + _SIZE] for at in range(0, _SIZE * _SLOTS, _SIZE)]

    def _write(self, slot: int, mark: bytes) -> None:
        self._page[slot * _SIZE : (slot + 1) * _SIZE] = mark
